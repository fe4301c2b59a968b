"""What people did with the answers of each release: sums that days add up to, and the figures that they make."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from monitor.sequential_test import Group
from taproom.messages.served import RATED, Event

# Who had rated fewer beers than this when they were answered is a newcomer.
NEWCOMER = 5
# Releases are compared by what came of an answer within this time, of answers that are as old: else the newer one's
# would have had less time for it.
FOLLOWED_WITHIN = timedelta(hours=6)
_FIRST = 10
_HEAD = 0.1
_TAKEN = frozenset({RATED, Event.TRIED.value})


@dataclass
class Sums:
    """Of some answers: how many had which outcome, of all and of newcomers, and what rated beers were given."""

    answers: int = 0
    taken: int = 0
    liked: int = 0
    dismissed: int = 0
    newcomers: int = 0
    newcomers_taken: int = 0
    places: float = 0.0
    places_taken: int = 0
    rated: int = 0
    given: float = 0.0
    predicted: float = 0.0

    def add(self, other: Sums) -> None:
        """Add the sums of other answers."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def figures(self) -> dict[str, Any]:
        """Shares of answers, and means; None where there is nothing to divide by."""

        def share(count: float, of: float) -> float | None:
            return round(count / of, 5) if of else None

        return {
            "answers": self.answers,
            "taken": share(self.taken, self.answers),
            "liked": share(self.liked, self.answers),
            "dismissed": share(self.dismissed, self.answers),
            "place": share(self.places, self.places_taken),
            "rated": self.rated,
            "given": share(self.given, self.rated),
            "predicted": share(self.predicted, self.rated),
            "newcomers": {"answers": self.newcomers, "taken": share(self.newcomers_taken, self.newcomers)},
        }


@dataclass
class ReleaseQuality:
    """A release's answers: by day, over all, by user, and which beers they showed how often."""

    by_day: dict[str, Sums] = field(default_factory=dict)
    total: Sums = field(default_factory=Sums)
    shown: Counter[str] = field(default_factory=Counter)
    # By day and user: answers, those taken and those liked, within FOLLOWED_WITHIN.
    by_user: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    @property
    def users(self) -> int:
        """Different users, an answer to nobody known counting as one."""
        return len({user for users in self.by_user.values() for user in users})

    def head(self) -> float | None:
        """The share of all shown places that the most shown tenth of the shown beers takes."""
        counts = sorted(self.shown.values(), reverse=True)
        return sum(counts[: max(1, round(_HEAD * len(counts)))]) / sum(counts) if counts else None

    def group(self, days: list[str], outcome: int) -> Group:
        """Each user's answers on `days`, and those with the outcome: 1 for taken, 2 for liked."""
        sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for day in days:
            for user, counts in self.by_user[day].items():
                sums[user] = [one + other for one, other in zip(sums[user], counts, strict=True)]
        rows = np.array(list(sums.values()), np.float64).reshape(-1, 3)
        return Group(rows[:, 0], rows[:, outcome])


class OnlineQuality:
    """Adds up days of answers by release; `outcomes` are those of all days, as `ServedLog.outcomes` has them.

    A beer of an answer is taken if `tried` or `rated` followed, liked if it was rated at or above the mean of all
    scores in `outcomes`. An answer is taken, liked or dismissed by any of its beers; liked counts the first ten.
    """

    def __init__(self, outcomes: pd.DataFrame, now: pd.Timestamp) -> None:
        self.releases: dict[str, ReleaseQuality] = {}
        self._now = now
        rated = outcomes[outcomes["event"] == RATED]
        mean = rated["score"].mean() if len(rated) else 0.0
        keys = ["recommendation_id", "beer_id"]
        taken = outcomes[outcomes["event"].isin(_TAKEN)].groupby(keys)["at"].min().rename("taken_at")
        scores = rated.set_index(keys)["score"].rename("given")
        dismissed = outcomes[outcomes["event"] == Event.DISMISSED.value].groupby(keys)["at"].min().rename("dismissed")
        self._outcomes = pd.concat([taken, scores, dismissed], axis=1).reset_index()
        self._outcomes["liked"] = self._outcomes["given"].astype(float) >= mean

    def add(self, day: str, shown: pd.DataFrame) -> None:
        """Add the answers of a day, as `ServedLog.answers` has them."""
        if not len(shown):
            return
        rows = shown.merge(self._outcomes, how="left", on=["recommendation_id", "beer_id"])
        rows["taken"] = rows["taken_at"].notna()
        rows["liked"] = rows["liked"].eq(True) & (rows["place"] <= _FIRST)
        rows["in_time"] = pd.to_datetime(rows["taken_at"], utc=True) - rows["at"] <= FOLLOWED_WITHIN
        rows["user"] = rows["username"].fillna("answer " + rows["recommendation_id"])
        for release, own in rows.groupby("release"):
            quality = self.releases.setdefault(str(release), ReleaseQuality())
            quality.by_day[day] = _sums(own)
            quality.total.add(quality.by_day[day])
            quality.shown.update(own["beer_id"].tolist())
            quality.by_user[day] = _by_user(own[own["at"] <= self._now - FOLLOWED_WITHIN])


def _sums(rows: pd.DataFrame) -> Sums:
    answers = rows.groupby("recommendation_id").agg(
        taken=("taken", "any"), liked=("liked", "any"), ratings=("ratings", "first")
    )
    is_new = answers["ratings"] < NEWCOMER
    rated = rows[rows["given"].notna()]
    return Sums(
        answers=len(answers),
        taken=int(answers["taken"].sum()),
        liked=int(answers["liked"].sum()),
        dismissed=rows.loc[rows["dismissed"].notna(), "recommendation_id"].nunique(),
        newcomers=int(is_new.sum()),
        newcomers_taken=int(answers.loc[is_new, "taken"].sum()),
        places=float(rows.loc[rows["taken"], "place"].sum()),
        places_taken=int(rows["taken"].sum()),
        rated=len(rated),
        given=float(rated["given"].sum()),
        predicted=float(rated["score"].sum()),
    )


def _by_user(rows: pd.DataFrame) -> dict[str, list[int]]:
    counted = rows.assign(taken=rows["taken"] & rows["in_time"], liked=rows["liked"] & rows["in_time"])
    answers = counted.groupby(["user", "recommendation_id"])[["taken", "liked"]].any()
    sums = answers.assign(answers=1).groupby("user")[["answers", "taken", "liked"]].sum()
    return {str(user): [int(count) for count in counts] for user, *counts in sums.itertuples()}
