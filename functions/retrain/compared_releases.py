"""Which releases a run is measured beside: what serves, and the best of what served lately.

Beside the second, small losses do not add up unseen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from taproom.metrics import NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE

# As many releases back as the gate looks.
LATEST = 10
_JUDGED = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, RMSE)


@dataclass(frozen=True)
class ComparedReleases:
    """The release in service and the best of the last ten, None where there is none.

    `best` is None also where the best is the one in service.
    """

    serving: str | None = None
    best: str | None = None


def choose(serving: str | None, latest: Sequence[Mapping[str, Any]]) -> ComparedReleases:
    """`serving` and the best of the `latest` releases, whose metrics.json these are."""
    best = best_release(latest)
    return ComparedReleases(serving, best if best != serving else None)


def best_release(latest: Sequence[Mapping[str, Any]]) -> str | None:
    """The best by what each one's metrics.json recorded, `latest` first; of equals the latest, None of none.

    Two releases' own numbers are of different rows, and rows become easier or harder as data grows. So each counts as
    so much better than the release that it replaced as both scored on the same rows, and these ratios are multiplied
    along the line. A predecessor that is not among them counts as 1. The gate judges the candidate beside the best
    anew, on one set of rows: this only has to find it.
    """
    standing: dict[str, float] = {}
    for recorded in reversed(latest):
        standing[recorded["release"]] = standing.get(str(recorded["serving"]), 0.0) + _log_ratio(recorded)
    # The later of equals: reversed, max keeps the first.
    return max(reversed(standing), key=lambda release: standing[release], default=None)


def _log_ratio(recorded: Mapping[str, Any]) -> float:
    """The mean logarithm of how many times as good as its predecessor a release scored; 0 where that can't be told."""
    found = 0.0
    for metric in _JUDGED:
        group = recorded[metric.task]
        own, other = group["candidate"][metric.name], (group["serving"] or {}).get(metric.name)
        if not other or not own:
            return 0.0
        found += math.log(own / other) * (1 if metric.more_is_better else -1)
    return found / len(_JUDGED)
