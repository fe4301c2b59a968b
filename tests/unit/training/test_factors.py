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
    # E[x x^T] = x x^T + Cov(q), of which (1, 2; 2, 4.3) the upper half is kept; E[x b] = x b + Cov(q, b).
    beer = Gaussians(tf.constant([[0.5, 2.0]]), tf.constant([[[0.1, 0.05], [0.05, 0.3]]]))
    assert factors._moments(beer).numpy()[0] == pytest.approx([1, 2, 4.3, 0.5, 1.05])


def test_the_half_that_is_kept_gives_the_whole_symmetric_matrix_again() -> None:
    covariance = tf.constant([[[0.1, 0.0, 0.0], [0.0, 0.3, 0.2], [0.0, 0.2, 0.5]]])
    kept = factors._moments(Gaussians(tf.constant([[0.5, 2.0, 3.0]]), covariance)).numpy()[0]
    # x = (1, 2, 3), and the covariance of (2, 3) beside it.
    assert kept[factors._both_halves(3)] == pytest.approx(np.array([[1, 2, 3], [2, 4.3, 6.2], [3, 6.2, 9.5]]))


def test_it_makes_no_difference_how_many_reviews_and_posteriors_are_in_the_works_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reviews, _ = generated(users=50)
    several = kinds([beer % 3 for beer in range(60)], [beer % 5 for beer in range(60)])
    all_at_once = factors.fitted(reviews, several, rank=2, iterations=3, seed=1)
    # Neither divides the 1,000 reviews, 50 users and 60 beers.
    monkeypatch.setattr(factors, "_REVIEWS_AT_ONCE", 300)
    monkeypatch.setattr(factors, "_POSTERIORS_AT_ONCE", 7)
    some_at_once = factors.fitted(reviews, several, rank=2, iterations=3, seed=1)
    assert some_at_once.noise.numpy() == pytest.approx(all_at_once.noise.numpy(), rel=1e-4)
    assert some_at_once.beers.mean.numpy() == pytest.approx(all_at_once.beers.mean.numpy(), abs=1e-4)


def test_the_residual_is_the_squared_error_and_what_is_not_known_of_either_side() -> None:
    # Two reviews, mean 3, by one user (b, p) = (.5, 1) of beers (.25, 2) and (-.5, -1).
    rows = Rows(np.zeros(2, np.int32), np.array([0, 1], np.int32), np.array([5, 1], np.float32))
    fitted = factors.Factors(histories.of_rows(rows, 1), kinds([0, 0], [0, 0]), rank=1, seed=1)
    users = Gaussians(tf.constant([[0.5, 1.0]]), tf.constant([[[0.1, 0.0], [0.0, 0.2]]]))
    beers = Gaussians(
        tf.constant([[0.25, 2.0], [-0.5, -1.0]]),
        tf.constant([[[0.3, 0.0], [0.0, 0.4]], [[0.5, 0.0], [0.0, 0.6]]]),
    )
    # Errors 5 - 3 - .5 - .25 - 2 = -.75 and 1 - 3 - .5 + .5 + 1 = -1. Var(b) + Var(p) q^2 of the user, then of the
    # beer, then Var(p) Var(q): .1 + .2 * 4 + .3 + .4 * 1 + .2 * .4 and .1 + .2 * 1 + .5 + .6 * 1 + .2 * .6.
    assert fitted._residual(users, beers).numpy() == pytest.approx((0.5625 + 1.68 + 1.0 + 1.52) / 2)


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
