"""The network's loss, what it is fitted on, and what it makes of a history."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from taproom.metrics import LOSS, VALIDATION_RECALL_AT_10, Metric
from tests.unit.training.made_up import interactions as ratings
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.split import Split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.retrieval.ranks import Asked  # noqa: E402
from trainer.retrieval.two_tower import Interactions, MaskedBeersLoss, TwoTower  # noqa: E402


@pytest.fixture
def unfitted(many: Split, histories: Histories, asked: Asked) -> TwoTower:
    return model_of(many, histories, asked)


def model_of(many: Split, known: Histories, asked: Asked, steps: int = 10, decay: float = 0.0) -> TwoTower:
    config = parsed({"retrieval_dimension": 4, "retrieval_learning_rate": 0.01})
    return TwoTower(
        known, np.arange(len(known), dtype=np.int32), asked, ItemAttributes.from_beers(many.beers), config, steps, decay
    )


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


def test_an_epochs_loss_is_the_mean_of_its_batches(unfitted: TwoTower) -> None:
    batch, losses = tf.range(16), []
    for _ in range(2):
        losses.append(float(unfitted.compute_loss(batch, training=True)))
        told = float(unfitted.train_step(batch)["loss"])
    assert losses[0] != losses[1]
    assert told == pytest.approx(np.mean(losses), rel=1e-5)
    unfitted.reset_metrics()
    last = float(unfitted.compute_loss(batch, training=True))
    assert float(unfitted.train_step(batch)["loss"]) == pytest.approx(last, rel=1e-5)


def test_fitting_finds_out_who_drinks_what(
    fitted: TwoTower, histories: Histories, measured: list[Mapping[Metric, float]]
) -> None:
    assert np.mean([each[LOSS] for each in measured[-3:]]) < measured[0][LOSS]
    logits = fitted.query_vectors(histories) @ fitted.beer_vectors().T
    own_half = np.arange(120)[:, None] % 2 == np.arange(50)[None] % 2
    assert logits[own_half].mean() > logits[~own_half].mean() + 0.5


def test_an_epoch_is_measured_by_recall_of_validation_beers_averaged_over_users(
    many: Split, fitted: TwoTower, histories: Histories
) -> None:
    logits = fitted.query_vectors(histories) @ fitted.beer_vectors().T
    logits[many.training.user, many.training.beer] = -np.inf
    first_ten = np.argsort(-logits, axis=1)[:, :10]
    wanted = {user: many.validation.beer[many.validation.user == user] for user in np.unique(many.validation.user)}
    assert {len(beers) for beers in wanted.values()} > {1}
    shares = [np.isin(beers, first_ten[user]).mean() for user, beers in wanted.items()]
    assert fitted.measure({"loss": 2.0})[VALIDATION_RECALL_AT_10] == pytest.approx(np.mean(shares))


def test_a_step_takes_a_part_of_each_beers_own_vectors_and_of_nothing_else(
    many: Split, histories: Histories, asked: Asked
) -> None:
    # Both take the first of 10 steps, with which the learning rate has come up to its highest, 0.01.
    free, shrunk = (model_of(many, histories, asked, decay=decay) for decay in (0.0, 5.0))
    for model in (free, shrunk):
        model.train_step(tf.range(120))
    own = [id(tower.own) for tower in (shrunk._tried_beers, shrunk._candidates)]
    assert len({id(weight) for weight in shrunk.trainable_variables} & set(own)) == 2
    for one, other in zip(free.trainable_variables, shrunk.trainable_variables, strict=True):
        np.testing.assert_allclose(other, (1 - 5 * 0.01 if id(other) in own else 1) * one, atol=1e-6)


def test_the_learning_rate_rises_for_a_tenth_of_all_steps_and_has_fallen_to_0_by_the_last(
    many: Split, histories: Histories, asked: Asked
) -> None:
    rate = model_of(many, histories, asked, steps=100).optimizer.learning_rate
    # Over 10 steps up, over 90 along a cosine down.
    rates = [float(rate(step)) for step in (0, 5, 10, 55, 100)]
    assert rates == pytest.approx([0, 0.005, 0.01, 0.005, 0], abs=1e-6)


def test_a_beer_that_nobody_reviewed_is_no_candidate_and_has_no_vector_of_its_own(many: Split) -> None:
    # Beers 0 and 2 have the same style, but not the same brewery or strength; nobody reviewed beer 2.
    known = Histories.from_ratings(ratings(*((user, beer) for user in range(20) for beer in (0, 1))), users=20)
    model = model_of(many, known, Asked(known, known))
    before = [model.tried_beer_vectors(), model.beer_vectors()]
    for tower in (model._tried_beers, model._candidates):
        tower.own.assign_add(tf.ones_like(tower.own))
    for table, earlier in zip((model.tried_beer_vectors(), model.beer_vectors()), before, strict=True):
        moved = np.abs(table - earlier).max(axis=1)
        assert moved[:2] == pytest.approx([1, 1]) and not moved[2:].any()
    # What the softmax makes of the others does not depend on it.
    loss = float(model.compute_loss(tf.range(20)))
    assert loss > 0.1
    model._bias.assign_add(np.where(np.arange(50) == 2, 5.0, 0.0).astype(np.float32))
    assert float(model.compute_loss(tf.range(20))) == pytest.approx(loss, abs=1e-6)


def test_each_step_masks_others_and_a_step_repeated_the_same(unfitted: TwoTower) -> None:
    def losses() -> list[float]:
        found = []
        for step in (0, 1):
            unfitted.optimizer.iterations.assign(step)
            found.append(float(unfitted.compute_loss(tf.range(120), training=True)))
        return found

    first = losses()
    assert first[0] != first[1]
    assert losses() == first


def test_before_fitting_popular_beers_come_first_for_somebody_without_a_history(
    many: Split, unfitted: TwoTower
) -> None:
    nobody = Histories.from_ratings(ratings(), 1)
    counts = np.bincount(many.training.beer, minlength=len(many.beers))
    order = np.argsort(-(unfitted.query_vectors(nobody) @ unfitted.beer_vectors().T)[0], kind="stable")
    assert (np.diff(counts[order]) <= 0).all()


def test_the_order_of_a_history_does_not_matter(fitted: TwoTower) -> None:
    both = [
        fitted.query_vectors(Histories.from_ratings(ratings(*((0, beer) for beer in order)), users=1))
        for order in ([3, 1, 7], [7, 3, 1])
    ]
    assert np.ptp(both[0]) > 0
    assert both[0] == pytest.approx(both[1], abs=1e-6)


def test_a_history_is_the_sum_of_its_beers_by_the_root_of_their_number(fitted: TwoTower) -> None:
    vectors = fitted.tried_beer_vectors()
    query = fitted.query_vectors(Histories.from_ratings(ratings((1, 3), (1, 7)), users=2))
    np.testing.assert_allclose(query[0], [*np.zeros(16), 1])
    np.testing.assert_allclose(query[1], [*((vectors[3] + vectors[7]) / np.sqrt(2)), 1], rtol=1e-5, atol=1e-7)
