"""evidence/online.json (docs/contracts.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from monitor.comparison import OUTCOMES, Comparison
from monitor.online_quality import ReleaseQuality

# Of the normal distribution, for 95 %.
_TWO_SIDED_95 = 1.96


@dataclass(frozen=True)
class Rollback:
    """`release` was given up for `to`, since people took or liked less of it; `at` is in ISO 8601."""

    release: str
    to: str
    at: str
    reason: str


def document(
    releases: Mapping[str, ReleaseQuality],
    beers: Mapping[str, int | None],
    comparison: Comparison | None,
    rollbacks: Sequence[Rollback],
    now: datetime,
) -> dict[str, Any]:
    """All figures by release, the one that answered last first; `beers` says how many each release knows."""
    latest_first = sorted(releases, key=lambda release: max(releases[release].by_day), reverse=True)
    return {
        "at": now.isoformat(),
        "releases": [_of_release(release, releases[release], beers[release]) for release in latest_first],
        "comparison": None if comparison is None else _of_comparison(comparison),
        "rollbacks": [asdict(each) for each in rollbacks],
    }


def _of_release(release: str, quality: ReleaseQuality, beers: int | None) -> dict[str, Any]:
    group = quality.group(list(quality.by_day), OUTCOMES["taken"])
    reach = _TWO_SIDED_95 * math.sqrt(group.variance) if len(group) > 1 else None
    return {
        "release": release,
        "users": quality.users,
        **quality.total.figures(),
        "taken_within": None if reach is None else [max(0.0, group.rate - reach), group.rate + reach],
        "coverage": len(quality.shown) / beers if beers else None,
        "head": quality.head(),
        "days": [{"day": day, **sums.figures()} for day, sums in sorted(quality.by_day.items())],
    }


def _of_comparison(found: Comparison) -> dict[str, Any]:
    return {
        "release": found.release,
        "previous": found.previous,
        "days": found.days,
        "is_worse": found.is_worse,
        "differences": None
        if found.differences is None
        else {name: each._asdict() for name, each in found.differences.items()},
        "sentence": str(found),
    }
