"""What the page carries to every guest is used: classes, sentences, exports."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.recommend.page.test_page import INDEX, MODULES, PAGE, name

SOURCES = {name(module): module.read_text() for module in MODULES if "words" not in module.parent.parts}
# Sentences chosen by a word of the API's, or by a count.
CHOSEN = (
    "failures.codes",
    "families",
    "model.drift.unlike",
    "model.releases.status",
    "model.slices.calibrated",
    "model.slices.found",
    "model.trial.metrics",
    "model.trial.told",
    "model.verdict.against",
    "model.verdict.failed",
    "model.verdict.promoted",
    "model.verdict.refused",
)


def test_every_class_that_is_styled_is_given_to_something() -> None:
    styled = {
        found
        for sheet in PAGE.glob("styles/*.css")
        for found in re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL))
    }
    texts = [re.sub(r"\b(id|for|name): \S+", "", text) for text in SOURCES.values()]
    literals = [one[0] for text in [*texts, INDEX] for one in re.finditer(r'"[^"\n]*"|`[^`]*`', text)]
    given = set(re.findall(r"[\w-]+", " ".join(literals)))
    # A bone's class is made of its kind, as the skeleton of a panel's is.
    given |= {f"{made}-{kind}" for made in ("bone", "skeleton") for kind in given}
    assert styled - given == set()


def test_every_sentence_is_said_somewhere() -> None:
    said = {path for source in SOURCES.values() for path in read_paths(source)}
    keys = {
        *keys_of(PAGE / "words/en.mjs"),
        *keys_of(PAGE / "words/en-beers.mjs"),
        *(f"model.{key}" for key in keys_of(PAGE / "words/en-model.mjs")),
    }
    assert len(keys) > 300
    assert {key for key in keys - said if not key.startswith(CHOSEN)} == set()


def keys_of(file: Path) -> list[str]:
    """The path of each sentence in a file of words, by how prettier indents them."""
    keys, above = [], list[str]()
    for line in file.read_text().split("export const", 1)[1].splitlines():
        found = re.match(r'( +)"?([\w ]+)"?:( \{$)?', line)
        if found is None or len(found[1]) > 2 * len(above) + 2:
            continue
        del above[len(found[1]) // 2 - 1 :]
        if found[3]:
            above.append(found[2])
        else:
            keys.append(".".join([*above, found[2]]))
    return keys


def read_paths(source: str) -> set[str]:
    """Which of the words a module reads: by their path, or by a name that it has given to a part of them."""
    parts = {"words": ""}
    for names, path in re.findall(r"const (\w+|\{[^}]+\}) = words((?:\.\w+)*);", source):
        if not names.startswith("{"):
            parts[names] = f"{path[1:]}."
            continue
        for key, _, alias in (one.strip().partition(": ") for one in names.strip("{}").split(",") if one.strip()):
            parts[alias or key] = f"{path[1:]}.{key}.".lstrip(".")
    read = {
        f"{part}{path}" for name, part in parts.items() for path in re.findall(rf"\b{name}\.(\w+(?:\.\w+)*)", source)
    }
    return {path.removesuffix(".") for path in parts.values()} | read


def test_every_export_is_imported() -> None:
    texts = {name(module): module.read_text() for module in MODULES}
    for file, text in texts.items():
        exported = re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, flags=re.MULTILINE)
        others = " ".join(other for path, other in texts.items() if path != file)
        assert [one for one in exported if not re.search(rf"\b{one}\b", others)] == []
