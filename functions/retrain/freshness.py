"""How old what is learnt from and what serves are: measured every hour, so that alarms can tell that nothing comes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from retrain.s3_bucket import Bucket
from taproom.drops import dropped_at


@dataclass(frozen=True)
class Freshness:
    """Times in UTC.

    Attributes
    ----------
    newest_drop_at
        The time of the latest drop that counts, None before the first one.
    model_at
        When the release in service was promoted; while nothing serves, since when reviews wait for a first release:
        the time of the first drop. None without either.
    runs_without_release
        How many runs in a row, up to the latest, were refused, failed or were rolled back.
    """

    newest_drop_at: datetime | None
    model_at: datetime | None
    runs_without_release: int


def look(bucket: Bucket, serving: str | None) -> Freshness:
    """How things stand, `serving` being the release in service."""
    times = [time for part in bucket.parts() if (time := dropped_at(part)) is not None]
    return Freshness(
        newest_drop_at=max(times, default=None),
        model_at=min(times, default=None) if serving is None else bucket.promoted_at(serving),
        runs_without_release=sum(1 for _ in itertools.takewhile(lambda run: not run, _brought_release(bucket))),
    )


def hours_since(then: datetime, now: datetime) -> float:
    """Hours between the two, at least 0: clocks differ a little."""
    return max(0.0, (now - then).total_seconds() / 3600)


def _brought_release(bucket: Bucket) -> Iterator[bool]:
    """Of each run that is decided, the latest first, whether it passed the gate and was not rolled back."""
    for run, verdict in bucket.verdicts():
        yield verdict["status"] == "promoted" and not bucket.was_rolled_back(run)
