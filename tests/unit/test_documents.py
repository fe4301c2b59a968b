"""The documents: links lead somewhere, the files they name exist, their lines fit a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
# Written by programs, of which nobody edits the lines.
GENERATED = {PROJECT / "docs/benchmarks.md"}
ROOMS = ("benchmarks", "docs", "events", "functions", "layers", "local", "operate", "tests", "training")
LONGEST_LINE = 100

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
TARGET = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
PATH = re.compile(rf"(?:{'|'.join(ROOMS)})/[\w./-]*")


def links(text: str) -> Iterator[str]:
    """The targets of links and pictures outside code."""
    for one, other in TARGET.findall(CODE.sub("code", FENCE.sub("", text))):
        yield one or other


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(document: Path) -> list[str]:
    """The relative links of which there is no file or no heading."""
    dead = []
    for link in links(document.read_text()):
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        if ":" in name:  # of another site
            continue
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            dead.append(link)
    return dead


def missing_paths(text: str) -> list[str]:
    """What looks like a file or folder of the project, in code of any kind, and is none."""
    code = " ".join([*FENCE.findall(text), *CODE.findall(FENCE.sub("", text))])
    return sorted({word for word in code.split() if PATH.fullmatch(word) and not (PROJECT / word).exists()})


def long_lines(text: str) -> list[str]:
    """Lines of prose that are too long: neither code nor of a table, and without where links lead."""
    lines = FENCE.sub("", text).splitlines()
    prose = [line for line in lines if not line.startswith(("|", "    ", "<img "))]
    return [line for line in prose if len(re.sub(r"\]\([^)]*\)", "]", line)) > LONGEST_LINE]


def named(document: Path) -> str:
    return str(document.relative_to(PROJECT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_to_files_and_headings_that_exist(document: Path) -> None:
    assert dead_links(document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_paths_of_the_project_exist(document: Path) -> None:
    assert missing_paths(document.read_text()) == []


@pytest.mark.parametrize("document", sorted({*DOCUMENTS} - GENERATED), ids=named)
def test_lines_of_prose_fit_a_screen(document: Path) -> None:
    assert long_lines(document.read_text()) == []


def test_the_documents_that_code_names_exist() -> None:
    files = [PROJECT / "template.yaml", PROJECT / "Makefile", PROJECT / "pyproject.toml"]
    for room in ROOMS:
        files += [path for path in (PROJECT / room).rglob("*.py") if "node_modules" not in path.parts]
    found = {name for path in files for name in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text())}
    assert found >= {"docs/contracts.md", "docs/operations.md"}
    assert sorted(name for name in found if not (PROJECT / name).exists()) == []


def test_what_is_wrong_with_a_document_is_found(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text(
        f"# One\n\n## Two `words`, here\n\n[a](#two-words-here) [b](#three) [c](document.md#one) [d](gone.md)\n"
        f"[e](https://example.com/x.md) `local/gone.py` `local/` ![f](gone.png)\n\n{'long ' * 21}\n"
    )
    assert dead_links(document) == ["#three", "gone.md", "gone.png"]
    assert missing_paths(document.read_text()) == ["local/gone.py"]
    assert long_lines(document.read_text()) == ["long " * 21]
