"""Beers as vectors, and what a user gave beers like them."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data.histories import Histories
from trainer.data.reviews import Ratings

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features import co_occurrence  # noqa: E402
from trainer.ranking.features.co_occurrence import CoOccurrence  # noqa: E402


def histories_of(tried: np.ndarray) -> Histories:
    """From a mask [users, beers]; all scores are 1."""
    user, beer = (places.astype(np.int32) for places in np.nonzero(tried))
    return Histories.from_ratings(Ratings(user, beer, np.ones(len(user), np.float32)), len(tried))


def drunk(users: int = 60, beers: int = 12, seed: int = 5) -> Histories:
    """Users of two circles, who drink mostly the even or the odd beers; nobody drinks the last one."""
    chance = np.random.default_rng(seed)
    own = (np.arange(beers - 1) % 2 == np.arange(users)[:, None] % 2) * 0.6 + 0.1
    return histories_of(chance.random((users, beers - 1)) < own)


def exact_directions(reviews: Histories, beers: int) -> np.ndarray:
    """Right singular vectors [beers, width] of D_u^-1/2 X D_b^-1/2."""
    tried = np.zeros((len(reviews), beers))
    tried[reviews.user, reviews.beer] = 1
    by_user, by_beer = (1 / np.sqrt(tried.sum(axis=axis) + 1) for axis in (1, 0))
    directions: np.ndarray = np.linalg.svd(by_user[:, None] * tried * by_beer, full_matrices=False)[2].T
    return directions


def test_vectors_are_those_of_the_exact_decomposition() -> None:
    reviews = drunk()
    found = co_occurrence.fit_vectors(reviews, 12)
    exact = exact_directions(reviews, 12)
    exact = np.abs(exact / np.linalg.norm(exact, axis=1, keepdims=True))
    # Singular vectors are unique up to their sign; 12 beers have no more than 11 directions here.
    assert np.abs(found[:11, :11]) == pytest.approx(exact[:11, :11], abs=1e-3)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0] * 11 + [0.0], abs=1e-5)


def test_of_more_beers_than_directions_the_iteration_still_finds_the_most_telling_ones() -> None:
    # 250 beers, of which 96 directions are iterated, and few of them stand out.
    reviews = histories_of(np.random.default_rng(3).random((250, 250)) < 0.04)
    found = co_occurrence.fit_vectors(reviews, 250)
    exact = exact_directions(reviews, 250)[:, :64]
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    similarity, exact_similarity = found @ found.T, exact @ exact.T
    # After 1, 2, 4 and 8 iterations .81, .93, .986 and .9998.
    assert np.corrcoef(similarity.ravel(), exact_similarity.ravel())[0, 1] > 0.995


def test_beers_of_one_circle_are_more_alike_than_beers_of_two() -> None:
    found = co_occurrence.unit_rows(co_occurrence.fit_vectors(drunk(), 12)[:, :2])[:11]
    similarity = found @ found.T
    same = np.arange(11)[:, None] % 2 == np.arange(11) % 2
    assert similarity[same].min() > similarity[~same].max()


def test_scores_have_no_part_in_vectors() -> None:
    reviews = drunk()
    others = Histories(reviews.start, reviews.beer, 5 - 2 * reviews.score)
    assert (co_occurrence.fit_vectors(reviews, 12) == co_occurrence.fit_vectors(others, 12)).all()


def test_residuals_are_weighted_by_powers_of_similarity_and_shrunk() -> None:
    # User 0 tried beers with similarities 1 and .5 to the one asked about, user 1 tried one that is unlike it.
    tried = tf.constant([0, 0, 1]), tf.constant([[1.0, 0.0], [0.5, 3**0.5 / 2], [-1.0, 0.0]])
    asked = tf.constant([1, 0]), tf.constant([[1.0, 0.0], [1.0, 0.0]])
    columns = co_occurrence.weighted_residuals(tf.constant([1.0, -1.0, 3.0]), tried, asked, 2)
    found = dict(zip(CoOccurrence.names, (column.numpy() for column in columns), strict=True))
    # Squares: (1 - .25) / (1.25 + .2); fourth powers: (1 - .0625) / (1.0625 + .2); eighth: .0039, and .1.
    assert found["similar_beers_residual_2"] == pytest.approx([0, 0.75 / 1.45])
    assert found["similar_beers_residual_4"] == pytest.approx([0, 0.9375 / 1.2625])
    assert found["similar_beers_residual_8"] == pytest.approx([0, (1 - 0.5**8) / (1 + 0.5**8 + 0.1)])
    assert found["similar_beers_log_weight_2"] == pytest.approx(np.log([0.01, 1.26]))


def test_without_a_history_there_are_no_residuals() -> None:
    tried = tf.zeros(0, tf.int32), tf.zeros((0, 2))
    found = co_occurrence.weighted_residuals(tf.zeros(0), tried, (tf.constant([0]), tf.constant([[1.0, 0.0]])), 1)
    assert [column.numpy()[0] for column in found] == pytest.approx([0, np.log(0.01)] * 3)
