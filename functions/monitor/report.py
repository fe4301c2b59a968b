"""evidence/online.json (docs/contracts.md) out of sums."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from monitor.comparison import Comparison
from monitor.online_quality import ReleaseQuality
from monitor.outcomes import Outcome
from monitor.sequential_test import LEAST_USERS, Difference, half_width
from taproom.evidence import online


def of_releases(releases: Mapping[str, ReleaseQuality], beers: Mapping[str, int | None]) -> list[online.ReleaseQuality]:
    """All figures by release, the one that answered last first; `beers` says how many each release knows."""
    latest_first = sorted(releases, key=lambda release: max(releases[release].by_day), reverse=True)
    return [_of_release(release, releases[release], beers[release]) for release in latest_first]


def of_comparison(found: Comparison) -> online.OnlineComparison:
    """The comparison in words and figures."""
    return online.OnlineComparison(
        release=found.release,
        previous=found.previous,
        days=found.days,
        is_worse=found.is_worse,
        taken=_change(found.differences.get(Outcome.TAKEN)),
        liked=_change(found.differences.get(Outcome.LIKED)),
        sentence=str(found),
    )


def _of_release(release: str, quality: ReleaseQuality, beers: int | None) -> online.ReleaseQuality:
    return online.ReleaseQuality(
        release=release,
        users=len(quality.by_user),
        **quality.total.figures(),
        taken_interval=_interval(quality, Outcome.TAKEN),
        liked_interval=_interval(quality, Outcome.LIKED),
        coverage=min(1.0, len(quality.shown) / beers) if beers else None,
        head=quality.head(beers) if beers else None,
        newcomers=online.Figures(**quality.newcomers.figures()),
        probes=online.Probes(shown=quality.probes, taken=quality.probes_taken),
        days=[
            online.Day(day=date.fromisoformat(day), **sums.figures()) for day, sums in sorted(quality.by_day.items())
        ],
    )


def _interval(quality: ReleaseQuality, outcome: Outcome) -> online.Interval | None:
    group = quality.group(outcome)
    if len(group) < LEAST_USERS:
        return None
    reach = half_width(group.variance, len(group))
    return online.Interval(lower=max(0.0, group.rate - reach), upper=min(1.0, group.rate + reach))


def _change(found: Difference | None) -> online.Change | None:
    return None if found is None else online.Change(**found._asdict())
