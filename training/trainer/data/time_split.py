"""Ratings parted by time, where they have times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer.data.reviews import Ratings

# Of the time line's ratings, but so many at most.
_SHARE = 0.1
_MOST_LATER = 20_000
# Ratings of one drop without times are all of one day; those of a few days say nothing of what changes with time.
_LEAST_DAYS = 30
# Fewer can't tell anything.
_LEAST_USERS = 10


@dataclass(frozen=True)
class TimeSplit:
    """`earlier` and `later` ratings; no day is in both."""

    earlier: Ratings
    later: Ratings

    def of_known_users(self) -> TimeSplit:
        """The same without later ratings by users who have no earlier one."""
        return TimeSplit(self.earlier, self.later.select(np.isin(self.later.user, self.earlier.user)))


def split_by_time(ratings: Ratings) -> TimeSplit | None:
    """The latest tenth of `ratings`, but 20,000 at most, apart from the others; the later ones of known users alone.

    None where their days spread over 30 at most, or fewer than 10 users have ratings in both.
    """
    if not _has_times(ratings):
        return None
    share = min(_SHARE, _MOST_LATER / len(ratings))
    split = _cut(ratings, 1 - share, 1.0).of_known_users()
    return split if len(np.unique(split.later.user)) >= _LEAST_USERS else None


def windows(ratings: Ratings) -> Iterator[TimeSplit]:
    """Each of the five latest tenths of `ratings` beside all before it; none where there are no times."""
    if _has_times(ratings):
        for tenth in range(5, 10):
            split = _cut(ratings, tenth * _SHARE, (tenth + 1) * _SHARE)
            if len(split.earlier) and len(split.later):
                yield split


def _has_times(ratings: Ratings) -> bool:
    return len(ratings.day) > 0 and bool(np.ptp(ratings.day) > _LEAST_DAYS)


def _cut(ratings: Ratings, begin: float, end: float) -> TimeSplit:
    """Between two places of the time line, 0 to 1, moved to where a day begins."""
    first, last = np.quantile(ratings.day, [begin, min(end, 1.0)], method="higher")
    is_later = (ratings.day >= first) & ((ratings.day < last) if end < 1 else True)
    return TimeSplit(ratings.select(ratings.day < first), ratings.select(is_later))
