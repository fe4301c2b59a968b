"""What reviews say of each beer, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import ratings
from trainer.data.histories import Histories

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.statistics import BeerStatistics, fit_statistics  # noqa: E402


@pytest.fixture
def statistics() -> tuple[BeerStatistics, BeerStatistics]:
    """User 0 gave beer 0 a 2 and beer 1 a 5, user 1 gave beer 0 a 3, which is not low. Beer 2 has no review.

    The means are 3.5, 4.5 and 3.
    """
    means, biases = np.array([3.5, 4.5, 3.0], np.float32), np.array([0.3, -0.1], np.float32)
    return fit_statistics(Histories.from_ratings(ratings((0, 0, 2), (0, 1, 5), (1, 0, 3)), 2), means, biases, noise=0.4)


def test_statistics_of_beers_are_shrunk_by_five_reviews_of_what_is_usual(
    statistics: tuple[BeerStatistics, BeerStatistics],
) -> None:
    found, usual = statistics
    assert found.log_reviews.numpy() == pytest.approx(np.log([3, 2, 1]))
    # (1.5^2 + .5^2 + 5 * .4) / 7, (.5^2 + 2) / 6, and what is expected.
    assert found.score_variance.numpy() == pytest.approx([4.5 / 7, 2.25 / 6, 0.4])
    # One score of three is low and one is high.
    assert (usual.low_share, usual.high_share) == pytest.approx((1 / 3, 1 / 3))
    assert found.low_share.numpy() == pytest.approx([(1 + 5 / 3) / 7, (5 / 3) / 6, 1 / 3])
    assert found.high_share.numpy() == pytest.approx([(5 / 3) / 7, (1 + 5 / 3) / 6, 1 / 3])


def test_the_users_of_a_beer_are_averaged(statistics: tuple[BeerStatistics, BeerStatistics]) -> None:
    found, _ = statistics
    assert found.users_bias.numpy() == pytest.approx([0.1, 0.3, 0.0])
    # User 0 has two reviews, user 1 one.
    assert found.users_log_reviews.numpy() == pytest.approx([(np.log(3) + np.log(2)) / 2, np.log(3), 0.0])


def test_of_an_unknown_beer_the_usual_is_said(statistics: tuple[BeerStatistics, BeerStatistics]) -> None:
    found, usual = statistics
    at = found.at(tf.constant([-1, 1]), usual)
    assert at.score_variance.numpy() == pytest.approx([0.4, 2.25 / 6])
    assert at.log_reviews.numpy() == pytest.approx([0.0, np.log(2)])
