"""Whether to train, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrain.decision import NewReviews, Nothing, Spent, Start, State, Wait, decide, ratings_needed
from retrain.requests import Request

IDLE = State(
    running=None,
    undecided=None,
    parts=("20260101T000000Z-000000000001", "20260102T000000Z-000000000002"),
    existing=None,
    next_run="taproom-0123456789ab",
    new=NewReviews(10),
    minimum=10,
    minimum_ratings=100,
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
    decision = decide(replace(IDLE, parts=(), new=NewReviews(0)), [request_])
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
    decision = decide(replace(IDLE, new=NewReviews(3)), [FROM_INGEST])
    assert isinstance(decision, Nothing)
    assert "3 new reviews and 10 are needed: 7 are missing" in decision.reason


@pytest.mark.parametrize("request_", [SCHEDULED, FORCED])
def test_the_schedule_and_a_forced_request_do_not_wait_for_more_reviews(request_: Request) -> None:
    assert isinstance(decide(replace(IDLE, new=NewReviews(0)), [FROM_INGEST, request_]), Start)


def test_reviews_that_were_withdrawn_are_a_reason_to_train_even_on_what_was_trained_on_before() -> None:
    withdrawn = replace(IDLE, existing="taproom-0123456789ab", next_run="taproom-0123456789ab-2", withdrawn=1)
    decision = decide(replace(withdrawn, new=NewReviews(0)), [FROM_INGEST])
    assert decision == Start("taproom-0123456789ab-2", "2 parts to train on, 1 withdrawn since, asked for by: ingest.")


@pytest.mark.parametrize(("learnt", "needed"), [(0, 100), (10_000, 100), (10_001, 101), (1_586_614, 15_867)])
def test_ratings_make_a_run_once_they_are_a_hundredth_of_all_reviews_or_a_hundred(learnt: int, needed: int) -> None:
    assert ratings_needed(learnt) == needed


@pytest.mark.parametrize(
    ("dropped", "rated", "missing"),
    # At least 10 in all, and 100 where there are ratings alone.
    [(0, 0, 10), (0, 99, 1), (0, 100, 0), (0, 150, 0), (1, 0, 9), (1, 8, 1), (1, 9, 0), (10, 0, 0)],
)
def test_ratings_wait_for_each_other_and_go_along_with_a_drop(dropped: int, rated: int, missing: int) -> None:
    assert NewReviews(dropped, rated).missing(10, 100) == missing


def test_too_few_ratings_wait_and_the_reason_counts_the_missing_ones() -> None:
    few = replace(IDLE, new=NewReviews(0, 30))
    decision = decide(few, [FROM_INGEST])
    assert isinstance(decision, Nothing)
    assert "There are 30 new ratings and 100 are needed: 70 are missing" in decision.reason
    assert isinstance(decide(few, [SCHEDULED]), Start)
    assert isinstance(decide(replace(few, minimum=200), [FROM_INGEST]), Nothing)


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED])
def test_a_run_waits_until_the_minutes_between_runs_have_passed_unless_it_is_forced(request_: Request) -> None:
    early = replace(IDLE, minutes_since_start=59.4, minutes_between=60)
    decision = decide(early, [request_])
    assert type(decision) is Wait
    assert "started 59 minutes ago, and 60 have to lie between runs" in decision.reason
    assert isinstance(decide(early, [FORCED]), Start)
    assert isinstance(decide(replace(early, minutes_since_start=60.0), [request_]), Start)
    assert isinstance(decide(replace(early, minutes_since_start=None), [request_]), Start)


@pytest.mark.parametrize("request_", [FROM_INGEST, SCHEDULED])
def test_a_spent_budget_stops_every_run_that_is_not_forced(request_: Request) -> None:
    spent = replace(IDLE, minutes_used=300.0, monthly_minutes=300)
    decision = decide(spent, [request_])
    assert isinstance(decision, Spent)
    assert "300 of this month's 300 training minutes are used up" in decision.reason
    assert isinstance(decide(spent, [FORCED]), Start)
    assert isinstance(decide(replace(spent, minutes_used=299.0), [request_]), Start)
    assert isinstance(decide(replace(spent, monthly_minutes=0), [request_]), Start)


def test_a_spent_budget_is_no_news_where_there_is_nothing_to_train() -> None:
    spent = replace(IDLE, minutes_used=300.0, monthly_minutes=300, new=NewReviews(3))
    assert isinstance(decide(spent, [FROM_INGEST]), Nothing)
