"""Beers as vectors, and opinions of beers alike."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data import histories
from trainer.data.histories import Histories
from trainer.data.reviews import Rows

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features import co_occurrence  # noqa: E402


def drunk(users: int = 60, beers: int = 12, seed: int = 5) -> Histories:
    """Users of two circles, who drink mostly the even or the odd beers; nobody drinks the last one."""
    chance = np.random.default_rng(seed)
    own = (np.arange(beers - 1) % 2 == np.arange(users)[:, None] % 2) * 0.6 + 0.1
    user, beer = np.nonzero(chance.random((users, beers - 1)) < own)
    return histories.of_rows(Rows(user.astype(np.int32), beer.astype(np.int32), np.ones(len(user), np.float32)), users)


def test_vectors_are_those_of_the_exact_decomposition() -> None:
    reviews = drunk()
    found = co_occurrence.vectors(reviews, 12)
    tried = np.zeros((60, 12))
    tried[reviews.user, reviews.beer] = 1
    by_user, by_beer = (1 / np.sqrt(tried.sum(axis=axis) + 1) for axis in (1, 0))
    exact = np.linalg.svd(by_user[:, None] * tried * by_beer)[2].T
    exact = np.abs(exact / np.linalg.norm(exact, axis=1, keepdims=True))
    # Singular vectors are unique up to their sign; 12 beers have no more than 11 directions here.
    assert np.abs(found[:11, :11]) == pytest.approx(exact[:11, :11], abs=1e-3)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0] * 11 + [0.0], abs=1e-5)


def test_beers_of_one_circle_are_more_alike_than_beers_of_two() -> None:
    found = co_occurrence.unit(co_occurrence.vectors(drunk(), 12)[:, :2])[:11]
    likeness = found @ found.T
    same = np.arange(11)[:, None] % 2 == np.arange(11) % 2
    assert likeness[same].min() > likeness[~same].max()


def test_scores_have_no_part_in_vectors() -> None:
    reviews = drunk()
    others = Histories(reviews.start, reviews.beer, 5 - 2 * reviews.score)
    assert (co_occurrence.vectors(reviews, 12) == co_occurrence.vectors(others, 12)).all()


def test_an_opinion_is_the_mean_residual_by_likeness_shrunk() -> None:
    # User 0 tried beers with likenesses 1 and .5 to the one asked about, user 1 tried one that is unlike it.
    tried = tf.constant([0, 0, 1]), tf.constant([[1.0, 0.0], [0.5, 3**0.5 / 2], [-1.0, 0.0]])
    asked = tf.constant([1, 0]), tf.constant([[1.0, 0.0], [1.0, 0.0]])
    found = [each.numpy() for each in co_occurrence.opinions(tf.constant([1.0, -1.0, 3.0]), tried, asked, 2)]
    # Squares: (1 - .25) / (1.25 + .2); fourth powers: (1 - .0625) / (1.0625 + .2); eighth: .0039 and doubt .1.
    assert found[0] == pytest.approx([0, 0.75 / 1.45])
    assert found[2] == pytest.approx([0, 0.9375 / 1.2625])
    assert found[4] == pytest.approx([0, (1 - 0.5**8) / (1 + 0.5**8 + 0.1)])
    assert found[1] == pytest.approx(np.log([0.01, 1.26]))


def test_without_a_history_there_is_no_opinion() -> None:
    tried = tf.zeros(0, tf.int32), tf.zeros((0, 2))
    found = co_occurrence.opinions(tf.zeros(0), tried, (tf.constant([0]), tf.constant([[1.0, 0.0]])), 1)
    assert [each.numpy()[0] for each in found] == pytest.approx([0, np.log(0.01)] * 3)
