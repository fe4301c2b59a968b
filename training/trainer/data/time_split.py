"""Ratings parted by time, where they have times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Ratings

# Of the latest ratings, each for the validation and for the test, but so many at most.
SHARE = 0.1
MOST_LATER = 20_000
# Ratings of one drop without times are all of one day; those of a few days say nothing of what changes with time.
LEAST_DAYS = 30
# Fewer can't tell anything.
LEAST_USERS = 10


@dataclass(frozen=True)
class TimeSplit:
    """`earlier` ratings, then those of `validation`, then the `later` ones, by the day.

    Of the two last only those are here whose users have an earlier one; `known` are all before the later ones.
    """

    earlier: Ratings
    validation: Ratings
    known: Ratings
    later: Ratings


def split_by_time(ratings: Ratings) -> TimeSplit | None:
    """Part `ratings`; None where their days spread over 30 at most, or too few users have ratings in every part.

    The days are whole: all ratings of one day are on the same side.
    """
    if not len(ratings.day) or np.ptp(ratings.day) <= LEAST_DAYS:
        return None
    share = min(SHARE, MOST_LATER / len(ratings))
    first, second = np.quantile(ratings.day, [1 - 2 * share, 1 - share], method="higher")
    earlier, known = (ratings.select(ratings.day < day) for day in (first, second))
    validation = _of_users_in(earlier, ratings.select((ratings.day >= first) & (ratings.day < second)))
    later = _of_users_in(known, ratings.select(ratings.day >= second))
    if min(len(np.unique(each.user)) for each in (validation, later)) < LEAST_USERS:
        return None
    return TimeSplit(earlier, validation, known, later)


def _of_users_in(before: Ratings, ratings: Ratings) -> Ratings:
    known: npt.NDArray[np.bool_] = np.isin(ratings.user, before.user)
    return ratings.select(known)
