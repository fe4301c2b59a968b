"""What counts as an outcome of an answer: the one definition, for releases and for experiments."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from taproom import contract
from taproom.messages.served_events import RATED, TAKING, Event

_FIRST = 10
_KEY = ["recommendation_id", "beer_id"]


class Outcome(StrEnum):
    """What may come of an answer."""

    TAKEN = "taken"
    LIKED = "liked"


class Outcomes:
    """What came of beers in answers; `rows` are those of all days, as `ServedLog.outcomes` has them.

    A beer of an answer is taken if `tried` or `rated` followed, liked if it is among the first ten and was rated at or
    above the mean of all scores in `rows`. What follows no answer that showed the beer counts for nothing.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        rated = rows[rows["event"] == RATED]
        liked = rated[rated["score"] >= (rated["score"].mean() if len(rated) else 0.0)]
        first = {
            "taken_at": rows[rows["event"].isin(TAKING)].groupby(_KEY)["at"].min(),
            "liked_at": liked.groupby(_KEY)["at"].min(),
            "dismissed_at": rows[rows["event"] == Event.DISMISSED.value].groupby(_KEY)["at"].min(),
            "given": rated.groupby(_KEY)["score"].first(),
        }
        self._first = pd.concat(first, axis=1).reset_index()

    def of(self, shown: pd.DataFrame) -> pd.DataFrame:
        """The beers `shown`, as `ServedLog.answers` has them, with what came of each.

        Further columns: `taken`, `liked` and `dismissed` say whether, `taken_at` and `liked_at` when, or NaT; `given`
        is the score of what was rated, or NaN. `is_probe` tells what exploration put there, which is not the policy's.
        """
        rows = shown.merge(self._first, how="left", on=_KEY)
        for name in ("taken_at", "liked_at"):
            rows[name] = pd.to_datetime(rows[name], utc=True)
        rows["is_probe"] = rows["propensity"] < contract.LEAST_OF_POLICY
        rows["taken"] = rows["taken_at"].notna()
        rows["liked"] = rows["liked_at"].notna() & (rows["place"] <= _FIRST)
        rows["dismissed"] = rows["dismissed_at"].notna()
        return rows
