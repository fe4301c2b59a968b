"""Finding oneself, what one has rated, and rating a beer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recommend.adapters.histories_table import HistoriesTable
from recommend.catalogue.catalogue import Catalogue
from recommend.recommending.review_writer import ReviewWriter
from taproom.catalogue_file import Beer
from taproom.messages.erasures import Erasure
from taproom.messages.ratings import Rating
from tests.unit.recommend.calls import answer, good, ids, respond
from tests.unit.recommend.cloud import (
    BEERS,
    OLD,
    RATINGS_QUEUE_URL,
    TABLE,
    Cloud,
    Refused,
    Release,
    get,
    post,
    write_catalogue,
)

BEER = Beer("2", "R&B <Stout>", 'The "Birch"', "Stout", 6.2, 80, 4.2, 4.15)


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    return cloud


def sent(cloud: Cloud) -> list[Rating]:
    """The ratings in the queue."""
    found = cloud.sqs.receive_message(QueueUrl=RATINGS_QUEUE_URL, MaxNumberOfMessages=10, VisibilityTimeout=0)
    bodies = [message["Body"] for message in found.get("Messages", [])]
    return [Rating.model_validate_json(body) for body in bodies if "reviewed_at" in json.loads(body)]


def reviewed(username: str, beer_id: str, score: float) -> dict[str, Any]:
    return good(post(f"/users/{username}/reviews", {"beer_id": beer_id, "score": score}), 201)


def test_a_review_is_on_its_way_and_counts_in_the_next_answer(cloud: Cloud) -> None:
    cloud.endpoints["taproom-retrieval"] = Release(OLD, {"2": ["4", "1"]}, {})
    assert good(get("/users/zoe/recommendations"))["basis"] == "most loved"
    body = good(post("/users/zoe/reviews", {"beer_id": "2", "score": 4.5, "text": 'good,\n"dark" \x01\uffff'}), 201)
    assert body == {
        "username": "zoe",
        "beer_id": "2",
        "name": "Stout",
        "brewery": "Birch",
        "score": 4.5,
        "total": 1,
        "note": None,
    }
    (rating,) = sent(cloud)
    assert rating.reviewed_at / 1000 == pytest.approx(datetime.now(UTC).timestamp(), abs=60)
    assert rating.model_dump(exclude={"reviewed_at", "recommendation_id"}) == {
        "username": "zoe",
        "beer_id": "2",
        "beer_name": "Stout",
        "brewery_name": "Birch",
        "style": "Stout",
        "abv": 6.199999809265137,
        "score": 4.5,
        "text": 'good,\n"dark" \x01\uffff',
    }
    after = good(get("/users/zoe/recommendations?limit=2"))
    assert (after["basis"], ids(after)) == ("personal", ["4", "1"])


def test_the_provisional_item_is_that_of_the_beer_with_the_time_of_the_message(cloud: Cloud) -> None:
    for score in (3.0, 4.5):
        reviewed("zoe", "2", score)
    (item,) = cloud.dynamodb.query(
        TableName=TABLE,
        KeyConditionExpression="username = :zoe",
        ExpressionAttributeValues={":zoe": {"S": "zoe"}},
    )["Items"]
    reviewed_at = max(rating.reviewed_at for rating in sent(cloud))
    assert item == {
        "username": {"S": "zoe"},
        "part": {"S": "rating#2"},
        "reviews": {"M": {"2": {"N": "4.5"}}},
        "reviewed_at": {"M": {"2": {"N": str(reviewed_at)}}},
    }


def test_a_review_that_can_t_be_sent_is_not_in_the_history_and_tried_again_counts_once(cloud: Cloud) -> None:
    cloud.sqs.delete_queue(QueueUrl=RATINGS_QUEUE_URL)
    assert answer(post("/users/zoe/reviews", {"beer_id": "2", "score": 4.5}))[0] >= 500
    assert HistoriesTable(cloud.dynamodb, TABLE).history("zoe") == {}
    cloud.sqs.create_queue(QueueName="ratings")
    assert reviewed("zoe", "2", 4.5)["total"] == 1
    assert len(sent(cloud)) == 1


def test_the_latest_score_of_a_beer_counts_even_within_a_second() -> None:
    for score in (1.0, 5.0, 2.0, 4.0, 3.0):
        assert reviewed("zoe", "2", score)["total"] == 1
    assert good(get("/users/zoe/reviews"))["reviews"][0]["score"] == 3.0
    assert reviewed("zoe", "1", 3.0)["total"] == 2


def test_a_rating_beats_a_file_of_yesterday_whose_clock_was_ahead_and_one_without_times(
    cloud: Cloud, tmp_path: Path
) -> None:
    at, a_day_later = 1_700_000_000_750, 1_700_086_400_000
    cloud.remember("zoe", "20260101T000000Z-0", {"2": 1.0}, {"2": a_day_later})
    cloud.remember("zoe", "29990101T000000Z-0", {"2": 2.0})
    histories = HistoriesTable(cloud.dynamodb, TABLE)
    write_catalogue(tmp_path / "catalogue.sqlite", OLD)
    with Catalogue(tmp_path / "catalogue.sqlite") as catalogue:
        writer = ReviewWriter(cloud.sqs, RATINGS_QUEUE_URL, histories, lambda: at / 1000)
        writer.write("zoe", catalogue, BEER, 4.0, "")
    assert histories.history("zoe") == {"2": 4.0}
    assert [rating.reviewed_at for rating in sent(cloud)] == [a_day_later + 1]


def test_what_was_rated_comes_the_latest_first_beside_what_the_model_predicts(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"2": 4.5})
    cloud.remember("ann", "20260102T000000Z-000000000001", {"1": 2.0})
    body = good(get("/users/ann/reviews"))
    assert (body["username"], body["release"], body["total"], body["mean_score"]) == ("ann", OLD, 3, 3.833)
    assert [(one["beer_id"], one["name"], one["score"], one["predicted"]) for one in body["reviews"]] == [
        ("1", "Pale Ale", 2.0, 3.5),
        ("2", "Stout", 4.5, 4.25),
        ("0", None, 5.0, None),
    ]


def test_the_model_predicts_each_review_without_having_been_told_it(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"2": 4.5, "1": 2.0})
    good(get("/users/ann/reviews"))
    ((_, servable, inputs),) = cloud.asked
    assert servable == "ranking"
    assert inputs["beer_id"] == ["1", "2"]
    assert inputs["username"] == ["0", "1"]
    assert inputs["history_beer_ids"] == [["0", "2"], ["0", "1"]]
    assert inputs["history_scores"] == [[5.0, 4.5], [5.0, 2.0]]


def test_at_most_ten_histories_are_sent_each_without_a_tenth_of_the_beers(cloud: Cloud, tmp_path: Path) -> None:
    many = tuple(BEERS[0]._replace(beer_id=f"b{number:02}") for number in range(25))
    cloud.keep_catalogue(OLD, tmp_path, many)
    cloud.endpoints["taproom-ranking"] = Release(OLD, {}, {beer.beer_id: 3.0 for beer in many})
    cloud.remember("ann", "20260101T000000Z-000000000001", {beer.beer_id: 4.0 for beer in many})
    good(get("/users/ann/reviews"))
    inputs = cloud.asked[0][2]
    rows = [{beer_id for beer_id in row if beer_id} for row in inputs["history_beer_ids"]]
    assert sorted(map(len, rows)) == [23] * 5 + [24] * 5
    for username, beer_id in zip(inputs["username"], inputs["beer_id"], strict=True):
        assert beer_id not in rows[int(username)]


def test_reviews_come_page_by_page(cloud: Cloud) -> None:
    for number in range(5):
        cloud.remember("ben", f"2026010{number + 1}T000000Z-000000000001", {str(number): 3.0})
    pages = [good(get(f"/users/ben/reviews?limit=2&offset={offset}")) for offset in (0, 2, 4, 6)]
    assert [[one["beer_id"] for one in page["reviews"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"], []]


def test_reviews_come_without_predictions_while_ranking_does_not_answer(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"2": 4.5})
    cloud.endpoints["taproom-ranking"] = Refused("ModelError", 424)
    body = good(get("/users/ann/reviews"))
    assert {one["predicted"] for one in body["reviews"]} == {None}
    assert body["note"].startswith("Predictions of scores are not at hand")


def test_users_are_found_by_the_beginning_of_the_name_newcomers_too() -> None:
    for username in ("Anna", "ANDREAS", "%C3%84nne", "bob"):
        reviewed(username, "2", 4.0)
    assert good(get("/users?prefix=an"))["usernames"] == ["ANDREAS", "Anna", "Änne"]
    assert good(get("/users?prefix=%C3%A4NN"))["usernames"] == ["Anna", "Änne"]
    assert good(get("/users?prefix=an&limit=1"))["usernames"] == ["ANDREAS"]
    assert good(get("/users?prefix=x"))["usernames"] == []
    assert answer(get("/users"))[1]["message"] == "prefix: got nothing, but it must be given."


def test_somebody_without_reviews_is_a_404_with_users_who_are_called_alike() -> None:
    reviewed("Anna", "2", 4.0)
    status, body = answer(get("/users/annabel/reviews"))
    assert status == 404
    assert body["message"] == "There is no user with reviews called 'annabel'. The nearest: Anna."
    assert answer(get("/users/zoe/reviews"))[1] == {
        "code": "not_found",
        "message": "There is no user with reviews called 'zoe'.",
    }


@pytest.mark.parametrize(
    ("username", "body", "status", "words"),
    [
        ("zoe", {"beer_id": "99", "score": 4}, 404, "There is no beer '99'"),
        ("zoe", {"beer_id": "2", "score": 5.01}, 400, "score: got 5.01"),
        ("zoe", {"beer_id": "2", "score": "NaN"}, 400, "score: got 'NaN'"),
        ("zoe", {"beer_id": "2"}, 400, "score: got nothing, but it must be given."),
        ("%20", {"beer_id": "2", "score": 4}, 400, "username: got ''"),
        ("a%0Ab", {"beer_id": "2", "score": 4}, 400, "username: got 'a\\nb'"),
        ("x" * 257, {"beer_id": "2", "score": 4}, 400, "must be 1 to 256 bytes"),
        ("zoe", {"beer_id": "2", "score": 4, "text": "x" * 5001}, 400, "text: got"),
    ],
)
def test_a_review_that_ingest_would_refuse_is_not_taken(
    cloud: Cloud, username: str, body: dict[str, Any], status: int, words: str
) -> None:
    got, told = answer(post(f"/users/{username}/reviews", body))
    assert got == status
    assert words in told["message"]
    assert sent(cloud) == []


def test_an_unknown_user_is_asked_whether_one_that_is_spelt_almost_alike_was_meant() -> None:
    reviewed("Änne", "2", 4.0)
    assert good(get("/users/anne/recommendations"))["note"].endswith("Did you mean Änne?")
    assert good(post("/recommendations", {"username": "ANNE"}))["note"].endswith("Did you mean Änne?")
    assert answer(get("/users/anne/reviews"))[1]["nearest"] == ["Änne"]
    assert "Did you mean" not in good(get("/users/annex/recommendations"))["note"]

    assert reviewed("anne", "2", 4.0)["note"] == "Did you mean Änne?"
    assert reviewed("anne", "3", 4.0)["note"] is None


def erasures(cloud: Cloud) -> list[Erasure | None]:
    """What ingest was asked to erase."""
    url = cloud.sqs.get_queue_url(QueueName="ingest")["QueueUrl"]
    found = cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [Erasure.from_message(message["Body"]) for message in found]


def items(cloud: Cloud) -> set[tuple[str, str]]:
    return {(item["username"]["S"], item["part"]["S"]) for item in cloud.dynamodb.scan(TableName=TABLE)["Items"]}


def test_a_user_who_is_deleted_is_nobody_in_the_next_answer_and_ingest_is_asked_for_the_rest(cloud: Cloud) -> None:
    before = items(cloud)
    for number in range(30):
        cloud.remember("zo\u00eb", f"20250101T0000{number:02}Z-0", {"1": 3.0})
    reviewed("zo%C3%AB", "2", 4.0)
    # The name's letters in another form of Unicode: files keep it composed.
    body = good(get("/users/zoe%CC%88", "DELETE"), 202)
    # What says, until ingest has made up for it, that the rating on its way was taken back.
    assert items(cloud) - before == {("zo\u00eb", "rating#2")}
    assert respond(get("/users/zo%C3%AB/reviews"))["statusCode"] == 404
    (asked,) = erasures(cloud)
    assert asked is not None
    assert (asked.username, asked.beer_id) == ("zo\u00eb", None)
    assert datetime.fromisoformat(body["asked_at"]).timestamp() * 1000 == asked.asked_at
    assert good(get("/users?prefix=zo"))["usernames"] == []


def test_a_rating_taken_back_is_gone_from_each_part_and_counts_again_once_it_is_given_again(cloud: Cloud) -> None:
    cloud.remember("zoe", "20250101T000000Z-0", {"1": 3.0, "2": 1.0})
    reviewed("zoe", "2", 4.0)
    assert respond(get("/users/zoe/reviews/2", "DELETE"))["statusCode"] == 204
    assert HistoriesTable(cloud.dynamodb, TABLE).history("zoe") == {"1": 3.0}
    assert [(one.username, one.beer_id) for one in erasures(cloud) if one] == [("zoe", "2")]
    reviewed("zoe", "2", 5.0)
    assert HistoriesTable(cloud.dynamodb, TABLE).history("zoe") == {"1": 3.0, "2": 5.0}


def test_taking_back_what_was_never_said_asks_nobody(cloud: Cloud) -> None:
    assert respond(get("/users/ann/reviews/9", "DELETE"))["statusCode"] == 204
    assert erasures(cloud) == []
    assert HistoriesTable(cloud.dynamodb, TABLE).history("ann") == {"0": 5.0}
