"""Filters that never run short, candidates, the tried, and anyone's ratings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from recommend.recommending.candidates import MAX_WIDENED
from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import answer, good, ids
from tests.unit.recommend.cloud import OLD, Cloud, Release, get, post

# 1,000 beers, of which retrieval finds the first 500; every hundredth is a Gose.
MANY = tuple(
    Beer(
        f"b{number:03}",
        f"Beer {number}",
        f"Brewery {number % 40}",
        "Gose" if number % 100 == 99 else "Stout",
        4.0 + number % 10,
        number,
        3.5,
        3.0 + number / 1000,
    )
    for number in range(1000)
)
NEAREST = [row.beer_id for row in MANY[:500]]


@pytest.fixture
def many(cloud: Cloud, tmp_path: Path) -> Cloud:
    """ann knows the beer 0, to which the first 500 beers are nearest; all score 3."""
    cloud.keep_catalogue(OLD, tmp_path, MANY)
    release = Release(OLD, {"0": NEAREST}, {row.beer_id: 3.0 for row in MANY})
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    return cloud


def asked_to_rank(cloud: Cloud) -> Sequence[str]:
    (inputs,) = [inputs for _, servable, inputs in cloud.asked if servable == "ranking"]
    return list(inputs["beer_id"])


@pytest.mark.usefixtures("many")
def test_a_filter_that_one_beer_in_a_hundred_passes_still_gives_as_many_as_asked_for() -> None:
    body = good(get("/users/ann/recommendations?style=gose&limit=10"))
    # The five within retrieval's 500 in their order; then the others, which score alike, the most loved first.
    assert ids(body) == ["b099", "b199", "b299", "b399", "b499", "b999", "b899", "b799", "b699", "b599"]
    assert [beer["retrieval_rank"] for beer in body["beers"]] == [100, 200, 300, 400, 500, *[None] * 5]
    assert {beer["style"] for beer in body["beers"]} == {"Gose"}
    assert body["note"] is None


def test_both_models_are_asked_once_however_narrow_the_filter(many: Cloud) -> None:
    good(get("/users/ann/recommendations?style=gose&limit=10"))
    assert [servable for _, servable, _ in many.asked] == ["retrieval", "ranking"]


def test_beers_from_beyond_retrievals_answer_come_by_predicted_score(many: Cloud) -> None:
    scores = {row.beer_id: 4.0 for row in MANY} | {"b599": 5.0, "b799": 4.5}
    many.endpoints["taproom-ranking"] = Release(OLD, {}, scores)
    assert ids(good(get("/users/ann/recommendations?style=gose&limit=7")))[5:] == ["b599", "b799"]


def test_widening_ranks_the_most_loved_hundreds_and_no_more(many: Cloud) -> None:
    many.remember("ann", "20260101T000000Z-000000000001", dict.fromkeys(NEAREST, 3.0))
    good(get("/users/ann/recommendations?style=stout&limit=10"))
    ranked = asked_to_rank(many)
    assert len(ranked) == MAX_WIDENED
    assert ranked[:3] == ["b998", "b997", "b996"]


@pytest.mark.usefixtures("many")
def test_a_catalogue_with_too_few_beers_says_so() -> None:
    body = good(get("/users/ann/recommendations?style=Gose&min_abv=13&limit=100"))
    assert len(body["beers"]) == 10
    assert body["note"] == "Only 10 beers of the catalogue match and are new to ann."
    assert good(get("/users/ann/recommendations?style=Gose&max_abv=5"))["beers"] == []


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("style=STOUT", lambda beer: beer["style"] == "Stout"),
        ("brewery=brewery%207", lambda beer: beer["brewery"] == "Brewery 7"),
        ("min_abv=12.5", lambda beer: beer["abv"] == 13),
        ("max_abv=4", lambda beer: beer["abv"] == 4),
        (
            "min_abv=5&max_abv=6&brewery=Brewery%201&style=stout",
            lambda beer: beer["abv"] in (5, 6) and beer["brewery"] == "Brewery 1",
        ),
    ],
)
def test_only_what_passes_comes(query: str, passes: Any) -> None:
    body = good(get(f"/users/ann/recommendations?limit=20&{query}"))
    assert len(body["beers"]) == 20
    assert all(passes(beer) for beer in body["beers"])


@pytest.mark.parametrize("query", ["limit=100", "style=gose&limit=10", "brewery=Brewery%200&limit=24"])
def test_the_tried_never_come_whatever_is_asked_for(many: Cloud, query: str) -> None:
    tried = {row.beer_id for row in MANY[::7]}
    many.remember("ann", "20260101T000000Z-000000000001", dict.fromkeys(sorted(tried), 3.0) | {"0": 5.0})
    found = set(ids(good(get(f"/users/ann/recommendations?{query}"))))
    assert found
    assert found & tried == set()


def test_the_tried_come_when_asked_for_with_the_score_that_was_given(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"2": 4.5})
    body = good(get("/users/ann/recommendations?include_tried=true"))
    # Retrieval's scores are 1, 0.9, 0.8, 0.7 for 3, 1, 4, 2; beer 2 is as near as their mean, 0.85. With half of the
    # predicted scores: 0.85 + 2.125, 0.8 + 2, 0.9 + 1.75, 1 + 1.
    assert [(beer["beer_id"], beer["given"], beer["retrieval_rank"]) for beer in body["beers"]] == [
        ("2", 4.5, None),
        ("4", None, 3),
        ("1", None, 2),
        ("3", None, 1),
    ]


@pytest.mark.usefixtures("cloud")
def test_a_style_that_does_not_exist_is_a_404_with_the_nearest_names() -> None:
    status, body = answer(get("/users/ann/recommendations?style=Berliner%20Wiesse"))
    assert status == 404
    assert body["nearest"][0] == "Berliner Weisse"
    assert body["message"].startswith("There is no style 'Berliner Wiesse'. The nearest: Berliner Weisse")
    assert answer(get("/users/ann/recommendations?brewery=brauhaus"))[1]["nearest"][0] == "Brauhaus Grün"
    assert good(get("/users/ann/recommendations?brewery=brauhaus%20grun"))["beers"]


@pytest.mark.usefixtures("cloud")
def test_strengths_that_no_beer_can_have_are_a_400() -> None:
    status, body = answer(get("/users/ann/recommendations?min_abv=7&max_abv=5"))
    assert (status, body["message"]) == (400, "min_abv: got 7, but it must be at most max_abv, which is 5.")
    assert answer(get("/users/ann/recommendations?min_abv=nan"))[0] == 400
    assert answer(get("/users/ann/recommendations?max_abv=101"))[0] == 400


# Anyone.


def test_a_newcomer_gets_beers_by_the_ratings_in_the_body(cloud: Cloud) -> None:
    body = good(post("/recommendations", {"ratings": {"0": 5, "7": 3.5}, "limit": 2}))
    assert (body["username"], body["basis"], ids(body)) == (None, "personal", ["2", "4"])
    assert cloud.asked[0][2] == {"username": [""], "history_beer_ids": [["0", "7"]], "history_scores": [[5.0, 3.5]]}
    assert cloud.dynamodb.scan(TableName="histories")["Count"] == 1


@pytest.mark.usefixtures("cloud")
def test_a_newcomer_without_ratings_gets_the_most_loved_beers() -> None:
    body = good(post("/recommendations", {"limit": 2}))
    assert (body["basis"], ids(body)) == ("most loved", ["4", "2"])
    assert body["note"].startswith("You have not rated any beer")


def test_ratings_come_on_top_of_a_users_history_as_the_most_recent(cloud: Cloud) -> None:
    cloud.remember("ann", "20260101T000000Z-000000000001", {"9": 2.0})
    good(post("/recommendations", {"username": "ann", "ratings": {"0": 1.0}}))
    assert cloud.asked[0][2]["history_beer_ids"] == [["9", "0"]]
    assert cloud.asked[0][2]["history_scores"] == [[2.0, 1.0]]


@pytest.mark.usefixtures("many")
def test_candidates_alone_are_ranked_those_among_the_nearest_first() -> None:
    body = good(
        post("/recommendations", {"ratings": {"0": 5}, "candidates": ["b900", "b400", "b700", "b001", "nothing"]})
    )
    assert [(beer["beer_id"], beer["retrieval_rank"]) for beer in body["beers"]] == [
        ("b001", 2),
        ("b400", 401),
        ("b700", None),
        ("b900", None),
    ]
    assert body["note"] == "Only 4 beers of the 5 asked about are new to you."


def test_without_candidates_nothing_comes_and_nobody_is_asked_to_rank(many: Cloud) -> None:
    body = good(post("/recommendations", {"ratings": {"0": 5}, "candidates": []}))
    assert (body["beers"], body["note"]) == ([], None)
    assert [servable for _, servable, _ in many.asked] == ["retrieval"]


@pytest.mark.usefixtures("cloud")
def test_what_is_excluded_never_comes() -> None:
    assert ids(good(post("/recommendations", {"ratings": {"0": 5}, "exclude": ["2", "3"]}))) == ["4", "1"]
    assert ids(good(post("/recommendations", {"exclude": ["4"], "limit": 1}))) == ["2"]
