"""The retrieval model's loss, what it is fitted on, and what it makes of a history."""

from __future__ import annotations

import numpy as np
import pytest

from taproom.metrics import LOSS, VALIDATION_RECALL_AT_10, Metric
from tests.unit.training.made_up import interactions as ratings
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Beers
from trainer.data.split import Split
from trainer.hyperparameters import parsed
from trainer.retrieval.ranks import ranks_among_new_beers

tf = pytest.importorskip("tensorflow")
from trainer.retrieval.model import Interactions, MaskedBeersLoss, RetrievalModel  # noqa: E402

SMALL = {"retrieval_batch": 16, "retrieval_dimension": 4}


def model_of(split: Split, **given: float) -> RetrievalModel:
    return RetrievalModel(split, ItemAttributes.from_beers(split.beers), parsed(SMALL | given))


def interactions(*each: tuple[int, int]) -> Interactions:
    user, beer = np.array(each, np.int32).reshape(-1, 2).T
    return Interactions(tf.constant(user), tf.constant(beer))


def test_the_loss_of_a_masked_beer_by_hand() -> None:
    # -log(e^2 / (e^2 + e^0 + e^1)).
    loss = MaskedBeersLoss()(tf.constant([[2.0, 0.0, 1.0]]), interactions((0, 0)), interactions())
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-2) + np.exp(-1)), rel=1e-6)


def test_a_beer_that_is_visible_is_no_candidate() -> None:
    # Beer 2 is known to have been tried: -log(e^2 / (e^2 + e^0)) is left.
    loss = MaskedBeersLoss()(tf.constant([[2.0, 0.0, 1.0]]), interactions((0, 0)), interactions((0, 2)))
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-2)), rel=1e-6)


def test_a_user_with_more_masked_beers_weighs_more_but_not_as_many_times_more() -> None:
    # User 0 has two masked beers with logits 0 and 0, user 1 one with logit 0 against 1.
    masked = interactions((0, 0), (0, 1), (1, 0))
    loss = MaskedBeersLoss()(tf.constant([[0.0, 0.0], [0.0, 1.0]]), masked, interactions())
    weight = 2**0.7
    assert float(loss) == pytest.approx((weight * np.log(2) + np.log(1 + np.e)) / (weight + 1), rel=1e-6)


def test_a_user_with_very_many_masked_beers_weighs_as_much_as_one_with_30() -> None:
    # User 0 has 40 masked beers among 40 equal candidates, user 1 one with logit 0 against 39 of -30, so a loss of 0.
    logits = tf.constant([[0.0] * 40, [0.0] + [-30.0] * 39])
    loss = MaskedBeersLoss()(logits, interactions(*((0, beer) for beer in range(40)), (1, 0)), interactions())
    assert float(loss) == pytest.approx(30**0.7 * np.log(40) / (30**0.7 + 1), rel=1e-6)


def test_the_vectors_of_some_beers_are_those_of_all(many: Split) -> None:
    tower = model_of(many).history_beers[0]
    some = tf.constant([3, 0, 3, 49])
    assert tower.vectors_of(some).numpy() == pytest.approx(tower.vectors().numpy()[some.numpy()], abs=1e-7)


def test_a_user_without_a_masked_beer_counts_for_nothing() -> None:
    logits = tf.constant([[2.0, 0.0], [7.0, -7.0]])
    loss = MaskedBeersLoss()(logits, interactions((0, 0)), interactions((1, 0)))
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-2)), rel=1e-6)


def test_a_batch_in_which_nothing_is_masked_has_no_loss_and_moves_nothing() -> None:
    logits = tf.Variable([[2.0, 0.0]])
    with tf.GradientTape() as tape:
        loss = MaskedBeersLoss()(logits, interactions(), interactions((0, 0)))
    assert float(loss) == 0.0
    assert tape.gradient(loss, logits).numpy().tolist() == [[0.0, 0.0]]


def test_fitting_finds_out_who_drinks_what(
    many: Split, fitted: RetrievalModel, measured: list[dict[Metric, float]]
) -> None:
    assert measured[-1][LOSS] < measured[0][LOSS]
    histories = Histories.from_ratings(many.training, len(many.usernames))
    logits = fitted.query_vectors(histories) @ fitted.beer_vectors().T
    own_half = np.arange(120)[:, None] % 2 == np.arange(50)[None] % 2
    assert logits[own_half].mean() > logits[~own_half].mean() + 0.5


def test_an_epoch_is_measured_by_recall_of_validation_beers_averaged_over_users(
    many: Split, fitted: RetrievalModel, measured: list[dict[Metric, float]]
) -> None:
    histories = Histories.from_ratings(many.training, len(many.usernames))
    logits = fitted.query_vectors(histories) @ fitted.beer_vectors().T
    logits[many.training.user, many.training.beer] = -np.inf
    first_ten = np.argsort(-logits, axis=1)[:, :10]
    asked = {user: many.validation.beer[many.validation.user == user] for user in np.unique(many.validation.user)}
    assert {len(beers) for beers in asked.values()} > {1}
    shares = [np.isin(beers, first_ten[user]).mean() for user, beers in asked.items()]
    assert measured[-1][VALIDATION_RECALL_AT_10] == pytest.approx(np.mean(shares))


def test_what_is_fitted_cannot_look_at_held_out_ratings(many: Split, fitted: RetrievalModel) -> None:
    assert fitted.weights
    with pytest.raises(AssertionError, match="score of held-out ratings is read while fitting"):
        len(many.held_out.score)


def test_a_step_takes_a_part_of_each_beers_own_vectors_and_of_nothing_else(many: Split) -> None:
    # All 120 users in one step: the first of 10, with which the learning rate has come up to its highest.
    config = {"retrieval_batch": 120, "retrieval_epochs": 10, "retrieval_learning_rate": 0.01}
    free, shrunk = (model_of(many, **config, retrieval_weight_decay=decay) for decay in (0, 5))
    for model in (free, shrunk):
        model.fit_epoch(0)
    for one, other in zip(free.weights, shrunk.weights, strict=True):
        own = any(other is tower.own for tower in (*shrunk.history_beers, *shrunk.candidates))
        np.testing.assert_allclose(other, (1 - 5 * 0.01 if own else 1) * one, atol=1e-6)


def test_with_more_steps_an_epoch_each_takes_less(many: Split) -> None:
    # 120 users are 2 batches of 60, or 1 of 120.
    assert model_of(many, retrieval_batch=60, retrieval_weight_decay=6).decay == 3
    assert model_of(many, retrieval_batch=120, retrieval_weight_decay=6).decay == 6


def test_no_step_takes_more_than_12_learning_rates(many: Split) -> None:
    assert model_of(many, retrieval_batch=120, retrieval_weight_decay=84).decay == 12


def test_before_fitting_popular_beers_come_first_for_somebody_without_a_history(many: Split) -> None:
    model = model_of(many)
    nobody = Histories.from_ratings(many.training.select(np.zeros(0, int)), 1)
    counts = np.bincount(many.training.beer, minlength=len(many.beers))
    order = np.argsort(-(model.query_vectors(nobody) @ model.beer_vectors().T)[0], kind="stable")
    assert (np.diff(counts[order]) <= 0).all()


def test_the_order_of_a_history_does_not_matter(fitted: RetrievalModel) -> None:
    both = [
        fitted.query_vectors(Histories.from_ratings(ratings(*((0, beer) for beer in order)), users=1))
        for order in ([3, 1, 7], [7, 3, 1])
    ]
    assert np.ptp(both[0]) > 0
    assert both[0] == pytest.approx(both[1], abs=1e-6)


@pytest.mark.parametrize(("epochs", "steps", "expected"), [(9, 450, 9), (9, 21, 3), (9, 22, 4), (2, 21, 2), (9, 1, 1)])
def test_many_users_are_fitted_in_fewer_epochs(many: Split, epochs: int, steps: int, expected: int) -> None:
    # 120 users in batches of 16 are 7 steps an epoch.
    assert model_of(many, retrieval_epochs=epochs, retrieval_steps=steps).epochs == expected


@pytest.mark.parametrize(("beers", "expected"), [(100, 12), (267, 12), (711, 20), (1_600, 24), (160_000, 24)])
def test_beers_with_few_reviews_are_fitted_in_more_epochs(many: Split, beers: int, expected: int) -> None:
    # 1,600 reviews: 16, 6, 2.25, 1 and 0.01 a beer; 12 * sqrt(6 / 2.25) = 19.6, and never more than 24.
    ids, unknown = np.arange(beers).astype(str).astype(object), np.full(beers, "", object)
    catalogue = Beers(ids, unknown, unknown, unknown, np.full(beers, 5.0, np.float32))
    training = many.training.select(np.arange(1_600) % len(many.training))
    sparse = Split(many.usernames, catalogue, training, many.validation, many.held_out)
    assert model_of(sparse).epochs == expected


def test_ranks_count_better_beers_that_the_user_has_not_reviewed() -> None:
    users = np.array([[1.0]], np.float32)
    beers = np.array([[0.9], [0.8], [0.7], [0.1]], np.float32)

    def of(*beer: int) -> Histories:
        return Histories(np.array([0, len(beer)]), np.array(beer, np.int32), np.ones(len(beer), np.float32))

    assert ranks_among_new_beers(users, beers, of(2, 3), of(0)).tolist() == [1, 2]
