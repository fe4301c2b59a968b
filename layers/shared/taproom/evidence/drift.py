"""`evidence/drift/<part>.json`: how unlike a drop is what the release in service was fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

# Of the population stability index; by convention a shift from here on is significant.
MOST_SHIFT = 0.25


@dataclass(frozen=True)
class Drift:
    """A drop's `rows` by so many `users` beside what is usual.

    `scores` and `styles` are population stability indices, None where nothing is known to compare with; the others are
    shares, 0 to 1: `new_beers` of rows of beers that the release does not know, `new_users` of users without a history,
    told from fifty of them.
    """

    rows: int
    users: int
    scores: float | None
    mean_score: float
    styles: float | None
    new_beers: float
    new_users: float
    without_style: float
    without_abv: float


class DropDrift(BaseModel):
    """That of one drop."""

    model_config = ConfigDict(frozen=True)

    at: datetime = Field(description="When it was dropped")
    drift: Drift
