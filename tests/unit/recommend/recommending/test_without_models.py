"""What comes where a model, the histories or Taproom itself fails."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ReadTimeoutError

from taproom.settings import SettingsError
from tests.unit.recommend.calls import answer, good, ids, recommended, respond
from tests.unit.recommend.cloud import (
    BUCKET,
    NEW,
    OLD,
    Cloud,
    Refused,
    get,
    request,
)

pytestmark = pytest.mark.usefixtures("cloud")


def test_before_the_first_release_a_503_says_what_to_do(cloud: Cloud) -> None:
    cloud.endpoints.clear()
    response = respond(request("ann"))
    assert response["statusCode"] == 503
    assert json.loads(response["body"]) == {
        "code": "no_model",
        "message": "No model is in service yet: drop a CSV of reviews under s3://drops/incoming/ "
        "and wait for the first training to finish.",
    }
    assert response["headers"]["retry-after"] == "60"


def test_where_one_of_two_endpoints_is_gone_that_is_what_is_said(cloud: Cloud) -> None:
    cloud.endpoints.clear()
    cloud.deploy(NEW, "retrieval")
    code, refused = answer(request("ann"))
    assert code == 503
    assert refused["message"] == (
        f"The endpoint taproom-ranking is not there, though the other one has {NEW}. Unless that is being rolled out "
        f"right now, make the endpoint again: python -m operate rollback {NEW}"
    )
    assert good(get("/health"))["note"] == refused["message"]


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("failed", "Failed: one user is too few to hold out", "failed. Failed: one user is too few to hold out."),
        (
            "refused",
            "Its RMSE is 1.3000, wanted at most 0.6000.",
            "was refused. Its RMSE is 1.3000, wanted at most 0.6",
        ),
        ("promoted", None, "taproom-000000000009 is good enough, and is being rolled out or waits for approval."),
    ],
)
def test_after_a_training_that_brought_no_model_its_verdict_is_the_reason(
    cloud: Cloud, status: str, reason: str | None, told: str
) -> None:
    cloud.endpoints.clear()
    verdict = {"run": "taproom-000000000009", "status": status, "serving": None, "reason": reason}
    body = json.dumps(verdict | {"comparisons": [], "notes": []})
    cloud.s3.put_object(Bucket=BUCKET, Key="runs/taproom-000000000009/verdict.json", Body=body)

    code, refused = answer(request("ann"))
    health = good(get("/health"))

    assert code == 503
    assert told in refused["message"]
    assert (health["status"], health["note"]) == ("no model", refused["message"])
    assert ("drop another CSV under s3://drops/incoming/" in refused["message"]) == (status != "promoted")


WAYS_TO_FAIL = [
    (Refused("ThrottlingException", 429), "5", "busy or still waking up"),
    (Refused("ServiceUnavailable", 503), "5", "busy or still waking up"),
    (Refused("ModelNotReadyException", 429), "5", "busy or still waking up"),
    (ReadTimeoutError(endpoint_url="https://runtime"), "5", "busy or still waking up"),
    (Refused("ModelError", 424), "60", "failed to answer"),
    (Refused("InternalFailure", 500), "60", "failed to answer"),
    (Refused("ValidationError", 400), "60", "failed to answer"),
    (b"<html>", "60", "failed to answer"),
    (b'{"error": "no such model"}', "60", "failed to answer"),
    (b'{"outputs": {"score": [1.0], "release": ["a"], "beer_id": [], "known": []}}', "60", "failed to answer"),
    (
        b'{"outputs": {"score": [[1.0]], "release": ["a"], "beer_id": [["1", "2"]], "known": [true]}}',
        "60",
        "failed to answer",
    ),
    (b'{"outputs": {"score": [NaN, 1, 1, 1], "release": ["a", "a", "a", "a"]}}', "60", "failed to answer"),
]


@pytest.mark.parametrize("error", [error for error, _, _ in WAYS_TO_FAIL])
def test_while_ranking_does_not_answer_the_nearest_beers_come_and_the_note_says_so(
    cloud: Cloud, error: Exception | bytes
) -> None:
    cloud.endpoints["taproom-ranking"] = error
    cloud.remember("ann", "20260101T000000Z-000000000001", {"1": 5.0})
    body = recommended("ann", "limit=2")
    assert [(beer["beer_id"], beer["score"]) for beer in body["beers"]] == [("3", 3.4), ("4", 4.3)]
    assert body["basis"] == "personal"
    assert body["note"].startswith("Predictions of scores are not at hand")


@pytest.mark.parametrize("error", [error for error, _, _ in WAYS_TO_FAIL])
def test_while_retrieval_does_not_answer_the_most_loved_beers_of_the_release_come(
    cloud: Cloud, error: Exception | bytes
) -> None:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    cloud.endpoints["taproom-retrieval"] = error
    cloud.remember("ann", "20260101T000000Z-000000000001", {"4": 5.0})
    body = recommended("ann", "limit=2")
    assert (ids(body), body["basis"], body["release"]) == (["2", "1"], "most loved", OLD)
    assert body["note"].startswith("Your own list is not at hand")


@pytest.mark.parametrize(("error", "retry_after", "words"), WAYS_TO_FAIL)
def test_retrieval_that_does_not_answer_and_no_release_to_speak_for_it_is_a_503_with_a_hint_when_to_ask_again(
    cloud: Cloud, error: Exception | bytes, retry_after: str, words: str
) -> None:
    cloud.endpoints["taproom-retrieval"] = error
    response = respond(request("ann"))
    message = json.loads(response["body"])["message"]
    assert response["statusCode"] == 503
    assert "The retrieval model" in message
    assert words in message
    assert response["headers"]["retry-after"] == retry_after


def test_histories_that_can_not_be_read_are_a_503(cloud: Cloud) -> None:
    cloud.dynamodb.delete_table(TableName="histories")
    status, body = answer(request("ann"))
    assert status == 503
    assert body == {"code": "unreachable", "message": "A part of Taproom can't be reached: ask again in a few seconds."}


def test_a_fault_of_our_own_is_a_500_that_shows_nothing_inside(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("BUCKET")
    response = respond(request("ann"))
    assert response["statusCode"] == 500
    assert json.loads(response["body"]) == {
        "code": "failed",
        "message": "Taproom failed: report this with the x-request-id of this answer.",
    }
    assert any(record.exc_info and record.exc_info[0] is SettingsError for record in caplog.records)
