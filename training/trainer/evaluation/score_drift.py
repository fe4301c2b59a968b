"""Whether the scores that a release learns from still mean what they meant to the release in service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Ratings

# Means of fewer reviews say little about a beer.
FEWEST_REVIEWS = 5
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BeerScores:
    """How many reviews each beer has and what their scores add up to, both [beers]."""

    count: npt.NDArray[np.int64]
    total: Reals

    @classmethod
    def of(cls, ratings: Ratings, beers: int) -> BeerScores:
        """Those of `ratings`, whose beer ids are below `beers`."""
        return cls(
            np.bincount(ratings.beer, minlength=beers),
            np.bincount(ratings.beer, ratings.score.astype(np.float64), minlength=beers).astype(np.float64),
        )

    def since(self, earlier: BeerScores) -> BeerScores:
        """What came after `earlier`, which is taken to be a part of these; beers without news have no review."""
        grown = self.count > earlier.count
        return BeerScores(
            np.where(grown, self.count - earlier.count, 0), np.where(grown, self.total - earlier.total, 0.0)
        )


def summary(scores: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Count, mean, standard deviation and quantiles of scores [ratings]."""
    return {
        "count": len(scores),
        "mean": float(np.mean(scores, dtype=np.float64)),
        "deviation": float(np.std(scores, dtype=np.float64)),
        "quantiles": {f"{share:.0%}": float(np.quantile(scores, share)) for share in _QUANTILES},
    }


def drift(earlier: BeerScores, now: BeerScores) -> dict[str, Any]:
    """How the scores `now` agree with the `earlier` ones of the release in service, and those that came since.

    Notes
    -----
    What came since is the difference of the sums, for the earlier ratings themselves are not at hand: exact while
    users only add ratings of other beers, and near it where few change their mind or are no longer fitted.
    """
    news = now.since(earlier)
    count = int(now.count.sum() - earlier.count.sum())
    total = float(now.total.sum() - earlier.total.sum())
    return {
        "since": {"count": count, "mean": total / count} if count > 0 else None,
        "agreement": {"all": agreement(earlier, now), "since": agreement(earlier, news)},
    }


def agreement(one: BeerScores, other: BeerScores) -> dict[str, Any]:
    """Pearson's correlation of the beers' mean scores, over `beers` that have at least 5 reviews in both.

    None where fewer than 4 do, or all are scored alike, to a thousandth of a point.
    """
    shared = (one.count >= FEWEST_REVIEWS) & (other.count >= FEWEST_REVIEWS)
    means = np.stack([scores.total[shared] / scores.count[shared] for scores in (one, other)])
    told = shared.sum() > 3 and bool((np.ptp(means, axis=1) > 1e-3).all())
    return {"beers": int(shared.sum()), "correlation": float(np.corrcoef(means[0], means[1])[0, 1]) if told else None}
