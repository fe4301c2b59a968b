"""Which of two groups of users does better, told so that somebody may look at any time, and as often as they like."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# The share of comparisons that may ever say that two equal groups differ, however often somebody looks.
ALPHA = 0.05
# Fewer users in a group say nothing: the interval is right for many (the central limit theorem).
LEAST_USERS = 100
# The number of users in both groups at which the interval is narrowest, next to one for that number alone.
_TIGHTEST_AT = 2_000


class Group(NamedTuple):
    """What is known of `users` users: each one's number of answers, and how many of these had the outcome."""

    answers: npt.NDArray[np.floating]
    outcomes: npt.NDArray[np.floating]

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def rate(self) -> float:
        """The share of all answers that had the outcome."""
        return float(self.outcomes.sum() / self.answers.sum())

    @property
    def variance(self) -> float:
        """That of `rate`, with users as units: answers of one user are not independent.

        Of a ratio of two sums by the delta method (Deng, Knoblich and Lu, "Applying the delta method in metric
        analytics", 2018): the variance of (outcomes - rate * answers) / mean answers, over the number of users.
        """
        residual = (self.outcomes - self.rate * self.answers) / self.answers.mean()
        return float(residual.var(ddof=1) / len(self))


class Difference(NamedTuple):
    """How much higher the rate of one group is than that of another; `lower` and `upper` hold at all times together."""

    value: float
    lower: float
    upper: float

    @property
    def is_less(self) -> bool:
        """Whether it is below 0 beyond chance."""
        return self.upper < 0

    @property
    def is_more(self) -> bool:
        """Whether it is above 0 beyond chance."""
        return self.lower > 0


def half_width(variance: float, users: int, alpha: float = ALPHA) -> float:
    """That of an interval which is right at all numbers of users at once, with confidence 1 - `alpha`.

    `variance` is that of the estimate after `users` users. The asymptotic confidence sequence of Robbins' normal
    mixture (Waudby-Smith et al., "Time-uniform central limit theory and asymptotic confidence sequences", 2021,
    theorem 2.2), for s^2 = variance * users and a rho that makes it narrowest at _TIGHTEST_AT users (equation 8):
    s * sqrt(2 (n rho^2 + 1) / (n^2 rho^2) * log(sqrt(n rho^2 + 1) / alpha)).
    """
    rho2 = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / _TIGHTEST_AT
    mixed = users * rho2 + 1
    return math.sqrt(variance * users * 2 * mixed / (users**2 * rho2) * math.log(math.sqrt(mixed) / alpha))


def difference(group: Group, other: Group, *, alpha: float = ALPHA) -> Difference | None:
    """How much more often answers to `group` have the outcome than those to `other`; None with too few users.

    The bounds hold at all times together with confidence 1 - `alpha`.
    """
    if min(len(group), len(other)) < LEAST_USERS:
        return None
    value = group.rate - other.rate
    reach = half_width(group.variance + other.variance, len(group) + len(other), alpha)
    return Difference(value, value - reach, value + reach)
