"""The retrieval model's loss, what it is fitted on, and what it makes of a history."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.jobs import taste, write_part
from trainer.data import attributes as kinds
from trainer.data import histories, reviews
from trainer.data.beer_features import numbers
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Rows
from trainer.data.split import Split, split
from trainer.hyperparameters import parsed
from trainer.retrieval.ranks import of_own_beers

tf = pytest.importorskip("tensorflow")
from trainer.retrieval.model import HiddenBeers, Pairs, RetrievalModel  # noqa: E402

SMALL = {"retrieval_batch": 16, "retrieval_dimension": 16}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Split:
    folder = tmp_path_factory.mktemp("reviews")
    write_part(folder, taste(users=120))
    return split(reviews.read(folder), parsed({}))


def model_of(rows: Split, **chosen: float) -> RetrievalModel:
    known = kinds.of_beers(rows.beers)
    return RetrievalModel(rows, known, numbers(known), parsed(SMALL | chosen))


def pairs(*each: tuple[int, int]) -> Pairs:
    user, beer = np.array(each, np.int32).reshape(-1, 2).T
    return Pairs(tf.constant(user), tf.constant(beer))


def test_the_loss_of_a_hidden_beer_by_hand() -> None:
    # -log(e^2 / (e^2 + e^0 + e^1)).
    loss = HiddenBeers()(tf.constant([[2.0, 0.0, 1.0]]), pairs((0, 0)), pairs())
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-2) + np.exp(-1)), rel=1e-6)


def test_a_beer_that_is_shown_is_no_candidate() -> None:
    # Beer 2 is known to have been tried: -log(e^2 / (e^2 + e^0)) is left.
    loss = HiddenBeers()(tf.constant([[2.0, 0.0, 1.0]]), pairs((0, 0)), pairs((0, 2)))
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-2)), rel=1e-6)


def test_a_user_with_more_hidden_beers_weighs_more_but_not_as_many_times_more() -> None:
    # User 0 has two hidden beers with logits 0 and 0, user 1 one with logit 0 against 1.
    loss = HiddenBeers()(tf.constant([[0.0, 0.0], [0.0, 1.0]]), pairs((0, 0), (0, 1), (1, 0)), pairs())
    weight = 2**0.7
    assert float(loss) == pytest.approx((weight * np.log(2) + np.log(1 + np.e)) / (weight + 1), rel=1e-6)


def test_a_user_with_very_many_hidden_beers_weighs_as_much_as_one_with_30() -> None:
    # User 0 has 40 hidden beers among 40 equal candidates, user 1 one with logit 0 against 39 of -30, so a loss of 0.
    logits = tf.constant([[0.0] * 40, [0.0] + [-30.0] * 39])
    loss = HiddenBeers()(logits, pairs(*((0, beer) for beer in range(40)), (1, 0)), pairs())
    assert float(loss) == pytest.approx(30**0.7 * np.log(40) / (30**0.7 + 1), rel=1e-6)


def test_the_vectors_of_some_beers_are_those_of_all(rows: Split) -> None:
    tower = model_of(rows).tried[0]
    some = tf.constant([3, 0, 3, 49])
    assert tower.vectors_of(some).numpy() == pytest.approx(tower.vectors().numpy()[some.numpy()], abs=1e-7)


def test_a_user_without_a_hidden_beer_counts_for_nothing() -> None:
    logits = tf.constant([[2.0, 0.0], [7.0, -7.0]])
    assert float(HiddenBeers()(logits, pairs((0, 0)), pairs((1, 0)))) == pytest.approx(np.log(1 + np.exp(-2)), rel=1e-6)


def test_a_batch_in_which_nothing_is_hidden_has_no_loss_and_moves_nothing() -> None:
    logits = tf.Variable([[2.0, 0.0]])
    with tf.GradientTape() as tape:
        loss = HiddenBeers()(logits, pairs(), pairs((0, 0)))
    assert float(loss) == 0.0
    assert tape.gradient(loss, logits).numpy().tolist() == [[0.0, 0.0]]


def test_fitting_finds_out_who_drinks_what(rows: Split) -> None:
    model = model_of(rows)
    losses = [model.epoch(number)["retrieval_loss"] for number in range(9)]
    assert losses[-1] < losses[0]
    logits = model.queries(histories.of_rows(rows.training, len(rows.usernames))) @ model.beers().T
    own_half = np.arange(120)[:, None] % 2 == np.arange(50)[None] % 2
    assert logits[own_half].mean() > logits[~own_half].mean() + 0.5


def test_a_step_takes_a_part_of_each_beers_own_vectors_and_of_nothing_else(rows: Split) -> None:
    # All 120 users in one step: the first of 10, with which the learning rate has come up to its highest.
    chosen = {"retrieval_batch": 120, "retrieval_epochs": 10, "retrieval_learning_rate": 0.01}
    free, shrunk = (model_of(rows, **chosen, retrieval_weight_decay=decay) for decay in (0, 5))
    for model in (free, shrunk):
        model.epoch(0)
    for one, other in zip(free.weights, shrunk.weights, strict=True):
        own = any(other is tower.own for tower in (*shrunk.tried, *shrunk.candidates))
        np.testing.assert_allclose(other, (1 - 5 * 0.01 if own else 1) * one, atol=1e-6)


def test_with_more_steps_an_epoch_each_takes_less(rows: Split) -> None:
    # 120 users are 2 batches of 60, or 1 of 120.
    assert model_of(rows, retrieval_batch=60, retrieval_weight_decay=6).decay == 3
    assert model_of(rows, retrieval_batch=120, retrieval_weight_decay=6).decay == 6


def test_no_step_takes_more_than_12_learning_rates(rows: Split) -> None:
    assert model_of(rows, retrieval_batch=120, retrieval_weight_decay=84).decay == 12


def test_before_fitting_popular_beers_come_first_for_somebody_without_a_history(rows: Split) -> None:
    model = model_of(rows)
    nobody = histories.of_rows(rows.training.where(np.zeros(0, int)), 1)
    counts = np.bincount(rows.training.beer, minlength=len(rows.beers))
    order = np.argsort(-(model.queries(nobody) @ model.beers().T)[0], kind="stable")
    assert (np.diff(counts[order]) <= 0).all()


def test_the_order_of_a_history_does_not_matter(rows: Split) -> None:
    model = model_of(rows)
    model.epoch(0)
    one = Rows(np.zeros(3, np.int32), np.array([3, 1, 7], np.int32), np.ones(3, np.float32))
    both = [model.queries(histories.of_rows(one.where(np.array(order)), 1)) for order in ([0, 1, 2], [2, 0, 1])]
    assert both[0] == pytest.approx(both[1], abs=1e-6)


@pytest.mark.parametrize(("epochs", "steps", "fitted"), [(9, 450, 9), (9, 21, 3), (9, 22, 4), (2, 21, 2), (9, 1, 1)])
def test_many_users_are_fitted_in_fewer_epochs(rows: Split, epochs: int, steps: int, fitted: int) -> None:
    # 120 users in batches of 16 are 7 steps an epoch.
    known = kinds.of_beers(rows.beers)
    chosen = parsed(SMALL | {"retrieval_epochs": epochs, "retrieval_steps": steps})
    assert RetrievalModel(rows, known, numbers(known), chosen).epochs == fitted


@pytest.mark.parametrize(("beers", "fitted"), [(100, 12), (267, 12), (711, 20), (1_600, 24), (160_000, 24)])
def test_beers_with_few_reviews_are_fitted_in_more_epochs(rows: Split, beers: int, fitted: int) -> None:
    # 1,600 reviews: 16, 6, 2.25, 1 and 0.01 a beer; 12 * sqrt(6 / 2.25) = 19.6, and never more than 24.
    ids, unknown = np.arange(beers).astype(str).astype(object), np.full(beers, "", object)
    catalogue = Beers(ids, unknown, unknown, unknown, np.full(beers, 5.0, np.float32))
    training = rows.training.where(np.arange(1_600) % len(rows.training))
    sparse = Split(rows.usernames, catalogue, training, rows.validation, rows.held_out)
    known = kinds.of_beers(catalogue)
    assert RetrievalModel(sparse, known, numbers(known), parsed(SMALL)).epochs == fitted


def test_held_out_rows_change_nothing(rows: Split) -> None:
    emptied = Split(rows.usernames, rows.beers, rows.training, rows.validation, rows.held_out.where(np.zeros(0, int)))
    assert model_of(rows).epoch(0) == model_of(emptied).epoch(0)


def test_ranks_count_better_beers_that_the_user_has_not_reviewed() -> None:
    users = np.array([[1.0]], np.float32)
    beers = np.array([[0.9], [0.8], [0.7], [0.1]], np.float32)

    def own(*beer: int) -> Histories:
        return Histories(np.array([0, len(beer)]), np.array(beer, np.int32), np.ones(len(beer), np.float32))

    assert of_own_beers(users, beers, own(2, 3), own(0)).tolist() == [1, 2]
