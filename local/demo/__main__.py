"""The whole loop on this machine: `python -m local.demo`.

Deploys template.yaml to a cloud on this machine, drops reviews, waits for the first release, asks for recommendations,
drops newer reviews of the same user while a client asks all along, and shows what the second release changed.
Exits with 0 only if both releases came into service and no request failed.
"""

from __future__ import annotations

import argparse
import fcntl
import shutil
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from local import PROJECT
from local.assembly import Cloud
from local.cloudformation.stack import DeployError
from local.demo import walkthrough
from local.demo.drops import CannotSplit
from local.demo.loop import LoopBroken
from local.demo.walkthrough import Screen

NEXT = """The cloud of this demo is gone. What to try next:
  .venv/bin/python -m local.demo --keep     the same, and then its page to look at and to rate beers on
  make local                                a cloud of your own, empty, with the page, until Ctrl-C
  make drop FILE=reviews.csv                reviews into it, while it runs
  make demo REVIEWS=reviews.csv             this demo with reviews of yours"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--reviews", type=Path, metavar="FILE", help="a .csv or .csv.gz of your own reviews")
    parser.add_argument("--directory", type=Path, metavar="DIR", help="keep the cloud's state here, for `make local`")
    parser.add_argument("--keep", action="store_true", help="leave the cloud running afterwards until Ctrl-C")
    chosen = parser.parse_args(arguments)
    screen = Screen()
    place = PROJECT / ".local" / "demo"
    place.parent.mkdir(exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            screen.say(f"[red]Another demo is running in {place}: wait for it to end, or stop it.[/red]")
            return 1
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        directory = chosen.directory or place / "cloud"
        cloud = Cloud(directory=directory, persistent=chosen.directory is not None)
        return run_and_report(cloud, screen, chosen.reviews, place, chosen.keep)


def run_and_report(cloud: Cloud, screen: Screen, reviews: Path | None, place: Path, keep: bool) -> int:
    """Run the demo and say how it ended; its exit code. The report is left in `place`."""
    report = place / "report.html"
    try:
        plan = walkthrough.plan_drops(screen, reviews, place)
        walkthrough.run(cloud, screen, plan, report)
        screen.step(
            f"[green]Done in {screen.seconds:.0f} seconds.[/green] How good the models are, in pictures: {report}"
        )
        if keep:
            screen.say(f"The page: {cloud.outputs['ApiUrl']}/   The cloud is left running until Ctrl-C.")
            threading.Event().wait()
        screen.say(NEXT)
        return 0
    except (LoopBroken, CannotSplit, DeployError) as error:
        screen.step(f"[red]The demo failed: {escape(str(error))}[/red]")
        screen.say(f"The logs are in {cloud.directory / 'logs'}")
        return 1
    except KeyboardInterrupt:
        screen.step("Interrupted.")
        return 0 if keep and report.exists() else 130
    finally:
        cloud.stop()


if __name__ == "__main__":
    sys.exit(main())
