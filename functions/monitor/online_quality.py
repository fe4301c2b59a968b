"""What people did with the answers of each release: sums that days add up to, and the figures that they make."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from monitor.outcomes import Outcome, Outcomes
from monitor.sequential_test import Group
from taproom.messages.served_events import PERSONAL

# Who had rated fewer beers than this when they were answered is a newcomer.
NEWCOMER = 5
# Releases are compared by what came of an answer within this time, of answers that are as old: else the newer one's
# would have had less time for it.
FOLLOWED_WITHIN = timedelta(hours=6)
# What a user's sums in one period are, in order.
_COUNTS = ["answers", "taken", "liked", "judged", "taken_in_time", "liked_in_time"]


@dataclass
class Sums:
    """Of some answers: how many had which outcome, and what rated beers were given."""

    answers: int = 0
    taken: int = 0
    liked: int = 0
    dismissed: int = 0
    liked_beers: int = 0
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
        """The fields of taproom.evidence.online.Figures."""

        def share(count: float, of: float) -> float | None:
            return round(count / of, 5) if of else None

        return {
            "answers": self.answers,
            "taken": share(self.taken, self.answers),
            "liked": share(self.liked, self.answers),
            "dismissed": share(self.dismissed, self.answers),
            "liked_in_first_ten": share(self.liked_beers, self.answers),
            "place": share(self.places, self.places_taken),
            "rated": self.rated,
            "given": share(self.given, self.rated),
            "predicted": share(self.predicted, self.rated),
        }


@dataclass
class ReleaseQuality:
    """A release's answers: by day, over all, by user, and which beers they showed how often.

    `by_user` has each user's sums by period, the number of whole days since the release in service came into service
    (-1: the day before that), in the order of _COUNTS.
    """

    by_day: dict[str, Sums] = field(default_factory=dict)
    total: Sums = field(default_factory=Sums)
    newcomers: Sums = field(default_factory=Sums)
    shown: Counter[str] = field(default_factory=Counter)
    probes: int = 0
    probes_taken: int = 0
    by_user: dict[str, dict[int, np.ndarray]] = field(default_factory=dict)

    def head(self, beers: int) -> float | None:
        """The share of all shown places that the most shown tenth of a catalogue of `beers` takes."""
        counts = sorted(self.shown.values(), reverse=True)
        return sum(counts[: math.ceil(beers / 10)]) / sum(counts) if counts else None

    def group(self, outcome: Outcome) -> Group:
        """Each user's answers, and those of them with the outcome."""
        return self._group("answers", outcome.value, None)

    def judged(self, outcome: Outcome, periods: Iterable[int]) -> Group:
        """The same of answers in these periods that are older than FOLLOWED_WITHIN, by what came within that time."""
        return self._group("judged", f"{outcome.value}_in_time", frozenset(periods))

    def _group(self, answers: str, outcome: str, periods: frozenset[int] | None) -> Group:
        columns = [_COUNTS.index(answers), _COUNTS.index(outcome)]
        sums = [
            sum(
                (counts[columns] for period, counts in own.items() if periods is None or period in periods), np.zeros(2)
            )
            for own in self.by_user.values()
        ]
        rows = np.array([each for each in sums if each[0]], np.float64).reshape(-1, 2)
        return Group(rows[:, 0], rows[:, 1])


class OnlineQuality:
    """Adds up days of answers by release; probes count for nothing but their own two numbers.

    An answer is taken, liked or dismissed by any of its beers. `since` is when the release in service came into
    service.
    """

    def __init__(self, outcomes: Outcomes, since: pd.Timestamp, now: pd.Timestamp) -> None:
        self.releases: dict[str, ReleaseQuality] = {}
        self._outcomes = outcomes
        self._since = since
        self._now = now

    def add(self, day: str, shown: pd.DataFrame) -> None:
        """Add the answers of a day, as `ServedLog.answers` has them."""
        if not len(shown):
            return
        rows = self._outcomes.of(shown)
        for name in Outcome:
            rows[f"{name}_in_time"] = rows[name] & (rows[f"{name}_at"] - rows["at"] <= FOLLOWED_WITHIN)
        rows["user"] = rows["username"].fillna("answer " + rows["recommendation_id"])
        rows["judged"] = rows["at"] <= self._now - FOLLOWED_WITHIN
        rows["period"] = (rows["at"] - self._since) // pd.Timedelta(days=1)
        for release, of_release in rows.groupby("release"):
            quality = self.releases.setdefault(str(release), ReleaseQuality())
            probes = of_release[of_release["is_probe"]]
            quality.probes += len(probes)
            quality.probes_taken += int(probes["taken"].sum())
            own = of_release[~of_release["is_probe"]]
            quality.by_day[day] = _sums(own)
            quality.total.add(quality.by_day[day])
            quality.newcomers.add(_sums(own[own["ratings"] < NEWCOMER]))
            quality.shown.update(own["beer_id"].dropna().tolist())
            _add_users(quality.by_user, own)


def _answers(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    names = ["taken", "liked", "dismissed", "judged", "taken_in_time", "liked_in_time"]
    return rows.groupby(by)[names].any()


def _sums(rows: pd.DataFrame) -> Sums:
    answers = _answers(rows, ["recommendation_id"])
    taken = rows[rows["taken"]]
    rated = rows[rows["given"].notna() & (rows["basis"] == PERSONAL)]
    return Sums(
        answers=len(answers),
        taken=int(answers["taken"].sum()),
        liked=int(answers["liked"].sum()),
        dismissed=int(answers["dismissed"].sum()),
        liked_beers=int(rows["liked"].sum()),
        places=float(taken["place"].sum()),
        places_taken=len(taken),
        rated=len(rated),
        given=float(rated["given"].sum()),
        predicted=float(rated["score"].sum()),
    )


def _add_users(by_user: dict[str, dict[int, np.ndarray]], rows: pd.DataFrame) -> None:
    answers = _answers(rows, ["user", "period", "recommendation_id"]).assign(answers=True)
    for name in ("taken_in_time", "liked_in_time"):
        answers[name] &= answers["judged"]
    sums = answers.groupby(["user", "period"])[_COUNTS].sum()
    for (user, period), counts in zip(sums.index, sums.to_numpy(np.float64), strict=True):
        periods = by_user.setdefault(str(user), {})
        periods[int(period)] = periods.get(int(period), np.zeros(len(_COUNTS))) + counts
