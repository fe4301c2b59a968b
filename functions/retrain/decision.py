"""Whether to train now, as a pure function of what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrain.requests import Request
from retrain.sagemaker_jobs import Job

# Ratings come one by one: they make a run worth its price only together.
_FEWEST_RATINGS = 100
_SHARE_OF_RATINGS = 100


def ratings_needed(learnt: int) -> int:
    """New ratings that make a run: 1 % of the reviews that the release in service has learnt from, at least 100."""
    return max(_FEWEST_RATINGS, -(-learnt // _SHARE_OF_RATINGS))


@dataclass(frozen=True)
class NewReviews:
    """Reviews in parts that the newest run did not see: from files that were dropped, and ratings through the API."""

    dropped: int
    rated: int = 0

    def missing(self, minimum: int, minimum_ratings: int) -> int:
        """How many more a run needs: `minimum` in all, or where all are ratings `minimum_ratings`; 0 if enough."""
        ratings_alone = self.rated and not self.dropped
        needed = max(minimum, minimum_ratings) if ratings_alone else minimum
        return max(0, needed - self.dropped - self.rated)


@dataclass(frozen=True)
class State:
    """What S3 and SageMaker say about the stack's runs.

    Attributes
    ----------
    running
        A run whose training job has not ended.
    undecided
        The latest completed run, while promote can still be expected to give its verdict.
    parts
        The parts of all reviews.
    existing
        The latest attempt at exactly these parts, code and hyper-parameters.
    next_run
        The name for the next attempt at them.
    new
        Reviews in parts that the newest run did not see; once they are enough no more need be counted.
    minimum
        New reviews that make a retrain worth its while.
    minimum_ratings
        As `minimum`, where all of them are ratings.
    minutes_since_start
        Minutes since the newest run started, None where there was none.
    minutes_between
        As many have to pass before the next one starts by itself.
    minutes_used
        Minutes of training in this calendar month; 0 where there is no budget.
    monthly_minutes
        The budget: at so many no run starts by itself; 0 for none.
    withdrawn
        Parts that the newest run saw and that are gone, where what serves was trained on others than are left.
    learnt
        The name of what there is to learn of catalogue files, empty for nothing.
    preparation
        The processing job of a run that is decided on and has no training job yet.
    has_new_catalogue
        Whether the newest run, and what serves, learnt something else of them.
    """

    running: str | None
    undecided: str | None
    parts: tuple[str, ...]
    existing: str | None
    next_run: str
    new: NewReviews
    minimum: int
    minimum_ratings: int
    minutes_since_start: float | None = None
    minutes_between: int = 0
    minutes_used: float = 0.0
    monthly_minutes: int = 0
    withdrawn: int = 0
    learnt: str = ""
    preparation: Job | None = None
    has_new_catalogue: bool = False


@dataclass(frozen=True)
class Start:
    """Train as `run`."""

    run: str
    reason: str


@dataclass(frozen=True)
class Prepare(Start):
    """Prepare its reviews on Spark, and train as `run` once that has ended."""


@dataclass(frozen=True)
class Wait:
    """Do not train yet: the same is to be asked again later."""

    reason: str


@dataclass(frozen=True)
class Spent(Wait):
    """Do not train yet: the month's budget is used up, and a person should know."""


@dataclass(frozen=True)
class Nothing:
    """Do not train."""

    reason: str


def decide(state: State, requests: Sequence[Request]) -> Start | Wait | Nothing:
    """One decision for all `requests`, of which there is at least one."""
    forced = any(request.force for request in requests)
    scheduled = any(request.scheduled for request in requests)
    if state.running:
        return Wait(f"{state.running} is still training.")
    if state.preparation and state.preparation.runs:
        return Wait(f"{state.preparation.run} is being prepared on Spark.")
    if state.preparation:
        return Start(state.preparation.run, f"its preparation on Spark has ended as {state.preparation.status}.")
    if state.undecided and not forced:
        return Wait(f"{state.undecided} has completed and awaits its verdict.")
    if not state.parts:
        return Nothing("There are no reviews yet: drop a CSV of reviews under incoming/.")
    # An earlier run that saw just what is left does not help: what serves saw more.
    if state.existing and not forced and not state.withdrawn and not state.has_new_catalogue:
        return Nothing(
            f"{state.existing} was trained on exactly these reviews, code and hyper-parameters; "
            "a forced request trains on them again."
        )
    missing = state.new.missing(state.minimum, state.minimum_ratings)
    if missing and not forced and not scheduled and not state.withdrawn and not state.has_new_catalogue:
        there = state.new.dropped + state.new.rated
        what = "reviews" if state.new.dropped or not there else "ratings"
        return Nothing(
            f"There are {there} new {what} and {there + missing} are needed: {missing} are missing. "
            "The schedule, tuning and a forced request do not wait for them."
        )
    if not forced and 0 < state.monthly_minutes <= state.minutes_used:
        return Spent(
            f"{state.minutes_used:.0f} of this month's {state.monthly_minutes} training minutes are used up: no run "
            "starts by itself before the next month. A forced request starts one (python -m operate retrain --force), "
            "and so does a higher MonthlyTrainingMinutes."
        )
    if (
        not forced
        and state.minutes_since_start is not None
        and max(0, state.minutes_since_start) < state.minutes_between
    ):
        return Wait(
            f"The newest run started {state.minutes_since_start:.0f} minutes ago, and {state.minutes_between} have to "
            "lie between runs (MinimumMinutesBetweenRuns)."
        )
    causes = ", ".join(dict.fromkeys(request.cause for request in requests))
    parts = "1 part" if len(state.parts) == 1 else f"{len(state.parts)} parts"
    gone = f", {state.withdrawn} withdrawn since" if state.withdrawn else ""
    beers = ", with beers of catalogue files that are new or changed" if state.has_new_catalogue else ""
    return Start(state.next_run, f"{parts} to train on{gone}{beers}, asked for by: {causes}.")
