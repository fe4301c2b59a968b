"""Whether to train now, as a pure function of what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrain.requests import Request


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
    new_reviews
        Reviews in parts that the newest run did not see; beyond `minimum` they need not be counted.
    minimum
        New reviews that make a retrain worth its while.
    withdrawn
        Parts that the newest run saw and that are gone, where what serves was trained on others than are left.
    """

    running: str | None
    undecided: str | None
    parts: tuple[str, ...]
    existing: str | None
    next_run: str
    new_reviews: int
    minimum: int
    withdrawn: int = 0


@dataclass(frozen=True)
class Start:
    """Train as `run`."""

    run: str
    reason: str


@dataclass(frozen=True)
class Wait:
    """Do not train yet: the same is to be asked again later."""

    reason: str


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
    if state.undecided and not forced:
        return Wait(f"{state.undecided} has completed and awaits its verdict.")
    if not state.parts:
        return Nothing("There are no reviews yet: drop a CSV of reviews under incoming/.")
    # An earlier run that saw just what is left does not help: what serves saw more.
    if state.existing and not forced and not state.withdrawn:
        return Nothing(
            f"{state.existing} was trained on exactly these reviews, code and hyper-parameters; "
            "a forced request trains on them again."
        )
    missing = state.minimum - state.new_reviews
    if missing > 0 and not forced and not scheduled and not state.withdrawn:
        return Nothing(
            f"There are {state.new_reviews} new reviews and {state.minimum} are needed: {missing} are missing. "
            "The schedule, tuning and a forced request do not wait for them."
        )
    causes = ", ".join(dict.fromkeys(request.cause for request in requests))
    parts = "1 part" if len(state.parts) == 1 else f"{len(state.parts)} parts"
    gone = f", {state.withdrawn} withdrawn since" if state.withdrawn else ""
    return Start(state.next_run, f"{parts} to train on{gone}, asked for by: {causes}.")
