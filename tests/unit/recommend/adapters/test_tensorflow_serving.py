"""Bodies in TensorFlow Serving's columnar format."""

from __future__ import annotations

import json

import pytest

from recommend.adapters import tensorflow_serving
from recommend.adapters.tensorflow_serving import MalformedResponse, PredictedScores, Retrieved
from taproom.catalogue_file import Beer

SIGNATURE = "serving_default"
PALE = Beer("1", "Pale", "Älder", "Pale Ale", 5.5, 10, 4.0, 3.9)
UNKNOWN = Beer("2", "?", "Birch", None, None, 1, 4.0, 3.8)


def test_retrieval_is_asked_for_one_user_with_the_history_in_its_order() -> None:
    assert (
        tensorflow_serving.retrieval_request('ann "ü"', [{"9": 4.0, "ß1": 0.5}], SIGNATURE).decode()
        == '{"signature_name":"serving_default","inputs":{"username":["ann \\"ü\\""],'
        '"history_beer_ids":[["9","ß1"]],"history_scores":[[4.0,0.5]]}}'
    )


def test_an_empty_history_is_one_cell_of_padding() -> None:
    assert json.loads(tensorflow_serving.retrieval_request("ann", [{}], SIGNATURE))["inputs"] == {
        "username": ["ann"],
        "history_beer_ids": [[""]],
        "history_scores": [[0.0]],
    }


def test_of_a_history_too_long_for_a_request_the_most_recent_are_sent() -> None:
    history = {str(number): float(number % 6) for number in range(20_002)}
    inputs = json.loads(tensorflow_serving.retrieval_request("ann", [history], SIGNATURE))["inputs"]
    assert inputs["history_beer_ids"] == [[str(number) for number in range(2, 20_002)]]
    assert inputs["history_scores"] == [[float(number % 6) for number in range(2, 20_002)]]


def test_the_largest_request_fits_a_serverless_endpoint() -> None:
    # As long as ingest lets them through: ids of 64 bytes, usernames of 256, and names of breweries and styles besides.
    history = {f"{number:064}": 3.7000000476837 for number in range(30_000)}
    beers = [Beer(f"{number:064}", "", "x" * 1024, "x" * 1024, 5.199999809265137, 1, 4.0, 3.8) for number in range(500)]
    assert len(tensorflow_serving.ranking_request(["x" * 256] * 500, beers, [history], SIGNATURE)) < 4_000_000


def test_ranking_is_asked_in_columns_with_the_servables_words_for_unknown() -> None:
    assert (
        tensorflow_serving.ranking_request(["ann", "ann"], [PALE, UNKNOWN], [{"9": 4.0}], SIGNATURE).decode()
        == '{"signature_name":"serving_default","inputs":{"username":["ann","ann"],"beer_id":["1","2"],'
        '"brewery_name":["Älder","Birch"],"style":["Pale Ale",""],"abv":[5.5,-1.0],'
        '"history_beer_ids":[["9"]],"history_scores":[[4.0]]}}'
    )


def test_retrievals_answer_is_read() -> None:
    body = b'{"outputs": {"beer_id": [["2", "1"]], "score": [[0.5, 0.25]], "known": [true], "release": ["r"]}}'
    assert tensorflow_serving.parse_retrieval(body, 1) == [
        Retrieved(("2", "1"), (0.5, 0.25), knows_history=True, release="r")
    ]


def test_rankings_answer_is_read() -> None:
    body = b'{"outputs": {"score": [4, 3.25], "release": ["r", "r"]}}'
    assert tensorflow_serving.parse_ranking(body, beers=2) == PredictedScores((4.0, 3.25), "r")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"error": "no"}',
        b'{"predictions": []}',
        b'{"outputs": {"beer_id": [], "score": [], "known": [], "release": []}}',
        b'{"outputs": {"beer_id": [["1"], ["1"]], "score": [[1], [1]], "known": [true, true], "release": ["r", "r"]}}',
        b'{"outputs": {"beer_id": [["1"]], "score": [[1.0]], "known": [true]}}',
        b'{"outputs": {"beer_id": [["1"]], "known": [true], "release": ["r"]}}',
        b'{"outputs": {"beer_id": [["1"]], "score": [[NaN]], "known": [true], "release": ["r"]}}',
        b'{"outputs": {"beer_id": [["1"]], "score": [[-Infinity]], "known": [true], "release": ["r"]}}',
    ],
)
def test_anything_but_retrievals_outputs_for_one_user_is_no_answer(body: bytes) -> None:
    with pytest.raises(MalformedResponse, match="expected retrieval's outputs"):
        tensorflow_serving.parse_retrieval(body, 1)


def test_a_beer_without_a_score_is_no_answer() -> None:
    body = b'{"outputs": {"beer_id": [["2", "1"]], "score": [[0.5]], "known": [true], "release": ["r"]}}'
    with pytest.raises(MalformedResponse, match="expected a score for each of 2 beers, got 1"):
        tensorflow_serving.parse_retrieval(body, 1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"outputs": {"score": [4.0], "release": ["r"]}}', "expected 2 scores, got 1"),
        (b'{"outputs": {"score": [4.0, 3.0], "release": ["r"]}}', "expected 2 scores, got 2 with 1 releases"),
        (b'{"outputs": {"score": [4.0, NaN], "release": ["r", "r"]}}', "finite"),
        (b'{"outputs": {"score": [4.0, Infinity], "release": ["r", "r"]}}', "finite"),
        (b'{"outputs": [4.0, 3.0]}', "expected ranking's outputs"),
        (b'{"error": "no"}', "expected ranking's outputs"),
    ],
)
def test_anything_but_a_finite_score_a_beer_is_no_answer(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedResponse, match=reason):
        tensorflow_serving.parse_ranking(body, beers=2)


def test_histories_of_unlike_length_are_filled_up() -> None:
    histories = [{"9": 4.0, "8": 1.0}, {}, {"7": 2.0}]
    inputs = json.loads(tensorflow_serving.retrieval_request("ann", histories, SIGNATURE))["inputs"]
    assert inputs == {
        "username": ["ann"] * 3,
        "history_beer_ids": [["9", "8"], ["", ""], ["7", ""]],
        "history_scores": [[4.0, 1.0], [0.0, 0.0], [2.0, 0.0]],
    }
