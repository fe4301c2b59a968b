"""Posteriors of users and beers, against the formulas and against what was put in."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings
from trainer.hyperparameters import Hyperparameters, parsed

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features import variational_bayes as bayes  # noqa: E402
from trainer.ranking.features.factors import Factors  # noqa: E402
from trainer.ranking.features.variational_bayes import Gaussians, SufficientStatistics  # noqa: E402


def attributes(style: list[int], brewery: list[int]) -> ItemAttributes:
    def texts(ids: list[int]) -> np.ndarray:
        return np.array([f"{each}" for each in range(max(ids) + 1)], object)

    beers = len(style)
    return ItemAttributes(
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
    return Histories.from_ratings(Ratings(user, beer, score.astype(np.float32)), users), b_beer


def turns(iterations: int, rank: int) -> Hyperparameters:
    return parsed({"factors_rank": rank, "factors_iterations": iterations})


def one_beer(noise: float) -> Factors:
    """Rank 1, one beer with (b, q) = (.5, 2) for sure; prior variances 1; the mean score is 3."""
    rows = Ratings(np.zeros(2, np.int32), np.array([0, 1], np.int32), np.array([5, 1], np.float32))
    fitted = Factors(Histories.from_ratings(rows, 1), attributes([0, 0], [0, 0]), rank=1, seed=1)
    fitted.noise.assign(noise)
    fitted.user_prior.assign(tf.eye(2))
    fitted.beers.mean.assign([[0.5, 2.0], [0.5, 2.0]])
    fitted.beers.covariance.assign(tf.zeros((2, 2, 2)))
    fitted.moments.assign(bayes.moments(fitted.beers))
    return fitted


def users_of(fitted: Factors, user: list[int], score: list[float]) -> tuple[Gaussians, np.ndarray, np.ndarray]:
    """What follows from reviews of beer 0 for their users."""
    beer = tf.zeros(len(user), tf.int32)
    found = fitted.user_posteriors(tf.constant(user), beer, tf.constant(score), tf.constant(max(user) + 1))
    return found[0], found[1].numpy(), found[2].numpy()


def test_a_user_with_one_review_is_pulled_towards_it_by_as_much_as_the_formula_says() -> None:
    users, _, weight = users_of(one_beer(0.25), [0], [5.0])
    # x = (1, 2); precision = I + w x x^T / .25, right side = w x (5 - 3 - .5) / .25 for a review that counts w.
    x = np.array([1.0, 2.0])
    covariance = np.linalg.inv(np.eye(2) + weight[0] * np.outer(x, x) / 0.25)
    assert users.covariance.numpy()[0] == pytest.approx(covariance, rel=1e-4)
    assert users.mean.numpy()[0] == pytest.approx(covariance @ x * weight[0] * 1.5 / 0.25, rel=1e-4)


def test_noise_of_a_user_is_the_mean_squared_error_beside_ten_reviews_of_the_usual_noise() -> None:
    # User 0: two reviews with errors of 2 and 4 times the noise; user 1: one with none; user 2: no review.
    found = bayes.relative_noise(tf.constant([1.5, 0.0, 0.0]), tf.constant([2.0, 1.0, 0.0]), tf.constant(0.25))
    assert found.numpy() == pytest.approx([(2 + 4 + 10) / 12, 10 / 11, 1])


def test_a_users_noise_and_posterior_are_found_by_three_turns() -> None:
    # By hand: x = (1, 2), d' = 4 - 3 - .5 and 1 - 3 - .5 by turns, six of each.
    _, noise, _ = users_of(one_beer(0.25), [0] * 12, [4.0, 1.0] * 6)
    x, above = np.array([1.0, 2.0]), np.array([0.5, -2.5] * 6)
    relative = 1.0
    for _ in range(3):
        covariance = np.linalg.inv(np.eye(2) + 12 * np.outer(x, x) / (0.25 * relative))
        mean = covariance @ x * above.sum() / (0.25 * relative)
        errors = ((above - mean @ x) ** 2 + x @ covariance @ x).sum()
        relative = (errors / 0.25 + 10) / (12 + 10)
    assert noise[0] == pytest.approx(relative, rel=1e-4)


def test_reviews_of_a_user_whose_scores_contradict_each_other_count_less() -> None:
    steady, erratic = [4.0, 4.5] * 6, [1.0, 5.0] * 6
    _, noise, weight = users_of(one_beer(0.25), [0] * 12 + [1] * 12, steady + erratic)
    assert noise[0] < 1 < noise[1]
    assert weight[0] / weight[12] == pytest.approx((noise[1] / noise[0]) ** 0.7, rel=1e-4)


def test_a_review_of_a_better_beer_counts_more() -> None:
    fitted = one_beer(0.25)
    fitted.beers.mean.assign([[0.5, 2.0], [-0.5, 2.0]])
    beer = tf.constant([0, 1])
    fitted.moments.assign(bayes.moments(fitted.beers))
    found = fitted.user_posteriors(tf.zeros(2, tf.int32), beer, tf.constant([3.0, 3.0]), 1)
    # Noise falls by a factor of e^-.6 for a point of bias, and the two beers are one point apart.
    weight = found[2].numpy()
    assert weight[0] / weight[1] == pytest.approx(np.exp(0.6), rel=1e-4)


def test_a_beers_covariance_counts_as_noise_in_every_direction_it_lies_in() -> None:
    # z = (1, q, b) = (1, 2, 3, .5); beside z z^T the covariance of q and b, where the bias comes first.
    covariance = tf.constant([[[0.1, 0.05, 0.0], [0.05, 0.3, 0.2], [0.0, 0.2, 0.5]]])
    found = bayes.moments(Gaussians(tf.constant([[0.5, 2.0, 3.0]]), covariance)).numpy()
    whole = [[1, 2, 3, 0.5], [2, 4.3, 6.2, 1.05], [3, 6.2, 9.5, 1.5], [0.5, 1.05, 1.5, 0.35]]
    assert found.reshape(4, 4) == pytest.approx(np.array(whole))


def test_users_who_count_less_add_less_to_a_beers_statistics() -> None:
    # Beer 0 has reviews of users 0 and 1, 1 above and 2 below the mean; user 1 counts half.
    user, beer = np.array([0, 1], np.int32), np.zeros(2, np.int32)
    side = bayes.one_side(beer, user, np.array([1.0, -2.0], np.float32), (1, 2))
    users = Gaussians(tf.constant([[0.5, 1.0], [0.0, 3.0]]), tf.zeros((2, 2, 2)))
    statistics = bayes.sum_statistics(side, users, tf.constant([1.0, 0.5]))
    # z = (1, 1, .5) and (1, 3, 0).
    assert statistics.weighted.numpy()[0] == pytest.approx([1 - 1, 1 - 3, 0.5])
    assert statistics.moments.numpy().reshape(3, 3)[:2, :2] == pytest.approx(np.array([[1.5, 2.5], [2.5, 5.5]]))


def test_it_makes_no_difference_how_many_posteriors_are_in_the_works_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reviews, _ = generated(users=50)
    several = attributes([beer % 3 for beer in range(60)], [beer % 5 for beer in range(60)])
    all_at_once = Factors.fit(reviews, several, parsed({"factors_rank": 2, "factors_iterations": 3}))
    # 7 divides neither the 50 users nor the 60 beers.
    monkeypatch.setattr(bayes, "_POSTERIORS_AT_ONCE", 7)
    some_at_once = Factors.fit(reviews, several, parsed({"factors_rank": 2, "factors_iterations": 3}))
    assert some_at_once.noise.numpy() == pytest.approx(all_at_once.noise.numpy(), rel=1e-4)
    assert some_at_once.beers.mean.numpy() == pytest.approx(all_at_once.beers.mean.numpy(), abs=1e-4)


def test_an_error_is_the_squared_residual_and_what_is_not_known_of_either_side() -> None:
    # Two reviews, 2 above and 2 below the mean, by one user (b, p) = (.5, 1) of beers (.25, 2) and (-.5, -1).
    user = Gaussians(tf.constant([[0.5, 1.0]]), tf.constant([[[0.1, 0.0], [0.0, 0.2]]]))
    beers = Gaussians(
        tf.constant([[0.25, 2.0], [-0.5, -1.0]]),
        tf.constant([[[0.3, 0.0], [0.0, 0.4]], [[0.5, 0.0], [0.0, 0.6]]]),
    )
    above = tf.constant([[2.0], [-2.0]])
    each = SufficientStatistics(bayes.moments(beers), above * bayes.extended(beers.mean), above[:, 0] ** 2)
    found = bayes.squared_errors(
        SufficientStatistics(*(tf.reduce_sum(column, axis=0, keepdims=True) for column in each)), user
    )
    # Residuals 2 - .5 - .25 - 2 = -.75 and -2 - .5 + .5 + 1 = -1. Var(b) + Var(p) q^2 of the user, then of the
    # beer, then Var(p) Var(q): .1 + .2 * 4 + .3 + .4 * 1 + .2 * .4 and .1 + .2 * 1 + .5 + .6 * 1 + .2 * .6.
    assert found.numpy() == pytest.approx([0.5625 + 1.68 + 1.0 + 1.52])


def test_beer_biases_and_the_noise_are_found_again() -> None:
    reviews, true = generated()
    fitted = Factors.fit(reviews, attributes([0] * 60, [0] * 60), parsed({"factors_rank": 2, "factors_iterations": 25}))
    found = fitted.beers.mean.numpy()[:, 0]
    assert np.corrcoef(found, true)[0, 1] > 0.98
    assert fitted.noise.numpy() == pytest.approx(0.3**2, rel=0.15)


def test_a_beer_that_nobody_reviewed_is_expected_to_be_like_its_style() -> None:
    # Style 1 scores two points less; beer 3 has that style and no review.
    user = np.repeat(np.arange(60), 3).astype(np.int32)
    beer = np.tile([0, 1, 2], 60).astype(np.int32)
    score = np.where(beer == 2, 2.0, 4.0).astype(np.float32) + np.tile([0.1, -0.1], 90).astype(np.float32)
    reviews = Histories.from_ratings(Ratings(user, beer, score), 60)
    fitted = Factors.fit(
        reviews, attributes([0, 0, 1, 1], [0, 0, 0, 0]), parsed({"factors_rank": 1, "factors_iterations": 10})
    )
    expected = fitted.prior_mean(tf.constant([0, 1, -1]), tf.constant([0, 0, -1])).numpy()[:, 0]
    assert expected[1] < -0.3 < expected[0]
    assert expected[2] == 0.0
    assert fitted.beers.mean.numpy()[3, 0] == pytest.approx(expected[1], abs=0.05)


def test_the_same_reviews_and_seed_give_the_same_factors() -> None:
    reviews, _ = generated()
    one, two = (
        Factors.fit(reviews, attributes([0] * 60, [0] * 60), parsed({"factors_rank": 2, "factors_iterations": 3}))
        for _ in range(2)
    )
    assert (one.beers.mean.numpy() == two.beers.mean.numpy()).all()
