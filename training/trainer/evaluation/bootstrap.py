"""How sure the difference between two models is: a paired bootstrap over users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from taproom.metrics import RMSE, Metric

# Each bound holds with a confidence of 99 %, so those of five metrics together with 95 % (Bonferroni's inequality).
_BOUNDS = (0.01, 0.99)
_REPLICATES = 1000
_REPLICATES_AT_ONCE = 50
_SEED = 1
# P(k or fewer) of Poisson's distribution with mean 1, for k = 0, 1, ... 9.
_POISSON = np.cumsum(np.exp(-1) / np.cumprod([1, *range(1, 10)]))

Reals = npt.NDArray[np.float64]


class UserSums(NamedTuple):
    """A metric by user, both [users]: the metric is sum(totals) / sum(counts), and RMSE the root of it.

    `counts` are 1, for RMSE how many ratings the user has; 0 where the user was not asked about.
    """

    totals: Reals
    counts: Reals


@dataclass(frozen=True)
class Gain:
    """By how much a candidate is better than another model on the same ratings, and between which bounds.

    `gain`, `lower` and `upper` are shares of what the `other` scores, positive where the candidate is better, be it by
    more recall or by less error; a bound holds with a confidence of 99 %. `users` are those it is measured on.
    """

    candidate: float
    other: float
    gain: float
    lower: float
    upper: float
    users: int


def gains(candidate: Mapping[Metric, UserSums], other: Mapping[Metric, UserSums]) -> dict[Metric, Gain]:
    """Compare two models metric by metric; the users of both are the same, in the same order.

    Where a sum is not a number, the gain and its bounds are none either.

    Notes
    -----
    Users are drawn with replacement, each as a whole with what both models achieved for them, 1,000 times, and a bound
    is the percentile of the differences: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8
    (the unit that is drawn) and 13 (percentile intervals); Sakai, "Evaluating evaluation metrics based on the
    bootstrap", 2006, for paired lists. How often a user is drawn follows Poisson's distribution with mean 1 instead of
    the multinomial one, which for hundreds of users is the same and needs no draw to know of another (Hanley and
    MacGibbon, "Creating non-parametric bootstrap samples using Poisson frequencies", 2006).
    """
    columns = np.stack([column for metric in candidate for sums in (candidate, other) for column in sums[metric]])
    drawn = np.concatenate(
        [weights @ columns.T.astype(np.float32) for weights in _weights(columns.shape[1])], dtype=np.float64
    )
    found = {}
    for place, metric in enumerate(candidate):
        own, others = slice(4 * place, 4 * place + 2), slice(4 * place + 2, 4 * place + 4)
        ours, theirs = _value(metric, columns[own].sum(axis=1)), _value(metric, columns[others].sum(axis=1))
        differences = _value(metric, drawn[:, own].T) - _value(metric, drawn[:, others].T)
        lower, upper = np.quantile(_share(metric, differences, theirs), _BOUNDS)
        found[metric] = Gain(
            candidate=float(ours),
            other=float(theirs),
            gain=float(_share(metric, ours - theirs, theirs)),
            lower=float(lower),
            upper=float(upper),
            users=int(np.count_nonzero(candidate[metric].counts)),
        )
    return found


def _weights(users: int) -> Iterator[npt.NDArray[np.float32]]:
    """How often each user is drawn [replicates, users], some replicates at a time."""
    # Looking 16 random bits up is several times as fast as Generator.poisson, and the same to 1 in 65,536.
    times = np.searchsorted(_POISSON, (np.arange(1 << 16) + 0.5) / (1 << 16)).astype(np.float32)
    chance = np.random.default_rng(_SEED)
    for start in range(0, _REPLICATES, _REPLICATES_AT_ONCE):
        replicates = min(_REPLICATES_AT_ONCE, _REPLICATES - start)
        yield times[chance.integers(0, 1 << 16, (replicates, users), np.uint16)]


def _value(metric: Metric, sums: Reals) -> Reals:
    """The metric of sums [2, ...] of totals and counts."""
    total, count = sums
    mean = total / np.maximum(count, 1)
    return np.sqrt(mean) if metric == RMSE else mean


def _share(metric: Metric, difference: Reals, other: Reals) -> Reals:
    """`difference` to `other` as a share of it, positive where it is better; nothing is better than nothing by 0."""
    better = difference if metric.more_is_better else -difference
    return better / other if other != 0 else better
