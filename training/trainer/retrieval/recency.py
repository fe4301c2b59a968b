"""Which beers are reviewed more lately than they used to be."""

from __future__ import annotations

import numpy as np

from trainer.data.reviews import Floats, Ratings

# Days after which a review counts half.
HALF_LIVES = (7, 30, 90, 365)
# Points of logit for a share that is e times as large as it used to be.
WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
_PSEUDO_COUNT = 0.5


def log_rise(ratings: Ratings, beers: int, half_life: float) -> Floats:
    """[beers]: the logarithm of a beer's share of recent ratings, divided by its share of all.

    A rating counts 2^-(age / half_life), its age in days before the newest of `ratings`; every beer has half a rating
    more than it has.
    """
    age = (ratings.day.max() - ratings.day).astype(np.float64)
    recent = np.bincount(ratings.beer, weights=0.5 ** (age / half_life), minlength=beers)
    shares = (
        (counts + _PSEUDO_COUNT) / (counts.sum() + _PSEUDO_COUNT * beers)
        for counts in (recent, np.bincount(ratings.beer, minlength=beers))
    )
    recent_share, share = shares
    return np.log(recent_share / share).astype(np.float32)


def recency_name(half_life: float) -> str:
    """What the part is called among the weights."""
    return f"recency_{half_life:g}_days"
