"""How often an ordinary drop is taken for an unusual one, and an ordinary account for a burst.

    PYTHONPATH=functions:layers/shared:training:. python -m benchmarks.drift [FILE ...]

One half of each file (default: those in ../shared/data) stands for what was fitted, the other comes in drops of 500
reviews: rows at random, and whole users. Prints of how many drops a note would say that scores, styles, new beers or
missing fields are unusual, and how many accounts of the whole file are bursts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.data.review_file import prepare
from ingest.values.drift import LEAST_ROWS, Usual, compare, notes
from taproom.catalogue_file import score_shares
from trainer.data import reviews
from trainer.data.bursts import without_bursts

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MOST_DROPS = 300


def usual_of(table: pa.Table) -> Usual:
    """What a release that was fitted on the rows of `table` would say of them."""
    rows = table.num_rows
    styles = {each["values"]: each["counts"] for each in table["style"].drop_null().value_counts().to_pylist()}
    known = sum(styles.values())
    return Usual(
        scores=score_shares(table["score"].to_pylist()),
        styles={style: count / known for style, count in styles.items()},
        without_style=1 - known / rows,
        without_abv=table["abv"].null_count / rows,
    )


def drops(table: pa.Table, by_user: bool, chance: np.random.Generator) -> tuple[pa.Table, Iterator[pa.Table]]:
    """The half that was fitted, and the other in drops."""
    order = chance.permutation(table.num_rows)
    if by_user:
        _, user = np.unique(table["username"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
        order = np.argsort(chance.permutation(user.max() + 1)[user], kind="stable")
    half = len(order) // 2
    starts = range(half, len(order) - LEAST_ROWS, LEAST_ROWS)[:MOST_DROPS]
    return table.take(order[:half]), (table.take(order[start : start + LEAST_ROWS]) for start in starts)


def without(known: set[str], beer_ids: list[str]) -> set[str]:
    """Those of `beer_ids` that are not `known`."""
    return set(beer_ids) - known


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or sorted(DATA.glob("*.csv.gz"))
    missing = [str(file) for file in files if not file.is_file()]
    if missing or not files:
        sys.exit(f"There is no file {', '.join(missing) or DATA}: name CSVs of reviews with the columns of a drop.")
    for file in files:
        with TemporaryDirectory() as name:
            folder = Path(name)
            prepare(file, folder)
            (part,) = folder.glob("*.parquet")
            table = pq.read_table(part)
            for by_user in (False, True):
                fitted, rest = drops(table, by_user, np.random.default_rng(1))
                usual, known = usual_of(fitted), set(fitted["beer_id"].unique().to_pylist())
                told, judged = 0, 0
                for drop in rest:
                    pq.write_table(drop, folder / "drop.table")
                    found = compare(folder / "drop.table", usual, partial(without, known), len)
                    judged += found is not None
                    told += bool(found is not None and notes(found, usual))
                kind = "whole users" if by_user else "random rows"
                print(f"{file.name}: {kind}: {told} of {judged} drops would be noted", flush=True)
            print(
                f"{file.name}: {pc.count_distinct(table['username'])} accounts,",
                without_bursts(reviews.read(folder))[1],
            )


if __name__ == "__main__":
    main()
