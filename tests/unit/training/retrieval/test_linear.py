"""Neighbours of beers, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import interactions
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.retrieval import linear  # noqa: E402
from trainer.retrieval.linear import Neighbours, add_neighbours, fit_ease  # noqa: E402
from trainer.retrieval.model import RetrievalModel  # noqa: E402

# Users 0 and 1 tried the beers 0 and 2, user 2 beer 3 alone; nobody tried beer 1.
THREE = interactions((0, 0), (0, 2), (1, 0), (1, 2), (2, 3))


def weight(neighbours: Neighbours, beer: int, other: int) -> float:
    row = neighbours.row[beer]
    return float(neighbours.weights[row][neighbours.beers[row] == other].sum())


def test_weights_by_hand() -> None:
    neighbours = fit_ease(THREE, users=3, beers=4, penalty=1.0, dropout=0.0)
    # X'X + I is [[3, 2, 0], [2, 3, 0], [0, 0, 2]] for the beers 0, 2 and 3; its inverse holds .6, -.4 and .5.
    assert weight(neighbours, 0, 2) == pytest.approx(0.4 / 0.6)
    assert weight(neighbours, 2, 0) == pytest.approx(0.4 / 0.6)
    assert [weight(neighbours, 0, 0), weight(neighbours, 0, 3), weight(neighbours, 3, 0)] == pytest.approx([0, 0, 0])


def test_a_weight_is_scaled_by_the_beer_that_is_spoken_for() -> None:
    ratings = interactions((0, 0), (0, 1), (1, 0), (1, 1), (2, 1))
    neighbours = fit_ease(ratings, users=3, beers=2, penalty=1.0, dropout=0.0)
    # [[3, 2], [2, 4]] has the inverse [[.5, -.25], [-.25, .375]].
    assert weight(neighbours, 0, 1) == pytest.approx(0.25 / 0.375)
    assert weight(neighbours, 1, 0) == pytest.approx(0.25 / 0.5)


def test_beers_dropped_from_histories_add_to_the_penalty_in_proportion() -> None:
    neighbours = fit_ease(THREE, users=3, beers=4, penalty=1.0, dropout=0.5)
    # With half dropped, 2 users on the diagonal are as 4: the inverse of [[5, 2], [2, 5]] is [[5, -2], [-2, 5]] / 21.
    assert weight(neighbours, 0, 2) == pytest.approx(0.4)


def test_a_beer_that_nobody_reviewed_speaks_for_none() -> None:
    neighbours = fit_ease(THREE, users=3, beers=4, penalty=1.0, dropout=0.0)
    assert neighbours.weights[neighbours.row[1]].tolist() == [0, 0, 0]


def test_only_the_most_reviewed_beers_have_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "MOST_BEERS", 2)
    neighbours = fit_ease(THREE, users=3, beers=4, penalty=1.0, dropout=0.0)
    assert weight(neighbours, 0, 2) == pytest.approx(0.4 / 0.6)
    assert neighbours.weights[neighbours.row[3]].tolist() == [0, 0]


def test_only_the_strongest_neighbours_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "MOST_NEIGHBOURS", 1)
    # Beer 1 shares two users with beer 0, beer 2 one.
    ratings = interactions((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 2))
    neighbours = fit_ease(ratings, users=3, beers=3, penalty=1.0, dropout=0.0)
    assert neighbours.beers[neighbours.row[0]].tolist() == [1]


def test_what_a_history_speaks_for_is_added_to_the_logits() -> None:
    neighbours = fit_ease(THREE, users=3, beers=4, penalty=1.0, dropout=0.0).scaled(3.0)
    # User 0 has the beers 0 and 1, user 1 none, user 2 the beers 2 and 3: 3 * .4 / .6 for beer 2 and for beer 0.
    found = add_neighbours(tf.ones((3, 4)), neighbours, tf.constant([0, 0, 2, 2]), tf.constant([0, 1, 2, 3]))
    np.testing.assert_allclose(found, [[1, 1, 3, 1], [1, 1, 1, 1], [3, 1, 1, 1]], atol=1e-6)


def test_neighbours_get_a_weight_where_they_find_validation_beers(many: Split) -> None:
    unfitted = RetrievalModel(many, ItemAttributes.from_beers(many.beers), parsed({"retrieval_dimension": 4}))
    neighbours = fit_ease(many.training, len(many.usernames), len(many.beers), penalty=10.0, dropout=0.0)
    assert linear.best_weight(unfitted, neighbours, many) > 0
    # Turned round, they speak for the other half of the catalogue.
    assert linear.best_weight(unfitted, neighbours.scaled(-1.0), many) == 0
