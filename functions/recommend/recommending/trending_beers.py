"""Beers that get more reviews of late than they used to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from recommend.adapters.serving_release import ServingRelease
from recommend.catalogue.trends import Trend
from recommend.recommending import messages
from recommend.recommending.query import RecommendationQuery


@dataclass(frozen=True)
class TrendingBeersResult:
    """The beers of the last `days` up to `newest_day`, from 1970-01-01 on, the steepest rise first.

    `message` says why there are none. `newest_day` is None where the release's reviews have no times.
    """

    release: str
    days: int
    newest_day: int | None
    message: str | None
    beers: Sequence[Trend]


@dataclass(frozen=True)
class TrendingBeers:
    """Reads the catalogue of the release in service; no model is asked."""

    serving: ServingRelease

    def find(self, days: int, query: RecommendationQuery, tried: Set[str]) -> TrendingBeersResult:
        """At most `query.limit` beers for somebody who has `tried` some; raises as `Catalogue.beer_filter`."""
        catalogue = self.serving.catalogue()
        beer_filter = query.beer_filter(catalogue, tried)
        newest, beers, message = catalogue.trends.newest_day, list[Trend](), None
        if newest is None:
            message = messages.NO_TIMES
        elif not (beers := catalogue.trends.trending(newest - days, beer_filter, query.limit)):
            _, earlier = catalogue.trends.reviews_around(newest - days)
            message = messages.nothing_trends(days, beer_filter) if earlier else messages.nothing_before(days)
        return TrendingBeersResult(catalogue.release, days, newest, message, beers)
