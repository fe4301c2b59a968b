"""Tuning and measuring peers, on data small enough to know who wins."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.data.review_file import prepare
from benchmarks.models import MODELS, tries
from benchmarks.peers import popularity
from benchmarks.tasks import validation
from benchmarks.tasks.retrieval_tasks import ITEM_MEAN_WEIGHT, measure, tune
from benchmarks.tasks.task import Task
from tests.unit.benchmarks.reviewed import attributes, ratings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """60 users review 20 beers each, in the order of a taste for even or for odd ones, over 20 months."""
    file = tmp_path_factory.mktemp("reviews") / "mine.csv"
    random = np.random.default_rng(1)
    lines = ["score,username,beer_name,brewery_name,style,abv,reviewed_at"]
    for user in range(60):
        for month, beer in enumerate(random.choice(60, 20, replace=False)):
            taste = 2 * int(beer) + user % 2
            day = f"{2020 + month // 12}-{month % 12 + 1:02}-{user % 28 + 1:02}"
            lines.append(f"{2 + taste % 6 / 2},u{user},Beer {taste},Brewery {taste % 7},Style {taste % 3},5,{day}")
    file.write_text("\n".join(lines) + "\n")
    return prepare(file, file.parent / "prepared").folder


@pytest.mark.parametrize("by_time", [False, True])
def test_the_best_try_is_chosen_and_measured_in_both_orders(folder: str, by_time: bool) -> None:
    tuned = tune(Task("tune", folder, "ease", 1, tries=3, by_time=by_time))
    best = max(tuned["tried"], key=lambda one: one["ndcg_at_100"])
    assert len(tuned["tried"]) == 3
    assert tuned["chosen"] == {**best["settings"], ITEM_MEAN_WEIGHT: tuned["chosen"][ITEM_MEAN_WEIGHT]}
    metrics = measure(Task("measure", folder, "ease", 1, settings=tuned["chosen"], by_time=by_time))["metrics"]
    assert 0 < metrics["recall_at_10"] < metrics["recall_at_100"]
    assert 0 < metrics["served_recall_at_10"] < metrics["served_recall_at_100"]


def test_a_weight_of_nothing_serves_the_peers_own_order(folder: str) -> None:
    metrics = measure(Task("measure", folder, "ease", 1, settings={"penalty": 10.0, ITEM_MEAN_WEIGHT: 0.0}))["metrics"]
    assert metrics["served_ndcg_at_10"] == metrics["ndcg_at_10"]
    assert metrics["served_liked_at_10"] == metrics["liked_at_10"]


def test_a_weight_is_chosen_that_brings_liked_beers_into_the_top_ten() -> None:
    # Everybody but user 31 reviewed the beers 0 to 10; beer 11 has a review less, and is the one that is liked.
    rows = [(user, beer, 5.0 if beer == 11 else 3.0) for user in range(31) for beer in range(12) if user or beer < 11]
    training = ratings([*rows, (31, 0, 3)], users=32, beers=12)
    validation_rows = ratings([(31, 11, 5)], users=32, beers=12)
    model = popularity.fit(training, attributes(12), {}, 0, None)
    lists = validation.listed(model, np.array([31]), training, training)
    assert lists.beers[0].tolist() == [*range(1, 12), -1]  # beer 11 is the eleventh
    weight = validation.item_mean_weight(model, training, validation_rows)
    assert 11 in lists.reordered(np.float32(weight) * validation.item_means(training))[0, :10]
    # Among the first ten as it is, it needs no weight.
    fewer = ratings([*rows, (31, 0, 3), (31, 1, 3)], users=32, beers=12)
    assert validation.item_mean_weight(popularity.fit(fewer, attributes(12), {}, 0, None), fewer, validation_rows) == 0


def test_settings_that_a_model_always_has_are_in_each_try() -> None:
    assert tries("popularity-7", 6) == [{"days": 7}]
    assert len(tries("edlae", 4)) == 4


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.module != "mult_vae"])
def test_every_peer_has_as_many_tries_as_it_is_given_or_nothing_to_choose(name: str) -> None:
    if MODELS[name].kind != "taproom":
        assert len(tries(name, 6)) in (1, 6)
