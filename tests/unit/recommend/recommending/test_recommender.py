"""Recommendations, asked for as API Gateway asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.recommend.calls import answer, ids, recommended
from tests.unit.recommend.cloud import (
    BEERS,
    BUCKET,
    EVENTS,
    NEW,
    OLD,
    UNLISTED,
    Cloud,
    Release,
    request,
)

pytestmark = pytest.mark.usefixtures("cloud")


def test_beers_come_by_nearness_and_predicted_score_with_their_place_at_each_stage() -> None:
    # Nearness and half of the predicted score: 2.825 and 2.8, then 2.65 for beer 1 and 2.0 for beer 3.
    assert recommended("ann", "limit=2&log=false") == {
        "recommendation_id": None,
        "username": "ann",
        "basis": "personal",
        "note": None,
        "reasons": [],
        "near_usernames": [],
        "release": OLD,
        "ranking_release": None,
        "beers": [
            {
                "beer_id": "2",
                "name": "Stout",
                "brewery": "Birch",
                "style": "Stout",
                "abv": 6.2,
                "score": 4.25,
                "rank": 1,
                "retrieval_rank": 4,
                "reviews": 80,
                "given": None,
                "probe": False,
                "explanation": None,
                **UNLISTED,
            },
            {
                "beer_id": "4",
                "name": "Weiße",
                "brewery": "Brauhaus Grün",
                "style": "Berliner Weisse",
                "abv": 3.1,
                "score": 4.0,
                "rank": 2,
                "retrieval_rank": 3,
                "reviews": 40,
                "given": None,
                "probe": False,
                "explanation": None,
                **UNLISTED,
            },
        ],
    }


def test_the_tried_never_come_whichever_part_they_were_reviewed_in(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"2": 5.0})
    cloud.remember("ann", "20260102T000000Z-000000000002", {"1": 1.0, "99": 3.0})
    cloud.remember("ben", "20260102T000000Z-000000000002", {"4": 1.0})
    body = recommended("ann", "limit=2")
    assert ids(body) == ["4", "3"]
    assert [beer["retrieval_rank"] for beer in body["beers"]] == [3, 1]


def test_ranking_is_asked_once_for_all_that_are_new_with_their_features_and_the_history(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"1": 4.5})
    recommended("ann")
    assert cloud.asked == [
        (
            "taproom-retrieval",
            "retrieval",
            {"username": ["ann"], "history_beer_ids": [["0", "1"]], "history_scores": [[5.0, 4.5]]},
        ),
        (
            "taproom-ranking",
            "ranking",
            {
                "username": ["ann", "ann", "ann"],
                "beer_id": ["3", "4", "2"],
                "brewery_name": ["Alder", "Brauhaus Grün", "Birch"],
                "style": ["", "Berliner Weisse", "Stout"],
                "abv": [-1.0, 3.1, 6.199999809265137],
                "history_beer_ids": [["0", "1"]],
                "history_scores": [[5.0, 4.5]],
            },
        ),
    ]


def test_fewer_new_beers_than_asked_for_are_explained(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"1": 5.0})
    body = recommended("ann", "limit=4")
    assert ids(body) == ["2", "4", "3"]
    assert body["note"] == "Only 3 beers of the catalogue are new to ann."
    assert body["reasons"] == ["too few"]


def test_somebody_who_tried_everything_gets_an_empty_answer_that_says_why(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", dict.fromkeys("1234", 3.0))
    body = recommended("ann")
    assert body["beers"] == []
    assert body["note"] == "No beer of the catalogue is new to ann."
    assert [servable for _, servable, _ in cloud.asked] == ["retrieval"]


def test_somebody_who_rated_nothing_gets_the_most_loved_beers_and_is_told_so(cloud: Cloud) -> None:
    body = recommended("zoe", "limit=3")
    assert body["basis"] == "most loved"
    assert body["note"].startswith("zoe has not rated any beer that is known here")
    assert body["reasons"] == ["unknown history"]
    assert [(beer["beer_id"], beer["score"], beer["rank"]) for beer in body["beers"]] == [
        ("4", 4.3, 1),
        ("2", 4.15, 2),
        ("1", 3.88, 3),
    ]
    assert {beer["retrieval_rank"] for beer in body["beers"]} == {None}
    padding = {"username": ["zoe"], "history_beer_ids": [[""]], "history_scores": [[0.0]]}
    assert cloud.asked == [("taproom-retrieval", "retrieval", padding)]


def test_the_most_loved_beers_leave_out_what_was_tried_where_the_release_knows_nothing_of_it(cloud: Cloud) -> None:
    cloud.remember("zoe", "20260101T000000Z-000000000001", {"4": 5.0, "99": 1.0})
    body = recommended("zoe", "limit=2")
    assert (ids(body), body["basis"]) == (["2", "1"], "most loved")


def test_a_newcomer_gets_beers_of_their_own_with_the_first_one_rated(cloud: Cloud) -> None:
    assert recommended("zoe")["basis"] == "most loved"
    cloud.remember("zoe", "20260101T000000Z-000000000001", {"0": 4.0})
    body = recommended("zoe", "limit=2")
    assert (ids(body), body["basis"], body["note"]) == (["2", "4"], "personal", None)


def test_each_review_changes_the_next_answer_of_the_same_release(cloud: Cloud) -> None:
    nearest = {"0": ["3", "1", "4"], "1": ["4", "2", "3", "1"]}
    release = Release(OLD, nearest, dict.fromkeys("1234", 3.0))
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    assert ids(recommended("ann", "limit=3")) == ["3", "1", "4"]
    cloud.remember("ann", "20260101T000000Z-000000000001", {"1": 2.0})
    assert ids(recommended("ann")) == ["4", "2", "3"]


def test_a_weight_of_zero_keeps_retrievals_order_above_the_floor_and_shows_the_predicted_scores(
    cloud: Cloud, tmp_path: Path
) -> None:
    cloud.keep_catalogue(OLD, tmp_path, ranking_weight="0.0")
    # The nearest one is predicted two points below what ann gives on average.
    assert [(beer["beer_id"], beer["score"]) for beer in recommended("ann")["beers"]] == [
        ("1", 3.5),
        ("4", 4.0),
        ("2", 4.25),
        ("3", 2.0),
    ]


def test_a_catalogue_without_a_weight_is_a_503_that_says_what_it_lacks(cloud: Cloud, tmp_path: Path) -> None:
    cloud.keep_catalogue(OLD, tmp_path, ranking_weight=None)
    status, body = answer(request("ann"))
    assert status == 503
    assert body["message"] == (
        f"The catalogue of the release {OLD} can't be used: ranking_weight is None, expected was a finite number "
        "of at least 0. Retrain, or roll to another release."
    )


def test_ten_beers_come_unless_another_number_is_asked_for(cloud: Cloud, tmp_path: Path) -> None:
    many = tuple(BEERS[0]._replace(beer_id=f"b{number:02}") for number in range(30))
    cloud.keep_catalogue(NEW, tmp_path, many)
    beer_ids = [beer.beer_id for beer in many]
    release = Release(NEW, {"0": beer_ids}, dict.fromkeys(beer_ids, 3.0))
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    assert ids(recommended("ann")) == beer_ids[:10]
    assert ids(recommended("ann", "limit=30")) == beer_ids
    assert ids(recommended("ann", "limit=1")) == beer_ids[:1]


def test_beers_that_score_alike_keep_retrievals_order(cloud: Cloud) -> None:
    release = Release(OLD, {"0": ["3", "1", "4", "2"]}, {"1": 3.0, "2": 4.0, "3": 3.0, "4": 3.0})
    cloud.endpoints["taproom-ranking"] = release
    assert ids(recommended("ann")) == ["2", "3", "1", "4"]


def test_a_beer_that_the_catalogue_lacks_is_left_out(cloud: Cloud) -> None:
    cloud.endpoints["taproom-retrieval"] = Release(OLD, {"0": ["77", "1"]}, {})
    assert [(beer["beer_id"], beer["retrieval_rank"]) for beer in recommended("ann", "limit=1")["beers"]] == [("1", 2)]


def test_the_sample_event_is_answered() -> None:
    status, body = answer(json.loads((EVENTS / "recommend_request.json").read_text()))
    assert status == 200
    assert body["username"] == "hops and glory"


# Releases and rollouts.


def test_during_a_rollout_the_catalogue_is_that_of_the_retrieving_release_and_the_ranking_one_is_named(
    cloud: Cloud, tmp_path: Path
) -> None:
    cloud.keep_catalogue(NEW, tmp_path, (BEERS[0]._replace(name="Paler Ale"),))
    cloud.endpoints["taproom-retrieval"] = Release(NEW, {"0": ["1"]}, {})
    body = recommended("ann")
    assert (body["release"], body["ranking_release"]) == (NEW, OLD)
    assert body["beers"][0]["name"] == "Paler Ale"


def test_a_catalogue_is_downloaded_once(cloud: Cloud) -> None:
    recommended("ann")
    cloud.s3.delete_object(Bucket=BUCKET, Key=f"releases/{OLD}/catalogue.sqlite")
    assert recommended("ann")["release"] == OLD


def test_two_catalogues_stay_on_the_disk_and_older_ones_go(cloud: Cloud, tmp_path: Path) -> None:
    releases = [f"taproom-{number:012}" for number in range(1, 5)]
    for release in releases:
        if release != OLD:
            cloud.keep_catalogue(release, tmp_path)
        cloud.endpoints["taproom-retrieval"] = Release(release, {"0": ["1"]}, {})
        assert recommended("ann")["release"] == release
    assert sorted(file.name for file in (tmp_path / "catalogues").iterdir()) == [
        "taproom-000000000003.sqlite",
        "taproom-000000000004.sqlite",
    ]


def test_a_release_without_a_catalogue_is_a_503_that_names_the_file(cloud: Cloud) -> None:
    cloud.endpoints["taproom-retrieval"] = Release(NEW, {"0": ["1"]}, {})
    status, body = answer(request("ann"))
    assert status == 503
    assert f"s3://{BUCKET}/releases/{NEW}/catalogue.sqlite" in body["message"]
