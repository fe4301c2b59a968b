"""`evidence/online.json`: how releases do with people, by what was served and what came of it.

A beer of an answer is taken if it was tried or rated, liked if it is among the first ten and was rated at or above the
mean of all scores of the window. An answer is taken, liked or dismissed by any of its beers; probes count for nothing
but where they are named.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figures(_Record):
    """What came of some answers; null where there is nothing to divide by."""

    answers: int
    taken: float | None = Field(description="Share of answers of which a beer was tried or rated")
    liked: float | None = Field(description="Share of answers of whose first ten a beer was liked")
    dismissed: float | None = Field(description="Share of answers of which a beer was dismissed")
    liked_in_first_ten: float | None = Field(description="Liked beers among the first ten, a mean over answers")
    place: float | None = Field(description="Mean place of the beers that were taken")
    rated: int = Field(description="Rated beers for which a score had been predicted")
    given: float | None = Field(description="Mean of their scores")
    predicted: float | None = Field(description="Mean of the scores that had been predicted for them")


class Day(Figures):
    """Those of one day (UTC)."""

    day: date


class Interval(_Record):
    """Of 95 % confidence, over users, however often somebody looks."""

    lower: float
    upper: float


class Probes(_Record):
    """Beers that exploration put at a place of their own."""

    shown: int
    taken: int


class ReleaseQuality(Figures):
    """One release's answers in the window."""

    release: str
    users: int = Field(description="With answers; somebody without a name counts once an answer")
    taken_interval: Interval | None = Field(description="Null with fewer than 100 users")
    liked_interval: Interval | None = Field(description="Null with fewer than 100 users")
    coverage: float | None = Field(description="Share of the beers that the release knows which were shown")
    head: float | None = Field(description="Share of places that the most shown tenth of these beers had")
    newcomers: Figures = Field(description="Of the answers that went by fewer than 5 ratings")
    probes: Probes
    days: list[Day]


class Change(_Record):
    """By how much more often the answers of one release have an outcome than those of another."""

    value: float
    lower: float = Field(description="Bounds hold at all times, and those of both outcomes together, in 95 %")
    upper: float


class OnlineComparison(_Record):
    """The release in service beside the one before it, on equally many days after and before it came into service."""

    release: str
    previous: str
    days: int
    is_worse: bool = Field(description="Whether answers are taken or liked less often, beyond chance")
    taken: Change | None = Field(description="Null with fewer than 100 users of either")
    liked: Change | None = Field(description="Null with fewer than 100 users of either")
    sentence: str


class Rollback(_Record):
    """`release` gave way to the release `to`, since people took or liked less of it."""

    release: str
    to: str
    at: datetime
    reason: str


class OnlineQuality(_Record):
    """All of it; NOTHING before the monitor function has looked."""

    at: datetime | None
    in_service: str | None
    releases: list[ReleaseQuality] = Field(description="The one that answered last first")
    comparison: OnlineComparison | None
    rollbacks: list[Rollback] = Field(description="The last one last")


NOTHING = OnlineQuality(at=None, in_service=None, releases=[], comparison=None, rollbacks=[])
