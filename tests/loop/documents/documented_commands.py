"""The commands that README.md and docs/ tell people to run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
HERE_DOCUMENT = re.compile(r"<<-?\s*['\"]?(\w+)")
PROMPT = "$ "
# Of blocks that hold no commands.
OTHER_LANGUAGES = {"json", "mermaid", "python", "sql", "yaml"}


@dataclass(frozen=True)
class Command:
    """`text`, which may have several lines, begins on line `line` (from 1 on) of `document`."""

    document: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}: {self.text}"


def commands(document: Path) -> Iterator[Command]:
    """Those of its code blocks: of shell all lines, where there is a prompt only the lines with one.

    Raises
    ------
    ValueError
        For a block in a language that nobody has said of whether it holds commands.
    """
    text = document.read_text()
    for block in FENCE.finditer(text):
        first = text[: block.start("text")].count("\n") + 1
        language, lines = block["language"], list(enumerate(block["text"].splitlines(), first))
        if language in ("bash", "sh", "console", ""):
            prompted = language in ("console", "")
            shell = [(n, line.removeprefix(PROMPT)) for n, line in lines if not prompted or line.startswith(PROMPT)]
            yield from (Command(document, number, each) for number, each in _whole(shell))
        elif language not in OTHER_LANGUAGES:
            raise ValueError(f"{document.name}:{first}: a block in {language!r}, which is neither shell nor known.")


def _whole(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines that a backslash goes on after, and here documents, put together; blank lines and comments left out."""
    left = iter(lines)
    for number, line in left:
        command = line
        while command.endswith("\\"):
            command += "\n" + next(left)[1]
        if end := HERE_DOCUMENT.search(command):
            for _, line in left:
                command += "\n" + line
                if line == end[1]:
                    break
        if command.strip() and not command.lstrip().startswith("#"):
            yield number, command
