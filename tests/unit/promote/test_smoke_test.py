"""Comparing an endpoint's answers with the recorded ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promote.smoke_test import differences
from taproom.names import Layout

BEERS = [f"beer {number}" for number in range(10)]
SMOKE_TEST: dict[str, Any] = {
    "release": "taproom-0123456789ab",
    "retrieval": [
        {
            "inputs": {"username": ["ann"], "history_beer_ids": [["beer 11"]], "history_scores": [[4.5]]},
            "outputs": {
                "beer_id": [BEERS],
                "score": [[0.9 - number / 100 for number in range(10)]],
                "known": [True],
                "release": ["taproom-0123456789ab"],
            },
        }
    ],
    "ranking": [
        {
            "inputs": {
                "username": ["ann"],
                "beer_id": ["beer 0"],
                "history_beer_ids": [["beer 11"]],
                "history_scores": [[4.5]],
            },
            "outputs": {"score": [3.75], "release": ["taproom-0123456789ab"]},
        }
    ],
}


def answered(**changes: Any) -> list[str]:
    def ask(question: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        assert inputs == SMOKE_TEST[question][0]["inputs"]
        return {**SMOKE_TEST[question][0]["outputs"], **changes.get(question, {})}

    return differences(SMOKE_TEST, Layout.SEPARATE.questions, ask)


def test_the_recorded_answers_are_no_difference() -> None:
    assert answered() == []


def test_longer_lists_and_rounding_are_no_difference() -> None:
    scores = [0.9 - number / 100 + 0.0005 for number in range(10)]
    assert answered(retrieval={"beer_id": [[*BEERS, "beer 10"]], "score": [[*scores, 0.1]]}) == []


def test_two_beers_that_change_places_are_no_difference() -> None:
    assert answered(retrieval={"beer_id": [[BEERS[1], BEERS[0], *BEERS[2:]]]}) == []


def test_another_score_is_told_with_both_values() -> None:
    assert answered(ranking={"score": [3.8]}) == ["ranking, request 1: score is [3.8], recorded was [3.75]"]


def test_the_answer_of_another_release_is_told() -> None:
    assert len(answered(retrieval={"release": ["taproom-ba9876543210"]})) == 1


def test_other_beers_are_told() -> None:
    others = [f"other {number}" for number in range(3)] + BEERS[:7]
    assert answered(retrieval={"beer_id": [others]}) == [
        "retrieval, request 1: row 0 shares 7 of 10 beers with what was recorded"
    ]


def test_an_answer_without_an_output_is_told() -> None:
    def ask(question: str, _: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"score": SMOKE_TEST[question][0]["outputs"]["score"]}

    assert "ranking, request 1: the answer has no release, only score" in differences(
        SMOKE_TEST, Layout.SEPARATE.questions, ask
    )


def test_an_answer_cut_short_is_told() -> None:
    assert len(answered(retrieval={"score": [[0.9, 0.89]]})) == 1
