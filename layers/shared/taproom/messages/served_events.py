"""What the files below served/ have: their columns, and the events of their rows.

Standard library only, since it travels into the training container as it is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

# Columns of a file, in order, beside its partition `day`.
COLUMNS = (
    "event",
    "at",
    "recommendation_id",
    "username",
    "beer_id",
    "place",
    "score",
    "propensity",
    "release",
    "ranking_release",
    "route",
    "basis",
    "ratings",
    "context",
)
# The event of a row that says that a beer was in an answer; the others are what came of it.
SERVED = "served"
# A rating that names the answer that it follows.
RATED = "rated"

# What an answer is made by: both models; the catalogue, for one that does not answer; or everybody's scores.
Basis = Literal["personal", "quick", "most loved"]
PERSONAL: Basis = "personal"
QUICK: Basis = "quick"
MOST_LOVED: Basis = "most loved"


class Event(StrEnum):
    """What an application may tell of a beer that was in an answer."""

    SEEN = "seen"
    OPENED = "opened"
    WANTED = "wanted"
    TRIED = "tried"
    DISMISSED = "dismissed"


# A beer of an answer is taken if one of these followed.
TAKING = (RATED, Event.TRIED.value)
