"""What was answered is on its way to the log, with what came of it, for those who let it be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from recommend import handler as recommend_handler
from recommend.recommending.query import RecommendationQuery
from recommend.recommending.served_log import ServedLog, context
from taproom.messages.served import Answer, Outcome
from tests.unit.recommend.calls import answer, good, ids, respond
from tests.unit.recommend.cloud import OLD, RATINGS_QUEUE_URL, Cloud, get, post

ANSWER = "0123456789abcdef0123456789abcdef"
MENU = {"menu": "Stout by Birch\nPale Ale by Alder"}


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    return cloud


def sent(cloud: Cloud) -> list[dict[str, Any]]:
    """The messages in the queue."""
    found = cloud.sqs.receive_message(QueueUrl=RATINGS_QUEUE_URL, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_an_answer_is_logged_as_it_was_served(cloud: Cloud) -> None:
    body = good(get("/users/ann/recommendations?limit=3&min_abv=1"))
    (message,) = sent(cloud)
    logged = Answer.model_validate(message)
    assert logged.recommendation_id == body["recommendation_id"]
    assert logged.at / 1000 == pytest.approx(datetime.now(UTC).timestamp(), abs=60)
    assert (logged.beers, logged.scores) == (ids(body), [beer["score"] for beer in body["beers"]])
    assert logged.beers == ["2", "4", "1"]
    assert message | {"recommendation_id": None, "at": 0, "beers": [], "scores": []} == {
        "recommendation_id": None,
        "at": 0,
        "route": "recommendations",
        "username": "ann",
        "ratings": 1,
        "basis": "personal",
        "release": OLD,
        "ranking_release": None,
        "context": {"limit": 3, "min_abv": 1.0},
        "beers": [],
        "scores": [],
        "propensities": [1.0, 1.0, 1.0],
    }


def test_no_two_answers_have_the_same_id(cloud: Cloud) -> None:
    bodies = [good(post("/recommendations", {"ratings": {"0": 4}})) for _ in range(2)]
    assert len({body["recommendation_id"] for body in bodies}) == 2
    assert [message["username"] for message in sent(cloud)] == [None, None]


def test_what_was_answered_of_a_menu_says_so(cloud: Cloud) -> None:
    body = good(post("/users/ann/menu", MENU | {"exclude": ["3"]}))
    (message,) = sent(cloud)
    assert (message["recommendation_id"], message["route"]) == (body["recommendation_id"], "menu")
    assert message["context"] == {"limit": 100, "candidates": 2, "exclude": 1}
    assert "Stout by" not in json.dumps(message)


@pytest.mark.parametrize("path", ["/trending", "/beers/1/similar", "/users/ann/reviews"])
def test_answers_that_are_no_recommendations_are_not_logged(cloud: Cloud, path: str) -> None:
    assert "recommendation_id" not in good(get(path))
    assert sent(cloud) == []


NOT_TRACKED = {
    "DNT": get("/users/ann/recommendations", DNT="1"),
    "Sec-GPC": get("/users/ann/recommendations", Sec_GPC="1"),
    "log=false": get("/users/ann/recommendations?log=false"),
    "log=false with a body": post("/recommendations?log=false", {"ratings": {"0": 4}}),
    "log=false of a user with a body": post("/users/ann/recommendations?log=false", {}),
    "log=false with a menu": post("/menu?log=false", MENU),
    "log=false of a user with a menu": post("/users/ann/menu?log=false", MENU),
    "DNT with a body": post("/recommendations", {"ratings": {"0": 4}}, DNT="1"),
}


@pytest.mark.parametrize("way", NOT_TRACKED)
def test_nothing_is_logged_for_those_who_do_not_want_it_and_they_get_no_id(cloud: Cloud, way: str) -> None:
    body = good(NOT_TRACKED[way])
    assert body["beers"]
    assert body["recommendation_id"] is None
    assert sent(cloud) == []


def test_a_header_that_allows_it_allows_it(cloud: Cloud) -> None:
    assert good(get("/users/ann/recommendations?log=true", DNT="0"))["recommendation_id"]
    assert len(sent(cloud)) == 1


def test_an_answer_does_not_depend_on_whether_it_can_be_logged(cloud: Cloud) -> None:
    expected = good(get("/users/ann/recommendations"))
    cloud.sqs.delete_queue(QueueUrl=RATINGS_QUEUE_URL)
    assert good(get("/users/ann/recommendations")) | {"recommendation_id": expected["recommendation_id"]} == expected


def test_a_rating_tells_which_answer_it_follows(cloud: Cloud) -> None:
    good(post("/users/ann/reviews", {"beer_id": "2", "score": 4.5, "recommendation_id": ANSWER}), 201)
    good(post("/users/ann/reviews", {"beer_id": "2", "score": 4.5}), 201)
    good(post("/users/ann/reviews", {"beer_id": "2", "score": 4, "recommendation_id": ANSWER}, DNT="1"), 201)
    assert [message["recommendation_id"] for message in sent(cloud)] == [ANSWER, None, None]


@pytest.mark.parametrize("kind", ["seen", "opened", "wanted", "tried", "dismissed"])
def test_what_came_of_a_beer_is_logged_without_a_name(cloud: Cloud, kind: str) -> None:
    response = respond(post("/events", {"recommendation_id": ANSWER, "beer_id": "2", "event": kind}))
    assert response["statusCode"] == 204
    (message,) = sent(cloud)
    logged = Outcome.model_validate(message)
    assert (logged.recommendation_id, logged.event, logged.beer_id) == (ANSWER, kind, "2")
    assert "username" not in message


def test_an_event_of_somebody_who_is_not_tracked_is_taken_and_not_logged(cloud: Cloud) -> None:
    body = {"recommendation_id": ANSWER, "beer_id": "2", "event": "seen"}
    assert respond(post("/events", body, DNT="1"))["statusCode"] == 204
    assert sent(cloud) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"recommendation_id": "1"}, "recommendation_id"),
        ({"event": "eaten"}, "event"),
        ({"username": "ann"}, "username"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(cloud: Cloud, wrong: dict[str, str], field: str) -> None:
    status, body = answer(post("/events", {"recommendation_id": ANSWER, "beer_id": "2", "event": "seen"} | wrong))
    assert (status, [fault["field"] for fault in body["faults"]]) == (400, [field])
    assert sent(cloud) == []


def test_an_event_that_cannot_be_taken_says_so(cloud: Cloud) -> None:
    cloud.sqs.delete_queue(QueueUrl=RATINGS_QUEUE_URL)
    assert answer(post("/events", {"recommendation_id": ANSWER, "beer_id": "2", "event": "seen"}))[0] == 503


def test_without_a_share_nothing_is_logged(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVED_LOG_SAMPLING", "0")
    recommend_handler._services.cache_clear()
    assert good(get("/users/ann/recommendations"))["recommendation_id"] is None
    assert respond(post("/events", {"recommendation_id": ANSWER, "beer_id": "2", "event": "seen"}))["statusCode"] == 204
    good(post("/users/ann/reviews", {"beer_id": "2", "score": 4.5, "recommendation_id": ANSWER}), 201)
    assert [message["recommendation_id"] for message in sent(cloud)] == [None]


@dataclass
class Listening:
    ready: int = 0

    def get_ready(self) -> None:
        self.ready += 1

    def send(self, body: str) -> None:
        raise AssertionError(body)


def test_of_a_share_as_many_answers_have_an_id() -> None:
    draws = iter([0.0, 0.24, 0.25, 0.99])
    sender = Listening()
    log = ServedLog(sender, None, "", 0.25, draw=lambda: next(draws))
    drawn = [log.recommendation_id(wanted=True) for _ in range(4)]
    assert [one is not None for one in drawn] == [True, True, False, False]
    assert log.recommendation_id(wanted=False) is None
    assert sender.ready == 2


def test_the_context_is_what_was_asked_for() -> None:
    assert context(RecommendationQuery()) == {"limit": 10}
    given: dict[str, Any] = {
        "limit": 5,
        "style": "Stout",
        "brewery": "Birch",
        "min_abv": 4,
        "max_abv": 9,
        "place": "Bar A",
    }
    given |= {"max_price": 6.5, "include_tried": True}
    wished = RecommendationQuery(**given, explain=True, candidates=frozenset("123"), exclude=frozenset("45"))
    assert context(wished) == given | {"candidates": 3, "exclude": 2}
