"""How long reviews take to be read part by part, and how long by a snapshot, in one run.

    python -m benchmarks.scale.snapshots [--ratings 100000] [--repeats 3]

Ratings that came through the API one by one, each of them a part as ingest writes it, and the snapshot that a run
leaves of them. Both are read in turn; the reviews are compared. It says what writing takes, too, in seconds and memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / folder) for folder in ("training", "functions", "layers/shared")]

from ingest.part import SCHEMA, PartWriter  # noqa: E402
from trainer.data import reviews  # noqa: E402
from trainer.data.reviews import Reviews  # noqa: E402

_SECONDS_A_DAY = 86_400
_FIRST_DAY = 20_454


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ratings", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3, help="how often both are read (default: 3)")
    options = parser.parse_args()
    with TemporaryDirectory(dir=os.environ.get("TMPDIR")) as scratch:
        parts, snapshot = Path(scratch) / "parts", Path(scratch) / "snapshot"
        write_parts(parts, options.ratings)
        before = _peak()
        leaving = _timed(lambda: reviews.read(parts, leaving=snapshot, run="run"))
        peak = _peak() - before
        pairs = [
            (_timed(lambda: reviews.read(parts)), _timed(lambda: reviews.read(snapshot)))
            for _ in range(options.repeats)
        ]
        by_part, by_snapshot = (statistics.median(found[0] for found in column) for column in zip(*pairs, strict=True))
        assert all(same(leaving[1], found[1]) for pair in pairs for found in pair)
        sizes = [sum(file.stat().st_size for file in folder.iterdir()) / 1e6 for folder in (parts, snapshot)]
        print(f"{options.ratings:,} ratings, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
        print("| read | CPU s | MB |\n|---|---|---|")
        print(f"| part by part | {by_part:.2f} | {sizes[0]:.1f} |")
        print(f"| by the snapshot | {by_snapshot:.3f} | {sizes[1]:.1f} |")
        print(f"\nThe snapshot is {by_part / by_snapshot:.0f} times as fast, and the reviews are the same.")
        print(f"Reading and leaving it took {leaving[0]:.2f} CPU s and {peak:.0f} MB.")


def write_parts(folder: Path, ratings: int) -> None:
    """Parts of one rating each, as ingest writes them; a tenth of the ratings are given again."""
    folder.mkdir()
    chance = np.random.default_rng(0)
    users, beers = chance.integers(ratings // 20 + 1, size=ratings), chance.zipf(1.3, size=ratings) % 20_000
    again = chance.random(ratings) < 0.1
    users[again], beers[again] = np.roll(users, 1)[again], np.roll(beers, 1)[again]
    for number, (user, beer) in enumerate(zip(users.tolist(), beers.tolist(), strict=True)):
        at = (_FIRST_DAY * _SECONDS_A_DAY + 60 * number) * 1000
        row: dict[str, Any] = {
            "username": f"user {user:07}",
            "beer_id": str(beer),
            "beer_name": f"Beer {beer}",
            "brewery_name": f"Brewery {beer % 1000}",
            "style": f"Style {beer % 100}",
            "abv": 4.0 + beer % 8,
            "score": 0.5 * (1 + (user + beer) % 10),
            "text": "",
            "reviewed_at": at,
            "dropped_at": at,
            "line": 2,
        }
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at / 1000))
        with PartWriter(folder / f"{stamp}-{number:012x}.parquet") as writer:
            writer.write(pa.Table.from_pylist([row], SCHEMA))


def same(one: Reviews, other: Reviews) -> bool:
    """Whether two reviews are the same in all."""
    pairs = [(one.usernames, other.usernames)]
    for ours, theirs in ((one.beers, other.beers), (one.ratings, other.ratings)):
        pairs += [(getattr(ours, each.name), getattr(theirs, each.name)) for each in fields(ours)]
    return all(np.array_equal(*pair) if isinstance(pair[0], np.ndarray) else pair[0] == pair[1] for pair in pairs)


def _timed(read: Callable[[], Reviews]) -> tuple[float, Reviews]:
    started = time.process_time()
    found = read()
    return time.process_time() - started, found


def _peak() -> float:
    """The most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
