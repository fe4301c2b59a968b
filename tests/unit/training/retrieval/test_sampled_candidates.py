"""The beers that a step's softmax runs over stand for the whole catalogue, and only what it saw moves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from taproom.metrics import VALIDATION_RECALL_AT_10, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.split import Split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.retrieval import sampled_candidates, two_tower  # noqa: E402
from trainer.retrieval.fit import fit_network  # noqa: E402
from trainer.retrieval.ranks import Asked  # noqa: E402
from trainer.retrieval.sampled_candidates import Chance, SampledCandidates, places_among  # noqa: E402
from trainer.retrieval.two_tower import Interactions, TwoTower  # noqa: E402

COUNTS = np.array([40, 0, 10, 5, 5, 1, 1, 1])
SAMPLED = {"retrieval_most_candidates": 10, "retrieval_batch": 16, "retrieval_dimension": 16}


@pytest.fixture
def few_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two beers a step instead of 4,096."""
    monkeypatch.setattr(sampled_candidates, "_DRAWN", 2)


def test_the_chance_of_a_beer_by_hand() -> None:
    # 10 of 100 users: beer 0 is expected 4 times in a step, .25 of them masked; 4,096 are drawn from 7 reviewed beers.
    chance = Chance.of(COUNTS, users=100, batch=10, masked_share=0.25)
    assert chance.masked[0] == pytest.approx(1 - np.exp(-1))
    assert chance.visible[0] == pytest.approx(1 - np.exp(-3))
    assert chance.candidates[0] == pytest.approx(1 - np.exp(-1 - 4096 / 7))


@pytest.mark.usefixtures("few_drawn")
def test_candidates_are_distinct_and_have_every_masked_beer_and_none_without_a_review() -> None:
    candidates = SampledCandidates(COUNTS, Chance.of(COUNTS, 100, 10, 0.25), seed=3)
    drawn = [candidates.draw(tf.constant([2, 7, 2]), tf.constant(step)).numpy().tolist() for step in range(30)]
    assert all(each == sorted(set(each)) and {2, 7} <= set(each) for each in drawn)
    assert {beer for each in drawn for beer in each} == {0, 2, 3, 4, 5, 6, 7}
    assert candidates.draw(tf.constant([2, 7, 2]), tf.constant(5)).numpy().tolist() == drawn[5]


@pytest.mark.usefixtures("few_drawn")
def test_the_expected_sum_of_exponentials_over_candidates_is_that_over_all_beers() -> None:
    # Masked beers come as Poisson's distribution has it, with the mean that Chance expects of them.
    chance = Chance.of(COUNTS, users=100, batch=10, masked_share=0.25)
    candidates = SampledCandidates(COUNTS, chance, seed=3)
    logits, random = np.log(COUNTS + 0.5).astype(np.float32), np.random.default_rng(1)
    nobody = Interactions(tf.zeros(0, tf.int32), tf.zeros(0, tf.int32))
    sums = []
    for step in range(4000):
        masked = np.flatnonzero(random.poisson(0.25 * 0.1 * COUNTS)).astype(np.int32)
        drawn = candidates.draw(tf.constant(masked), tf.constant(step))
        sums.append(
            float(tf.reduce_sum(tf.exp(candidates.corrected(tf.gather(logits[None], drawn, axis=1), drawn, nobody))))
        )
    # Two draws with repetition are a little rarer to miss a beer than Poisson's distribution has it.
    assert np.mean(sums) == pytest.approx(np.exp(logits[COUNTS > 0]).sum(), rel=0.06)


def test_the_logit_of_a_users_own_masked_beer_stays_as_it_is() -> None:
    chance = Chance(*(np.full(3, share) for share in (0.5, 0.5, 0.25)))
    candidates = SampledCandidates(np.ones(3, np.int64), chance, seed=1)
    masked = Interactions(tf.constant([1]), tf.constant([2]))
    corrected = candidates.corrected(tf.zeros((2, 3)), tf.range(3), masked).numpy()
    rest = np.log(4)
    np.testing.assert_allclose(corrected, [[rest, rest, rest], [rest, rest, 0]], rtol=1e-6)


def test_places_among_candidates_and_of_those_that_are_not_among_them() -> None:
    place, is_among = places_among(tf.constant([2, 5, 9]), tf.constant([5, 9, 3, 11]))
    assert place.numpy()[:2].tolist() == [1, 2]
    assert is_among.numpy().tolist() == [True, True, False, False]


def fit_sampled(many: Split, histories: Histories, asked: Asked) -> tuple[TwoTower, list[Mapping[Metric, float]]]:
    told: list[Mapping[Metric, float]] = []
    attributes, config = ItemAttributes.from_beers(many.beers), parsed(SAMPLED)
    model, _ = fit_network(histories, asked, attributes, config, None, lambda _, values: told.append(values))
    return model, told


@pytest.mark.usefixtures("fitted")
def test_a_network_of_sampled_candidates_learns_as_one_of_all_does_and_the_same_again(
    many: Split, histories: Histories, asked: Asked, measured: list[Mapping[Metric, float]]
) -> None:
    (model, told), (again, _) = (fit_sampled(many, histories, asked) for _ in range(2))
    np.testing.assert_array_equal(model.beer_vectors(), again.beer_vectors())
    logits = model.query_vectors(histories) @ model.beer_vectors().T
    own_half = np.arange(120)[:, None] % 2 == np.arange(50)[None] % 2
    assert logits[own_half].mean() > logits[~own_half].mean() + 0.5
    best = max(each[VALIDATION_RECALL_AT_10] for each in measured)
    assert max(each[VALIDATION_RECALL_AT_10] for each in told) > 0.85 * best


@pytest.mark.usefixtures("few_drawn")
def test_a_step_moves_the_rows_it_saw_and_no_other(many: Split, histories: Histories, asked: Asked) -> None:
    users = np.arange(len(histories), dtype=np.int32)
    model = TwoTower(histories, users, asked, ItemAttributes.from_beers(many.beers), parsed(SAMPLED), 10, decay=0.1)
    before = [tower.own.numpy() for tower in (model._tried_beers, model._candidates)]
    for _ in range(2):  # the learning rate of the first one is 0
        model.train_step(tf.constant([0, 1]))
    owners = np.unique(histories.beer)
    moved = [
        owners[(tower.own.numpy() != own).any(axis=1)[: len(owners)]]
        for tower, own in zip((model._tried_beers, model._candidates), before, strict=True)
    ]
    tried = histories.select(np.array([0, 1])).beer
    assert len(moved[0]) and np.isin(moved[0], tried).all()
    assert len(moved[1]) and (~np.isin(moved[1], tried)).sum() <= 2


def test_only_the_most_reviewed_beers_have_vectors_of_their_own(
    many: Split, histories: Histories, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_tower, "_MOST_OWN_VECTORS", 5)
    users = np.arange(len(histories), dtype=np.int32)
    model = TwoTower(histories, users, asked, ItemAttributes.from_beers(many.beers), parsed(SAMPLED), 10, decay=0.0)
    before = model.beer_vectors()
    model._candidates.own.assign_add(tf.ones_like(model._candidates.own))
    moved = np.flatnonzero(np.abs(model.beer_vectors() - before).max(axis=1) > 0.5)
    counts = np.bincount(histories.beer, minlength=50)
    assert sorted(moved) == sorted(np.argsort(-counts, kind="stable")[:5])
