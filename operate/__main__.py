"""All that a person runs against a deployed stack of Taproom, or against the laptop cloud (`make local`).

Every command takes the same options to name a stack: --stack, --region and --profile, or --local for the laptop cloud.
Commands that change something take --dry-run, which prints the request instead of sending it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from operate import target
from operate.commands import erase, experiment, export, launch, redrive, retrain, rollback, status, token, tune, undo
from operate.errors import exit_on_error

COMMANDS: dict[str, ModuleType] = {
    "status": status,
    "retrain": retrain,
    "rollback": rollback,
    "experiment": experiment,
    "undo": undo,
    "erase": erase,
    "token": token,
    "redrive": redrive,
    "export": export,
    "launch": launch,
    "tune": tune,
}
EXAMPLES = """\
examples:
  python -m operate status                            # the stack "taproom" in the region of the AWS CLI
  python -m operate status --local                    # the cloud that `make local` left running
  python -m operate retrain --force --stack pub
  python -m operate rollback taproom-0a1b2c3d-0123456789ab
  python -m operate experiment stop
  python -m operate undo may/reviews.csv
  python -m operate erase ann --retire
  curl -H "$(python -m operate token)" <ApiUrl>/users/ann/recommendations
  python -m operate redrive --dry-run
  python -m operate export reviews.csv.gz
  python -m operate launch --retrieval_dimension 96 --wait
  python -m operate tune --objective ranking --dry-run

`python -m operate COMMAND --help` has the rest.
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """With room for the longest command on its line, and no more.

    Before Python 3.13 argparse forgets how far commands are indented.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=6 + max(map(len, COMMANDS)))

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += self._indent_increment


def main(arguments: Sequence[str]) -> None:
    """Run a command.

    Raises
    ------
    SystemExit
        With a sentence, where a person can mend what is wrong.
    """
    options = parser().parse_args(arguments)
    with exit_on_error():
        options.run(options, target.chosen(options))


def parser() -> argparse.ArgumentParser:
    """The command line; the docstring of a command's module is its help."""
    style: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
    whole = argparse.ArgumentParser(
        prog="python -m operate", description=__doc__, epilog=EXAMPLES, **style | {"formatter_class": _Help}
    )
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        described = command.__doc__ or ""
        first_line = described.partition("\n")[0].rstrip(".")
        added = commands.add_parser(name, help=first_line[0].lower() + first_line[1:], description=described, **style)
        command.add_options(added)
        target.add_options(added)
        added.set_defaults(run=command.run)
    return whole


if __name__ == "__main__":
    main(sys.argv[1:])
