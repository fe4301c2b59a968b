"""What each part of the models is worth: every one in and out, on data sets that are unlike each other.

    PYTHONPATH=layers/shared python training/ablate.py             all of it: an hour on two cores
    PYTHONPATH=layers/shared python training/ablate.py --resume    goes on where an interrupted run was

Reads CSVs of reviews from ../shared/data, and skips those that are not there. Each result is saved in
docs/ablations.json as soon as it is there, and docs/ablations.md is written anew. No row that the job would hold out is
looked at: what is compared are validation rows, and those of users who are left out of fitting.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
import textwrap
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # tensorflow-recommenders refuses Keras 3
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from ablations.data_sets import prepare
from ablations.ranking import RANKING, SEEDS, fit_blocks_once
from ablations.retrieval import RETRIEVAL
from ablations.table import Table

from trainer.fitting import determinism

PROJECT = Path(__file__).resolve().parents[1]
DATA = PROJECT.parent / "shared" / "data"
JSON, PAGE = PROJECT / "docs" / "ablations.json", PROJECT / "docs" / "ablations.md"
TABLES: Mapping[str, Table] = {"retrieval": RETRIEVAL, "ranking": RANKING}
DATA_SETS = RETRIEVAL.data_sets

Results = dict[str, dict[str, dict[str, dict[str, float]]]]  # by table, data set and variant


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resume", action="store_true", help="keep results that are there, measure what is missing")
    parser.add_argument(
        "--only", nargs="+", choices=DATA_SETS, default=DATA_SETS, metavar="DATA", help="of these alone"
    )
    asked = parser.parse_args()
    results: Results = json.loads(JSON.read_text()) if JSON.exists() else {}
    determinism.require(SEEDS[0])
    fit_blocks_once()
    for name in asked.only:
        file = DATA / f"{name}.csv.gz"
        if not file.is_file():
            say(f"{name} is skipped: there is no file {file}. Put a CSV of reviews with the columns of a drop there")
            continue
        data = prepare(file)
        for key, table in TABLES.items():
            if name not in table.data_sets:
                continue
            found = results.setdefault(key, {}).setdefault(name, {})
            for variant in table.variants:
                if asked.resume and variant.title in found:
                    continue
                found[variant.title] = table.measure(data, variant.settings)
                say(f"{name} · {key} {variant.title} · " + _line(found[variant.title]))
                JSON.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
                PAGE.write_text(page(results), encoding="utf-8")


def page(results: Results) -> str:
    """docs/ablations.md."""
    lines = ["# Ablations", "", "What `training/ablate.py` measured: each part of the models in and out."]
    for key, table in TABLES.items():
        lines += ["", f"## {table.title}", "", textwrap.fill(table.explanation, 100)]
        for name in table.data_sets:
            found = results.get(key, {}).get(name, {})
            head = ["", *table.columns.values(), "lines of code"]
            lines += ["", f"### {name}", "", _row(head), _row(["---", *["---:"] * (len(head) - 1)])]
            for variant in table.variants:
                if variant.title in found:
                    values = found[variant.title]
                    numbers = [_number(each, values.get(each)) for each in table.columns]
                    lines.append(_row([variant.title, *numbers, str(_lines_of_code(variant.files) or "")]))
    return "\n".join(lines) + "\n"


def _number(name: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if name == "seconds" else f"{value:.4f}"


def _lines_of_code(patterns: Iterable[str]) -> int:
    trainer = PROJECT / "training" / "trainer"
    return sum(len(file.read_text().splitlines()) for pattern in patterns for file in trainer.glob(pattern))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _line(values: Mapping[str, float]) -> str:
    return " ".join(f"{name} {value:.4f}" for name, value in values.items())


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
