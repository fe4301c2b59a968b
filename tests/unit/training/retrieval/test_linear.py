"""Neighbours of beers, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.training.jobs import taste, write_part
from trainer.data import attributes as kinds
from trainer.data import reviews
from trainer.data.beer_features import numbers
from trainer.data.reviews import Rows
from trainer.data.split import split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.retrieval import linear as neighbours  # noqa: E402
from trainer.retrieval.model import RetrievalModel  # noqa: E402


def rows(*pairs: tuple[int, int]) -> Rows:
    user, beer = np.array(pairs, np.int32).T
    return Rows(user, beer, np.full(len(user), 4, np.float32))


# Users 0 and 1 tried the beers 0 and 2, user 2 beer 3 alone; nobody tried beer 1.
THREE = rows((0, 0), (0, 2), (1, 0), (1, 2), (2, 3))


def weight(near: neighbours.Neighbours, beer: int, other: int) -> float:
    place = near.place[beer]
    return float(near.weights[place][near.beers[place] == other].sum())


def test_weights_by_hand() -> None:
    near = neighbours.of_rows(THREE, users=3, beers=4, ridge=1.0, dropout=0.0)
    # X'X + I is [[3, 2, 0], [2, 3, 0], [0, 0, 2]] for the beers 0, 2 and 3; its inverse holds .6, -.4 and .5.
    assert weight(near, 0, 2) == pytest.approx(0.4 / 0.6)
    assert weight(near, 2, 0) == pytest.approx(0.4 / 0.6)
    assert [weight(near, 0, 0), weight(near, 0, 3), weight(near, 3, 0)] == pytest.approx([0, 0, 0])


def test_a_weight_is_scaled_by_the_beer_that_is_spoken_for() -> None:
    near = neighbours.of_rows(rows((0, 0), (0, 1), (1, 0), (1, 1), (2, 1)), users=3, beers=2, ridge=1.0, dropout=0.0)
    # [[3, 2], [2, 4]] has the inverse [[.5, -.25], [-.25, .375]].
    assert weight(near, 0, 1) == pytest.approx(0.25 / 0.375)
    assert weight(near, 1, 0) == pytest.approx(0.25 / 0.5)


def test_beers_dropped_from_histories_count_as_doubt_in_proportion() -> None:
    near = neighbours.of_rows(THREE, users=3, beers=4, ridge=1.0, dropout=0.5)
    # With half dropped, 2 users on the diagonal are as 4: the inverse of [[5, 2], [2, 5]] is [[5, -2], [-2, 5]] / 21.
    assert weight(near, 0, 2) == pytest.approx(0.4)


def test_a_beer_that_nobody_reviewed_speaks_for_none() -> None:
    near = neighbours.of_rows(THREE, users=3, beers=4, ridge=1.0, dropout=0.0)
    assert near.weights[near.place[1]].tolist() == [0, 0, 0]


def test_only_the_most_reviewed_beers_have_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "MOST_BEERS", 2)
    near = neighbours.of_rows(THREE, users=3, beers=4, ridge=1.0, dropout=0.0)
    assert weight(near, 0, 2) == pytest.approx(0.4 / 0.6)
    assert near.weights[near.place[3]].tolist() == [0, 0]


def test_only_the_strongest_neighbours_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "MOST_NEIGHBOURS", 1)
    # Beer 1 shares two users with beer 0, beer 2 one.
    near = neighbours.of_rows(rows((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 2)), 3, 3, ridge=1.0, dropout=0.0)
    assert near.beers[near.place[0]].tolist() == [1]


def test_what_a_history_speaks_for_is_added_to_the_logits() -> None:
    near = neighbours.of_rows(THREE, users=3, beers=4, ridge=1.0, dropout=0.0).times(3.0)
    # User 0 has the beers 0 and 1, user 1 none, user 2 the beers 2 and 3: 3 * .4 / .6 for beer 2 and for beer 0.
    found = neighbours.added(tf.ones((3, 4)), near, tf.constant([0, 0, 2, 2]), tf.constant([0, 1, 2, 3]))
    np.testing.assert_allclose(found, [[1, 1, 3, 1], [1, 1, 1, 1], [3, 1, 1, 1]], atol=1e-6)


def test_neighbours_get_a_weight_where_they_find_validation_beers(tmp_path: Path) -> None:
    write_part(tmp_path, taste(users=120))
    parted = split(reviews.read(tmp_path), parsed({}))
    known = kinds.of_beers(parted.beers)
    unfitted = RetrievalModel(parted, known, numbers(known), parsed({"retrieval_dimension": 4}))
    near = neighbours.of_rows(parted.training, len(parted.usernames), len(parted.beers), ridge=10.0, dropout=0.0)
    assert neighbours.best_weight(unfitted, near, parted) > 0
    # Turned round, they speak for the other half of the catalogue.
    assert neighbours.best_weight(unfitted, near.times(-1.0), parted) == 0
