"""Bodies in TensorFlow Serving's columnar format."""

from __future__ import annotations

import pytest

from recommend import tensorflow_serving
from recommend.catalogue import Beer
from recommend.tensorflow_serving import AnswerError, Ranked, Retrieved

PALE = Beer("1", "Pale", "Älder", "Pale Ale", 5.5, 10, 4.0, 3.9)
UNKNOWN = Beer("2", "?", "Birch", None, None, 1, 4.0, 3.8)


def test_retrieval_is_asked_for_one_user() -> None:
    assert (
        tensorflow_serving.retrieval_request('ann "ü"').decode()
        == '{"signature_name":"serving_default","inputs":{"username":["ann \\"ü\\""]}}'
    )


def test_ranking_is_asked_in_columns_with_the_servables_words_for_unknown() -> None:
    assert (
        tensorflow_serving.ranking_request("ann", [PALE, UNKNOWN]).decode()
        == '{"signature_name":"serving_default","inputs":{"username":["ann","ann"],"beer_id":["1","2"],'
        '"brewery_name":["Älder","Birch"],"style":["Pale Ale",""],"abv":[5.5,-1.0]}}'
    )


def test_retrievals_answer_is_read() -> None:
    body = b'{"outputs": {"beer_id": [["2", "1"]], "score": [[0.5, 0.25]], "known": [true], "release": ["r"]}}'
    assert tensorflow_serving.retrieval_answer(body) == Retrieved(("2", "1"), known=True, release="r")


def test_rankings_answer_is_read() -> None:
    body = b'{"outputs": {"score": [4, 3.25], "release": ["r", "r"]}}'
    assert tensorflow_serving.ranking_answer(body, beers=2) == Ranked((4.0, 3.25), "r")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"error": "no"}',
        b'{"predictions": []}',
        b'{"outputs": {"beer_id": [], "known": [], "release": []}}',
        b'{"outputs": {"beer_id": [["1"], ["1"]], "known": [true, true], "release": ["r", "r"]}}',
        b'{"outputs": {"beer_id": [["1"]], "known": [true]}}',
    ],
)
def test_anything_but_retrievals_outputs_for_one_user_is_no_answer(body: bytes) -> None:
    with pytest.raises(AnswerError, match="expected retrieval's outputs for one user"):
        tensorflow_serving.retrieval_answer(body)


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
    with pytest.raises(AnswerError, match=reason):
        tensorflow_serving.ranking_answer(body, beers=2)
