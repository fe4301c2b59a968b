"""A beer that came in under several ids is one beer, by whichever of them it is asked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from recommend.adapters.histories_table import HistoriesTable
from taproom.catalogue_file import DailyReviews
from taproom.messages.erasures import Erasure
from taproom.messages.ratings import Rating
from tests.unit.recommend.calls import answer, good, ids, recommended, respond
from tests.unit.recommend.cloud import (
    BEERS,
    BUCKET,
    NEW,
    OLD,
    RATINGS_QUEUE_URL,
    TABLE,
    Cloud,
    Release,
    get,
    post,
    write_catalogue,
)

# The Stout, beer 2, came as 2002 from another site and as `made` without an id, the Pale Ale, beer 1, as 2001.
TWINS = {"2002": "2", "made": "2", "2001": "1"}
NEAREST = {"1": ["3", "4", "2", "1"], "2": ["1", "3", "4", "2"]}
SCORES = {"1": 3.5, "2": 4.25, "3": 3.0, "4": 4.0}
JANUARY, FEBRUARY = "20260101T000000Z-000000000001", "20260201T000000Z-000000000001"


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    serve(cloud, tmp_path, OLD, TWINS)
    cloud.remember("zoe", JANUARY, {"made": 3.0})
    cloud.remember("zoe", FEBRUARY, {"2002": 4.5})
    return cloud


def serve(cloud: Cloud, folder: Path, release: str, aliases: dict[str, str]) -> None:
    daily = (DailyReviews("2", 20454, 9), DailyReviews("1", 20454, 7))
    cloud.keep_catalogue(release, folder, daily_reviews=daily, aliases=aliases)
    behind = Release(release, NEAREST, SCORES)
    cloud.endpoints |= {"taproom-retrieval": behind, "taproom-ranking": behind}


def retrieved_by(cloud: Cloud) -> list[dict[str, float]]:
    """The history of each call of retrieval, the latest last."""
    asked = [inputs for _, servable, inputs in cloud.asked if servable == "retrieval"]
    return [dict(zip(inputs["history_beer_ids"][0], inputs["history_scores"][0], strict=True)) for inputs in asked]


def test_a_beer_tried_under_a_twins_id_is_not_recommended_and_its_latest_score_counts(cloud: Cloud) -> None:
    good(get("/beers"))
    assert ids(recommended("zoe")) == ["4", "1", "3"]
    assert retrieved_by(cloud) == [{"2": 4.5}]
    body = recommended("zoe", "include_tried=true&explain=true")
    assert [(beer["beer_id"], beer["given"]) for beer in body["beers"] if beer["given"]] == [("2", 4.5)]


def test_a_container_that_knows_no_release_yet_asks_again_by_the_ids_of_the_one_that_answers(cloud: Cloud) -> None:
    recommended("zoe")
    assert retrieved_by(cloud) == [{"made": 3.0, "2002": 4.5}, {"2": 4.5}]
    recommended("zoe")
    assert retrieved_by(cloud)[2:] == [{"2": 4.5}]


def test_each_release_has_twins_of_its_own(cloud: Cloud, tmp_path: Path) -> None:
    recommended("zoe")
    # In the next release the Stout is 1, and what site 2002 calls so is another beer, which nobody knows.
    serve(cloud, tmp_path, NEW, {"2": "1", "made": "1"})
    recommended("zoe")
    assert retrieved_by(cloud)[-1] == {"1": 3.0, "2002": 4.5}
    serve(cloud, tmp_path, OLD, TWINS)
    recommended("zoe")
    assert retrieved_by(cloud)[-1] == {"2": 4.5}


def test_without_retrieval_what_was_tried_under_a_twins_id_is_left_out_as_well(cloud: Cloud) -> None:
    cloud.endpoints.pop("taproom-retrieval")
    cloud.endpoints["taproom-retrieval"] = b"no answer"
    body = recommended("zoe")
    assert (body["basis"], ids(body)) == ("most loved", ["4", "1", "3"])


@pytest.mark.parametrize("beer_id", ["2", "2002", "made"])
def test_every_id_of_a_beer_answers_with_the_beer(cloud: Cloud, beer_id: str) -> None:
    assert (good(get(f"/beers/{beer_id}"))["beer_id"], good(get(f"/beers/{beer_id}"))["name"]) == ("2", "Stout")
    similar = good(get(f"/beers/{beer_id}/similar"))
    assert (similar["beer_id"], similar["note"], ids(similar)) == ("2", None, ["1", "3", "4"])
    assert retrieved_by(cloud)[-1] == {"2": 5.0}


def test_the_catalogue_lists_a_beer_once() -> None:
    assert ids(good(get("/beers"))) == ["1", "2", "4", "3"]
    assert ids(good(get("/beers?search=stout"))) == ["2"]


def test_what_is_trending_leaves_out_what_was_tried_under_a_twins_id() -> None:
    # 16 of 250 reviews are of the last day, so 71 x 16 / 234 = 4.9 of beer 2, which got 9; 7.7 of beer 1, which got 7.
    assert ids(good(get("/trending"))) == ["2"]
    assert ids(good(get("/users/zoe/trending"))) == []


def test_bodies_may_have_any_id_of_a_beer(cloud: Cloud) -> None:
    good(get("/beers"))
    by_twins = {"ratings": {"2": 2.0, "made": 4.0}}
    assert ids(good(post("/recommendations", by_twins))) == ["4", "1", "3"]
    assert retrieved_by(cloud) == [{"2": 4.0}]
    assert ids(good(post("/recommendations", {"ratings": {"1": 4.0}, "exclude": ["made"]}))) == ["4", "3"]
    assert ids(good(post("/recommendations", {"ratings": {"1": 4.0}, "candidates": ["2002", "2", "3"]}))) == ["2", "3"]


def test_a_menu_has_the_beer_among_the_tried_with_the_score_that_was_given(cloud: Cloud) -> None:
    cloud.remember("ben", JANUARY, {"2001": 4.5})
    body = good(post("/users/ben/menu", {"menu": "Pale Ale Alder"}))
    assert (ids(body), body["unplaced"]) == ([], [])
    assert [(line["beer_id"], line["given"]) for line in body["tried"]] == [("1", 4.5)]


def test_what_a_catalogue_file_says_of_one_id_goes_for_all(cloud: Cloud) -> None:
    cloud.list_beers({"2002": {"retired": True}, "2": {"price": 3.5}, "2001": {"price": 5.0}})
    body = good(post("/recommendations", {"ratings": {"3": 4.0}}))
    assert ids(body) == ["4", "1"]
    assert [beer["price"] for beer in body["beers"]] == [None, 5.0]


def test_what_a_user_has_rated_has_the_beer_once() -> None:
    body = good(get("/users/zoe/reviews"))
    assert (body["total"], body["mean_score"]) == (1, 4.5)
    assert [(beer["beer_id"], beer["name"], beer["predicted"]) for beer in body["reviews"]] == [("2", "Stout", 4.25)]


def test_a_rating_by_a_twins_id_is_one_of_the_beer_and_the_latest_of_it(cloud: Cloud) -> None:
    cloud.remember("zoe", "20260228T000000Z-000000000001", {"2002": 1.0}, {"2002": 4_102_444_800_000})
    body = good(post("/users/zoe/reviews", {"beer_id": "made", "score": 5}), 201)
    assert (body["beer_id"], body["total"]) == ("2", 1)
    sent = cloud.sqs.receive_message(QueueUrl=RATINGS_QUEUE_URL, MaxNumberOfMessages=10)["Messages"]
    (rating,) = (Rating.model_validate_json(message["Body"]) for message in sent)
    # A file's clock may have been ahead, whatever id it gave the beer.
    assert (rating.beer_id, rating.reviewed_at) == ("2", 4_102_444_800_001)
    assert good(get("/users/zoe/reviews"))["reviews"][0]["score"] == 5


@pytest.mark.parametrize("beer_id", ["2", "2002"])
def test_a_beer_that_is_taken_back_is_taken_back_by_all_its_ids(cloud: Cloud, beer_id: str) -> None:
    cloud.remember("zoe", "20260301T000000Z-000000000001", {"1": 2.0, "made": 1.0})
    assert respond(get(f"/users/zoe/reviews/{beer_id}", "DELETE"))["statusCode"] == 204
    assert HistoriesTable(cloud.dynamodb, TABLE).history("zoe") == {"1": 2.0}
    url = cloud.sqs.get_queue_url(QueueName="ingest")["QueueUrl"]
    messages = cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    asked = [Erasure.from_message(message["Body"]) for message in messages]
    assert {(one.username, one.beer_id) for one in asked if one} == {("zoe", "2002"), ("zoe", "made")}


def test_before_the_first_release_a_beer_is_taken_back_by_its_own_id(cloud: Cloud) -> None:
    for archive in ("retrieval", "ranking"):
        cloud.sagemaker.delete_endpoint(EndpointName=f"taproom-{archive}")
    assert respond(get("/users/zoe/reviews/2002", "DELETE"))["statusCode"] == 204
    assert HistoriesTable(cloud.dynamodb, TABLE).history("zoe") == {"made": 3.0}


def test_a_release_from_before_twins_were_found_serves_on(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "before.sqlite"
    write_catalogue(file, OLD, BEERS)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE aliases")
    cloud.s3.upload_file(str(file), BUCKET, f"releases/{OLD}/catalogue.sqlite")
    cloud.remember("ben", JANUARY, {"2": 4.0})
    assert ids(recommended("ben")) == ["4", "1", "3"]
    assert answer(get("/beers/made"))[0] == 404
