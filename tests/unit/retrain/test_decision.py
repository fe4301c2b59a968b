"""Whether to train, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrain.decision import Nothing, Start, State, Wait, decide
from retrain.requests import Request

IDLE = State(
    running=None,
    undecided=None,
    parts=("20260101T000000Z-000000000001", "20260102T000000Z-000000000002"),
    existing=None,
    next_run="taproom-0123456789ab",
    new_reviews=10,
    minimum=10,
)
FROM_INGEST = Request("ingest")
SCHEDULED = Request("schedule", scheduled=True)
FORCED = Request("by hand", force=True)


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED, FORCED])
def test_enough_new_reviews_start_a_run(request_: Request) -> None:
    decision = decide(IDLE, [request_])
    assert isinstance(decision, Start)
    assert decision.run == "taproom-0123456789ab"


def test_the_reason_to_start_names_every_cause_once() -> None:
    decision = decide(IDLE, [FROM_INGEST, SCHEDULED, FROM_INGEST])
    assert decision.reason == "2 parts to train on, asked for by: ingest, schedule."


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED, FORCED])
def test_nothing_starts_beside_a_running_job(request_: Request) -> None:
    decision = decide(replace(IDLE, running="taproom-aaaaaaaaaaaa"), [request_])
    assert isinstance(decision, Wait)
    assert "taproom-aaaaaaaaaaaa is still training" in decision.reason


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED])
def test_a_completed_run_gets_its_verdict_before_the_next_one_starts(request_: Request) -> None:
    decision = decide(replace(IDLE, undecided="taproom-aaaaaaaaaaaa"), [request_])
    assert isinstance(decision, Wait)
    assert "taproom-aaaaaaaaaaaa has completed and awaits its verdict" in decision.reason


def test_a_forced_request_does_not_wait_for_the_verdict() -> None:
    assert isinstance(decide(replace(IDLE, undecided="taproom-aaaaaaaaaaaa"), [FORCED]), Start)


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED, FORCED])
def test_without_reviews_nothing_starts_and_the_reason_says_what_to_do(request_: Request) -> None:
    decision = decide(replace(IDLE, parts=(), new_reviews=0), [request_])
    assert decision == Nothing("There are no reviews yet: drop a CSV of reviews under incoming/.")


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED])
def test_the_same_reviews_and_code_are_trained_on_once(request_: Request) -> None:
    decision = decide(replace(IDLE, existing="taproom-0123456789ab", next_run="taproom-0123456789ab-2"), [request_])
    assert isinstance(decision, Nothing)
    assert "taproom-0123456789ab was trained on exactly these reviews" in decision.reason


def test_a_forced_request_trains_on_the_same_again_as_the_next_attempt() -> None:
    decision = decide(replace(IDLE, existing="taproom-0123456789ab", next_run="taproom-0123456789ab-2"), [FORCED])
    assert isinstance(decision, Start)
    assert decision.run == "taproom-0123456789ab-2"


def test_too_few_new_reviews_wait_and_the_reason_counts_the_missing_ones() -> None:
    decision = decide(replace(IDLE, new_reviews=3), [FROM_INGEST])
    assert isinstance(decision, Nothing)
    assert "3 new reviews and 10 are needed: 7 are missing" in decision.reason


@pytest.mark.parametrize("request_", [SCHEDULED, FORCED])
def test_the_schedule_and_a_forced_request_do_not_wait_for_more_reviews(request_: Request) -> None:
    assert isinstance(decide(replace(IDLE, new_reviews=0), [FROM_INGEST, request_]), Start)


def test_reviews_that_were_withdrawn_are_a_reason_to_train_even_on_what_was_trained_on_before() -> None:
    withdrawn = replace(IDLE, existing="taproom-0123456789ab", next_run="taproom-0123456789ab-2", withdrawn=1)
    decision = decide(replace(withdrawn, new_reviews=0), [FROM_INGEST])
    assert decision == Start("taproom-0123456789ab-2", "2 parts to train on, 1 withdrawn since, asked for by: ingest.")
