"""What another policy would have achieved, estimated from the answers of the one that served."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]

_BOUNDS = (0.025, 0.975)
_REPLICATES = 1000
_SEED = 1


@dataclass(frozen=True)
class Estimate:
    """Taken beers per answer, and the bounds between which it lies with 95 % confidence."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Shown:
    """What was shown in `answers` answers, each array [shown].

    `answer` and `user` [answers] are whose it was; `probability`, above 0, is that with which the beer was to be in
    that answer; `taken` whether it was; `is_listed` whether the other policy lists it too.
    """

    user: npt.NDArray[np.int32]
    answer: npt.NDArray[np.int32]
    probability: Reals
    taken: npt.NDArray[np.bool_]
    is_listed: npt.NDArray[np.bool_]


def logged(shown: Shown) -> Estimate:
    """What was taken of the answers that were served."""
    return _estimate(shown.user, _by_answer(shown, shown.taken.astype(np.float64)), None)


def inverse_propensity(shown: Shown) -> Estimate:
    """IPS: each beer that was taken and that the other policy lists, divided by its probability of being shown.

    Notes
    -----
    The other policy lists the beers L in an answer, and its value is E[sum of r_b over b in L], r_b being whether a
    beer would be taken if shown. Where that depends neither on its place nor on the beers around it, and p_b > 0
    for all b in L, E[sum over shown b in L of r_b / p_b] = sum over b in L of p_b r_b / p_b, which is that value
    (Horvitz and Thompson, "A generalization of sampling without replacement from a finite universe", 1952; by items
    of a list: Li et al., "Offline evaluation of ranking policies with click models", 2018).
    """
    return _estimate(shown.user, _by_answer(shown, _weights(shown) * shown.taken), None)


def self_normalised(shown: Shown, listed: Reals) -> Estimate:
    """SNIPS: the same divided by what the weights should sum to, `listed` [answers], the lengths of the lists.

    Slightly biased, and of less variance (Swaminathan and Joachims, "The self-normalized estimator for counterfactual
    learning", 2015).
    """
    share = _estimate(shown.user, _by_answer(shown, _weights(shown) * shown.taken), _by_answer(shown, _weights(shown)))
    length = float(listed.mean())
    return Estimate(length * share.value, length * share.lower, length * share.upper)


def doubly_robust(shown: Shown, listed: Reals, expected: float) -> Estimate:
    """DR: what a model of the outcome expects, corrected by what was seen to be otherwise.

    The model is one number for all beers, `expected` (q): sum over L of q + sum over shown b in L of (r_b - q) /
    p_b. Unbiased as IPS is, whatever q that is not of the same answers; where it is their mean, in the limit
    (Dudik, Langford and Li, "Doubly robust policy evaluation and learning", 2011).
    """
    corrected = _by_answer(shown, _weights(shown) * (shown.taken - expected))
    return _estimate(shown.user, listed * expected + corrected, None)


def _weights(shown: Shown) -> Reals:
    return np.where(shown.is_listed, 1 / shown.probability, 0.0)


def _by_answer(shown: Shown, values: Reals) -> Reals:
    return np.asarray(np.bincount(shown.answer, values, len(shown.user)), np.float64)


def _estimate(user: npt.NDArray[np.int32], totals: Reals, counts: Reals | None) -> Estimate:
    """sum(totals) / sum(counts), both [answers] and counts 1 where None; users are drawn as wholes."""
    users, place = np.unique(user, return_inverse=True)
    sums = [
        np.bincount(place, column, len(users))
        for column in (totals, np.ones(len(totals)) if counts is None else counts)
    ]
    drawn = np.random.default_rng(_SEED).poisson(1.0, (_REPLICATES, len(users)))
    totals_drawn, counts_drawn = (drawn @ column for column in sums)
    ratios = np.divide(totals_drawn, counts_drawn, out=np.zeros(_REPLICATES), where=counts_drawn > 0)
    lower, upper = np.quantile(ratios, _BOUNDS)
    whole = sums[1].sum()
    return Estimate(float(sums[0].sum() / whole) if whole else 0.0, float(lower), float(upper))
