"""What reviews say of each beer, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import attributes_of, ratings
from trainer.data.histories import Histories
from trainer.evaluation.baselines import fit_bias
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.base import FlatHistories, Queries, State  # noqa: E402
from trainer.ranking.features.statistics import Statistics  # noqa: E402

# User 0 gave beer 0 a 2 and beer 1 a 5, user 1 gave beer 0 a 3, which is not low. Beer 2 has no review.
REVIEWS = ratings((0, 0, 2), (0, 1, 5), (1, 0, 3))


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    """The columns of beers 0, 1, 2, and of one that is not known."""
    block = Statistics.fit(Histories.from_ratings(REVIEWS, 2), attributes_of(beers=3), parsed({}))
    none = tf.zeros(0, tf.int32)
    beer = tf.constant([0, 1, 2, -1])
    state = State.before(
        FlatHistories(none, none, tf.zeros(0), tf.constant(1)),
        Queries(tf.zeros(4, tf.int32), beer, beer, beer, tf.zeros(4)),
        tf.constant(3.0),
    )
    return {name: column.numpy() for name, column in block(state).columns.items()}


def test_shares_are_shrunk_by_five_reviews_of_what_is_usual(found: dict[str, np.ndarray]) -> None:
    assert found["beer_log_reviews"] == pytest.approx(np.log([3, 2, 1, 1]))
    # One score of three is low and one is high.
    assert found["beer_low_share"] == pytest.approx([(1 + 5 / 3) / 7, (5 / 3) / 6, 1 / 3, 1 / 3])
    assert found["beer_high_share"] == pytest.approx([(5 / 3) / 7, (1 + 5 / 3) / 6, 1 / 3, 1 / 3])


def test_a_variance_is_around_the_biases_and_shrunk_likewise(found: dict[str, np.ndarray]) -> None:
    # The mean is 10/3; biases are shrunk by 10 and 5 reviews (Koren): b = (-5/36, 5/33), and so on.
    squares = (REVIEWS.score - fit_bias(REVIEWS, 2, 3).predict(REVIEWS)) ** 2
    usual = squares.mean()
    expected = [(squares[0] + squares[2] + 5 * usual) / 7, (squares[1] + 5 * usual) / 6, usual, usual]
    assert found["beer_score_variance"] == pytest.approx(expected)


def test_the_users_of_a_beer_are_averaged(found: dict[str, np.ndarray]) -> None:
    one, other = fit_bias(REVIEWS, 2, 3).user
    assert found["beer_users_bias"] == pytest.approx([(one + other) / 2, one, 0, 0])
    # User 0 has two reviews, user 1 one.
    assert found["beer_users_log_reviews"] == pytest.approx([(np.log(3) + np.log(2)) / 2, np.log(3), 0, 0])
