"""Probes: beers that chance puts into a list, with the probabilities that are logged for them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations, product
from math import perm, prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from recommend import handler as recommend_handler
from recommend.recommending import exploration
from recommend.recommending.blending import RankedBeer
from recommend.recommending.candidates import Candidate
from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import good, ids
from tests.unit.recommend.cloud import OLD, RATINGS_QUEUE_URL, Cloud, Release, get, post

SHARE = 0.2
BEERS = [Beer(letter, letter.upper(), "Alder", "Stout", 5.0, 10, 4.0, 3.9) for letter in "abcdefgh"]
# All that chance can say of a list of four: whether each of places 3 and 4 is a probe's, and which beers are drawn.
LENGTH = 4


class Scripted(Random):
    """Says what it is told to."""

    def __init__(self, coins: Sequence[bool], sample: Sequence[str] = ()) -> None:
        super().__init__(0)
        self.coins = iter(coins)
        self.drawn = sample

    def random(self) -> float:
        return SHARE - 0.01 if next(self.coins) else SHARE

    def sample(self, population: Any, k: int, **_: Any) -> Any:
        assert len(set(self.drawn[:k])) == k
        assert set(self.drawn) <= set(population)
        return list(self.drawn[:k])


def answered(random: Random, passing: Sequence[Beer], found: int) -> list[RankedBeer]:
    """A list of the first four of `passing`; the first `found` are candidates, each scores a tenth less than before."""
    scores = {beer.beer_id: 5 - place / 10 for place, beer in enumerate(passing)}
    candidates = [Candidate(beer, 1.0, rank) for rank, beer in enumerate(passing[:found], start=1)]
    ranked = [
        RankedBeer(one.beer, scores[one.beer.beer_id], rank, rank, rank)
        for rank, one in enumerate(candidates[:LENGTH], start=1)
    ]
    drawn = exploration.draw(SHARE, len(ranked), found, lambda: [beer.beer_id for beer in passing], random)
    if drawn is None:
        return ranked
    probes = [beer for beer_id in drawn.beer_ids for beer in passing if beer.beer_id == beer_id]
    predicted = [scores[beer.beer_id] for beer in [*passing[:found], *probes]]
    return exploration.explore(ranked, drawn, probes, candidates, predicted)


def outcomes(passing: Sequence[Beer], found: int) -> Iterator[tuple[float, list[RankedBeer]]]:
    """Every list that chance can make of it, with its probability."""
    beer_ids = [beer.beer_id for beer in passing]
    for coins in product([False, True], repeat=LENGTH // 2):
        of_coins = prod(SHARE if coin else 1 - SHARE for coin in coins)
        size = min(len(beer_ids), sum(coins) + LENGTH) if any(coins) else 0
        for sample in permutations(beer_ids, size):
            yield of_coins / perm(len(beer_ids), size), answered(Scripted(coins, sample), passing, found)


@pytest.mark.parametrize(("catalogue", "found"), [(6, 4), (6, 6), (7, 5)])
def test_a_beer_is_at_a_place_with_the_probability_that_is_told_with_it(catalogue: int, found: int) -> None:
    probabilities: defaultdict[tuple[int, str], float] = defaultdict(float)
    told: dict[tuple[int, str], set[float]] = {}
    for probability, beers in outcomes(BEERS[:catalogue], found):
        assert len({one.beer.beer_id for one in beers}) == LENGTH
        for one in beers:
            probabilities[one.rank, one.beer.beer_id] += probability
            told.setdefault((one.rank, one.beer.beer_id), set()).add(one.propensity)
    assert {where: pytest.approx(probability) for where, probability in probabilities.items()} == {
        where: propensity for where, (propensity,) in told.items()
    }
    others = catalogue - LENGTH
    assert {where: pytest.approx(propensity) for where, (propensity,) in told.items()} == {
        (1, "a"): 1,
        (2, "b"): 1,
        (3, "c"): 0.8,
        (4, "d"): 0.8,
        **{(place, BEERS[LENGTH + other].beer_id): 0.2 / others for place in (3, 4) for other in range(others)},
    }


def test_where_fewer_beers_are_left_than_places_in_the_lower_half_all_is_as_the_models_say() -> None:
    for passing in (BEERS[:5], BEERS[:4]):
        shown = answered(Scripted([True, True]), passing, found=4)
        assert [(one.beer, one.propensity, one.is_probe) for one in shown] == [
            (beer, 1.0, False) for beer in passing[:4]
        ]


@pytest.mark.parametrize(
    ("length", "places"), [(0, []), (1, []), (2, [2]), (3, [3]), (4, [3, 4]), (5, [4, 5]), (10, [6, 7, 8, 9, 10])]
)
def test_probes_are_in_the_lower_half_alone(length: int, places: list[int]) -> None:
    assert list(exploration.lower_half(length)) == places


def test_the_catalogue_is_looked_through_only_where_there_is_a_probe_or_may_be_too_few_beers() -> None:
    def forbidden() -> list[str]:
        raise AssertionError

    drawn = exploration.draw(SHARE, LENGTH, 6, forbidden, Scripted([False, False]))
    assert drawn is not None
    assert drawn.places == ()
    asked = iter([["a", "b", "c", "d", "e", "f"]])
    assert exploration.draw(SHARE, LENGTH, 5, lambda: next(asked), Scripted([False, False])) is not None
    assert list(asked) == []


def test_a_probe_says_where_it_stood_at_each_stage() -> None:
    # E is the fifth nearest and the fifth by score; G is no candidate, and scores less than all six.
    *_, third, fourth = answered(Scripted([True, True], "aegbcd"), BEERS[:7], found=6)
    assert third == RankedBeer(BEERS[4], 4.6, 3, 5, 5, SHARE / 3, is_probe=True)
    assert replace(fourth, score=4.4) == RankedBeer(BEERS[6], 4.4, 4, None, 7, SHARE / 3, is_probe=True)


# Asked for as API Gateway asks.


@pytest.fixture
def explored(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """A release of eight beers, all near to the one that ann has rated; a fifth of the lower half is left to chance."""
    letters = [beer.beer_id for beer in BEERS]
    scores = {letter: 5 - place / 10 for place, letter in enumerate(letters)}
    release = Release(OLD, {"0": letters[:6]}, scores)
    cloud.endpoints |= {"taproom-retrieval": release, "taproom-ranking": release}
    cloud.keep_catalogue(OLD, tmp_path, tuple(BEERS))
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    monkeypatch.setenv("EXPLORATION", str(SHARE))
    return cloud


def seeded(seed: int) -> None:
    services = recommend_handler._services
    services.cache_clear()
    made = services()
    made.recommender.random.seed(seed)


def logged(cloud: Cloud) -> list[dict[str, Any]]:
    """The messages in the queue, which are taken out of it."""
    found = cloud.sqs.receive_message(QueueUrl=RATINGS_QUEUE_URL, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def test_the_log_has_the_propensities_and_the_scores_that_probes_were_shown_with(explored: Cloud) -> None:
    seeded(1)
    probes = 0
    for _ in range(10):
        asked = len(explored.asked)
        body = good(get("/users/ann/recommendations?limit=4&explain=true"))
        assert [servable for _, servable, _ in explored.asked[asked:]][:2] == ["retrieval", "ranking"]
        assert len([servable for _, servable, _ in explored.asked[asked:] if servable == "ranking"]) == 1
        (message,) = logged(explored)
        assert (message["beers"], message["scores"]) == (ids(body), [beer["score"] for beer in body["beers"]])
        assert [beer["probe"] for beer in body["beers"]] == [each < 0.5 for each in message["propensities"]]
        for beer, propensity in zip(body["beers"], message["propensities"], strict=True):
            assert beer["score"] == pytest.approx(5 - "abcdefgh".index(beer["beer_id"]) / 10)
            assert propensity == (1.0 if beer["rank"] < 3 else SHARE / 4 if beer["probe"] else 1 - SHARE)
            assert beer["probe"] == beer["explanation"]["sentence"].startswith("Something different")
            probes += beer["probe"]
    assert probes > 0


def test_a_probe_passes_the_filter_and_is_neither_tried_nor_retired(explored: Cloud) -> None:
    explored.remember("ann", "20260101T000000Z-000000000000", {"g": 4.0})
    explored.list_beers({"h": {"retired": True}})
    seeded(1)
    shown = {beer_id for _ in range(40) for beer_id in ids(good(get("/users/ann/recommendations?limit=2")))}
    assert shown == set("abcdef")
    excluding = post("/users/ann/recommendations", {"limit": 2, "exclude": ["c", "d", "e"]})
    assert {beer_id for _ in range(40) for beer_id in ids(good(excluding))} == set("abf")


@pytest.mark.parametrize(
    "event",
    [
        get("/users/ann/recommendations?limit=4&log=false"),
        get("/users/ann/recommendations?limit=4", DNT="1"),
        get("/users/ann/recommendations?limit=4&include_tried=true"),
        get("/users/zoe/recommendations?limit=4"),
        post("/users/ann/recommendations", {"limit": 4, "candidates": ["a", "b", "c", "d"]}),
        post("/users/ann/menu", {"menu": "\n".join(f"{beer.name} by Alder" for beer in BEERS)}),
    ],
    ids=["log=false", "DNT", "own beers too", "nobody known", "named candidates", "a menu"],
)
def test_nothing_is_left_to_chance_where_nobody_learns_from_it_or_nothing_else_can_be_shown(
    explored: Cloud, event: dict[str, Any]
) -> None:
    seeded(1)
    answers = [good(event) for _ in range(10)]
    assert len({json.dumps(body["beers"]) for body in answers}) == 1
    assert not any(beer["probe"] for beer in answers[0]["beers"])
    assert all(set(message["propensities"]) == {1.0} for message in logged(explored))


def test_an_answer_without_predictions_has_no_probes(explored: Cloud) -> None:
    explored.endpoints["taproom-ranking"] = b"no answer"
    seeded(1)
    for _ in range(10):
        assert ids(good(get("/users/ann/recommendations?limit=4"))) == list("abcd")


def test_without_exploration_an_answer_is_what_it_was(explored: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORATION", "0")
    seeded(1)
    asked = len(explored.asked)
    assert ids(good(get("/users/ann/recommendations?limit=4"))) == list("abcd")
    (_, _, inputs) = next(one for one in explored.asked[asked:] if one[1] == "ranking")
    assert inputs["beer_id"] == list("abcdef")
    (message,) = logged(explored)
    assert message["propensities"] == [1.0] * 4
