"""One endpoint with both models answers as two do, and is asked once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recommend import handler as recommend_handler
from recommend.recommending import candidates
from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import answer, good, ids, recommended, warm
from tests.unit.recommend.cloud import NEW, OLD, Cloud, Release, get, post

# Three styles of ten breweries; the first twelve are near to b01, the rest are in no answer of retrieval.
STYLES = ("Stout", "Pils", "Porter")
BEERS = [
    Beer(f"b{number:02}", f"Beer {number}", f"Brewery {number % 10}", STYLES[number % 3], 4.0 + number % 5, 9, 4.0, 4.0)
    for number in range(30)
]
NEAREST = {"b01": [beer.beer_id for beer in BEERS[:12]]}
SCORES = {beer.beer_id: 3.0 + (7 * number % 30) / 20 for number, beer in enumerate(BEERS)}
MORE_THAN_RETRIEVED = get("/users/ann/recommendations?limit=30")
ALL_RETRIEVED_EXCLUDED = post(
    "/users/ann/recommendations", {"limit": 8, "exclude": [beer.beer_id for beer in BEERS[:20]]}
)
EXPLAINED = get("/users/ann/recommendations?limit=4&explain=true")
QUERIES: tuple[dict[str, Any], ...] = (
    get("/users/ann/recommendations?limit=10"),
    MORE_THAN_RETRIEVED,
    get("/users/ann/recommendations?limit=5&style=pils"),
    get("/users/ann/recommendations?limit=10&style=porter&brewery=brewery 8"),
    get("/users/ann/recommendations?limit=10&min_abv=7.5"),
    get("/users/ann/recommendations?limit=10&place=Bar A"),
    get("/users/ann/recommendations?limit=10&max_price=4"),
    get("/users/ann/recommendations?limit=12&include_tried=true"),
    get("/users/ann/recommendations?limit=5&include_tried=true&style=pils"),
    EXPLAINED,
    get("/users/zoe/recommendations?limit=4"),
    get("/users/zoe/recommendations?limit=4&style=stout"),
    get("/users/ann/recommendations?limit=4&style=no such style"),
    post("/users/ann/recommendations", {"limit": 7, "exclude": ["b03", "b04", "b05"]}),
    ALL_RETRIEVED_EXCLUDED,
    post("/users/ann/recommendations", {"candidates": ["b29", "b02", "b17", "twin", "no such beer"]}),
    post("/recommendations", {"ratings": {"b01": 5, "b20": 1}, "limit": 9}),
    post("/recommendations", {"ratings": {"b20": 4}, "limit": 3}),
    post("/users/ann/menu", {"menu": "\n".join(f"{beer.name} by {beer.brewery}" for beer in BEERS[::4])}),
)  # fmt: skip


@pytest.fixture(params=[0, 0.2], ids=["", "explored"])
def stack(request: pytest.FixtureRequest, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setenv("EXPLORATION", str(request.param))
    cloud.keep_catalogue(OLD, tmp_path, tuple(BEERS), aliases={"twin": "b16"})
    cloud.list_beers(
        {"b06": {"retired": True}}
        | {f"b{number:02}": {"places": ["Bar A"], "price": 3.0 + number} for number in range(0, 30, 7)}
    )
    cloud.remember("ann", "20260101T000000Z-000000000000", {"b14": 3.0, "b01": 4.0})
    return cloud


def serve(cloud: Cloud, *servables: str, release: str = OLD) -> None:
    """Have endpoints of these servables, and no others."""
    cloud.endpoints = {f"taproom-{servable}": Release(release, NEAREST, SCORES) for servable in servables}


def questions(cloud: Cloud) -> list[str]:
    """What was asked since it was looked at last."""
    asked = [question for _, question, _ in cloud.asked]
    cloud.asked.clear()
    return asked


def answers(seed: int) -> list[tuple[int, Any]]:
    """To all QUERIES, by a container that has answered before, and without what differs from one answer to the next."""
    recommended("ann")
    recommend_handler._services().recommender.random.seed(seed)
    found = [answer(query) for query in QUERIES]
    return [(status, {**body, "recommendation_id": None, "request_id": None}) for status, body in found]


@pytest.mark.parametrize("seed", range(4))
def test_every_answer_is_the_one_of_two_endpoints(stack: Cloud, seed: int) -> None:
    serve(stack, "retrieval", "ranking")
    separate = answers(seed)
    serve(stack, "fused")
    assert answers(seed) == separate
    assert [status for status, _ in separate].count(200) == len(QUERIES) - 1


def test_one_hop_does_it_but_for_who_asks_for_more_than_is_retrieved_without_a_filter(stack: Cloud) -> None:
    serve(stack, "fused")
    # Who waits and who does not each find out once which endpoints there are.
    recommended("ann")
    answer(MORE_THAN_RETRIEVED)
    questions(stack)
    hops = [answer(query) and questions(stack)[1:] for query in QUERIES]
    beyond = {QUERIES.index(query) for query in (MORE_THAN_RETRIEVED, ALL_RETRIEVED_EXCLUDED)}
    explained = QUERIES.index(EXPLAINED)
    assert hops == [
        ["ranking"] if place in beyond else ["retrieval"] if place == explained else [] for place in range(len(QUERIES))
    ]


def test_where_a_filter_leaves_too_few_the_most_loved_come_along(stack: Cloud) -> None:
    serve(stack, "fused")
    recommended("ann")
    stack.asked.clear()
    good(get("/users/ann/recommendations?limit=5&style=pils"))
    ((_, _, inputs),) = stack.asked
    # All of the style but b01, which ann has had.
    assert [each for each in inputs["further_beer_ids"] if SCORES[each]] == [
        f"b{number:02}" for number in range(4, 30, 3)
    ]


def test_further_beers_cover_what_a_short_answer_is_filled_up_with(
    stack: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MAX_WIDENED", 5)
    serve(stack, "fused")
    recommended("ann")
    questions(stack)
    # Of the twelve that are retrieved four are stouts; these are among the most loved, and take places of others.
    good(get("/users/ann/recommendations?limit=5&style=stout"))
    assert questions(stack) == ["recommendation"]


def test_the_first_answer_of_a_container_learns_from_it_which_catalogue_to_look_into(
    stack: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDPOINT_LAYOUT", "fused")
    serve(stack, "fused")
    good(get("/users/ann/recommendations?limit=5&style=pils&log=false"))
    assert questions(stack) == ["recommendation", "ranking"]


@pytest.mark.parametrize(("configured", "in_service"), [("separate", "fused"), ("fused", "separate")])
def test_the_release_in_service_is_asked_whatever_the_stacks_next_one_will_be(
    stack: Cloud, monkeypatch: pytest.MonkeyPatch, configured: str, in_service: str
) -> None:
    monkeypatch.setenv("ENDPOINT_LAYOUT", configured)
    serve(stack, *(("fused",) if in_service == "fused" else ("retrieval", "ranking")))
    first = ids(recommended("ann", "log=false"))
    asked = len(stack.asked)
    assert ids(recommended("ann", "log=false")) == first
    # The endpoint that is not there is asked for once.
    assert [endpoint for endpoint, _, _ in stack.asked[asked:]] == [
        f"taproom-{name}" for name in (("fused",) if in_service == "fused" else ("retrieval", "ranking"))
    ]


def test_a_release_of_the_other_layout_takes_over_from_one_answer_to_the_next(stack: Cloud, tmp_path: Path) -> None:
    stack.keep_catalogue(NEW, tmp_path, tuple(BEERS))
    for servables, release in ((("retrieval", "ranking"), OLD), (("fused",), NEW), (("retrieval", "ranking"), OLD)):
        serve(stack, *servables, release=release)
        body = recommended("ann")
        assert (body["release"], body["ranking_release"], body["basis"]) == (release, None, "personal")


def test_a_fused_model_that_fails_leaves_the_most_loved(stack: Cloud) -> None:
    stack.deploy(OLD, "fused")
    stack.endpoints = {"taproom-fused": b'{"outputs": {"beer_id": [["b02"]]}}'}
    body = recommended("ann")
    assert (body["basis"], body["release"]) == ("most loved", OLD)


def test_the_schedule_wakes_it_once(stack: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_LAYOUT", "fused")
    serve(stack, "fused")
    warm()
    assert questions(stack) == ["retrieval"]
