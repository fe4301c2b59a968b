"""Posteriors of users and beers, against the formulas and against what was put in."""

from __future__ import annotations

import histories
import numpy as np
import pytest
from histories import Histories
from kinds import Kinds
from reviews import Rows

tf = pytest.importorskip("tensorflow")
import factors  # noqa: E402
from factors import Gaussians  # noqa: E402


def kinds(style: list[int], brewery: list[int]) -> Kinds:
    def texts(codes: list[int]) -> np.ndarray:
        return np.array([f"{code}" for code in range(max(codes) + 1)], object)

    beers = len(style)
    return Kinds(
        brewery=np.array(brewery, np.int32),
        breweries=texts(brewery),
        style=np.array(style, np.int32),
        styles=texts(style),
        strength=np.zeros(beers, np.float32),
        abv_mean=5.0,
        abv_deviation=1.0,
    )


def generated(users: int = 300, beers: int = 60, seed: int = 3) -> tuple[Histories, np.ndarray]:
    """Scores that are biases, one factor and noise of .3; and the true beer biases."""
    chance = np.random.default_rng(seed)
    b_user, p = chance.normal(0, 0.4, users), chance.normal(0, 1, users)
    b_beer, q = chance.normal(0, 0.5, beers), chance.normal(0, 0.4, beers)
    user = np.repeat(np.arange(users), 20).astype(np.int32)
    beer = np.concatenate([chance.choice(beers, 20, replace=False) for _ in range(users)]).astype(np.int32)
    score = 3 + b_user[user] + b_beer[beer] + p[user] * q[beer] + chance.normal(0, 0.3, len(user))
    return histories.of_rows(Rows(user, beer, score.astype(np.float32)), users), b_beer


def test_a_user_with_one_review_is_pulled_towards_it_by_as_much_as_the_formula_says() -> None:
    # Rank 1, one beer with (b, q) = (.5, 2), no doubt about it; prior variances 1, noise .25; score - mean = 2.
    one = histories.of_rows(Rows(np.zeros(2, np.int32), np.array([0, 1], np.int32), np.array([5, 1], np.float32)), 1)
    fitted = factors.Factors(one, kinds([0, 0], [0, 0]), rank=1, seed=1)
    fitted.noise.assign(0.25)
    fitted.user_prior.assign(tf.eye(2))
    moments = factors._moments(Gaussians(tf.constant([[0.5, 2.0]]), tf.zeros((1, 2, 2))))
    # x = (1, 2); precision = I + x x^T / .25, right side = x (2 - .5) / .25.
    x = np.array([1.0, 2.0])
    covariance = np.linalg.inv(np.eye(2) + np.outer(x, x) / 0.25)
    users = fitted.users(moments, tf.constant([[2.0, 4.0]]))
    assert users.covariance.numpy()[0] == pytest.approx(covariance, rel=1e-4)
    assert users.mean.numpy()[0] == pytest.approx(covariance @ x * 1.5 / 0.25, rel=1e-4)


def test_doubt_about_a_beer_counts_as_noise_in_every_direction_it_lies_in() -> None:
    # E[x x^T] = x x^T + Cov(q), E[x b] = x b + Cov(q, b).
    beer = Gaussians(tf.constant([[0.5, 2.0]]), tf.constant([[[0.1, 0.05], [0.05, 0.3]]]))
    assert factors._moments(beer).numpy()[0] == pytest.approx([1, 2, 2, 4.3, 0.5, 1.05])


def test_beer_biases_and_the_noise_are_found_again() -> None:
    reviews, true = generated()
    fitted = factors.fitted(reviews, kinds([0] * 60, [0] * 60), rank=2, iterations=25, seed=1)
    found = fitted.beers.mean.numpy()[:, 0]
    assert np.corrcoef(found, true)[0, 1] > 0.98
    assert fitted.noise.numpy() == pytest.approx(0.3**2, rel=0.15)


def test_a_beer_that_nobody_reviewed_is_expected_to_be_like_its_kind() -> None:
    # Style 1 scores two points less; beer 3 has that style and no review.
    user = np.repeat(np.arange(60), 3).astype(np.int32)
    beer = np.tile([0, 1, 2], 60).astype(np.int32)
    score = np.where(beer == 2, 2.0, 4.0).astype(np.float32) + np.tile([0.1, -0.1], 90).astype(np.float32)
    reviews = histories.of_rows(Rows(user, beer, score), 60)
    fitted = factors.fitted(reviews, kinds([0, 0, 1, 1], [0, 0, 0, 0]), rank=1, iterations=10, seed=1)
    expected = fitted.expected(tf.constant([0, 1, -1]), tf.constant([0, 0, -1])).numpy()[:, 0]
    assert expected[1] < -0.3 < expected[0]
    assert expected[2] == 0.0
    assert fitted.beers.mean.numpy()[3, 0] == pytest.approx(expected[1], abs=0.05)


def test_the_same_reviews_and_seed_give_the_same_factors() -> None:
    reviews, _ = generated()
    one, two = (factors.fitted(reviews, kinds([0] * 60, [0] * 60), 2, 3, seed=1) for _ in range(2))
    assert (one.beers.mean.numpy() == two.beers.mean.numpy()).all()
