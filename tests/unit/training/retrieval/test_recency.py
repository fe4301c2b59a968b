"""Beers that are reviewed more lately, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.made_up import dated
from trainer.data.reviews import Ratings
from trainer.retrieval.recency import Recency, choose_recency, log_rise

# Beer 0 was reviewed today and a week ago, beer 1 twice two weeks ago, beer 2 never.
RATINGS = dated([114, 107, 100, 100], (0, 0), (1, 0), (0, 1), (1, 1))


def test_a_rise_is_the_logarithm_of_the_recent_share_by_the_share_of_all() -> None:
    # With a half-life of a week beer 0 counts 1 + 1/2, beer 1 1/4 + 1/4; each beer has half a rating more, so the
    # recent shares are 2, 1 and .5 of 3.5, those of all 2.5, 2.5 and .5 of 5.5.
    expected = np.log([(2 / 3.5) / (2.5 / 5.5), (1 / 3.5) / (2.5 / 5.5), (0.5 / 3.5) / (0.5 / 5.5)])
    assert log_rise(RATINGS, beers=3, half_life=7) == pytest.approx(expected, rel=1e-6)


def test_over_a_half_life_of_ages_nothing_rises() -> None:
    assert log_rise(RATINGS, beers=3, half_life=1e9) == pytest.approx([0, 0, 0], abs=1e-6)


def test_ages_count_from_the_newest_rating_whenever_that_was() -> None:
    later = dated([1114, 1107, 1100, 1100], (0, 0), (1, 0), (0, 1), (1, 1))
    assert np.array_equal(log_rise(later, 3, 7), log_rise(RATINGS, 3, 7))


def in_fashion(days: int, length: int) -> Ratings:
    """20 users rate a beer every third day, one of those that are in fashion for `length` days, and none twice."""
    random = np.random.default_rng(1)
    rows: list[tuple[int, int]] = []
    day_of: list[int] = []
    for user in range(20):
        for first in range(0, days, length):
            # Some are more popular than others.
            order = np.argsort(random.exponential(1 + np.arange(length)))[: length // 3]
            rows += [(user, first + int(beer)) for beer in order]
            day_of += [first + 3 * place for place in range(len(order))]
    return dated(day_of, *rows)


def test_where_fashions_change_recent_reviews_count() -> None:
    found = choose_recency(in_fashion(days=420, length=30), users=20, beers=420)
    assert found.weight > 0 and found.half_life <= 30


def test_where_nothing_changes_or_no_times_are_known_recency_counts_nothing() -> None:
    same = in_fashion(days=420, length=420)
    assert choose_recency(same, users=20, beers=420).weight == 0
    undated = replace(same, day=np.zeros(len(same), np.int32))
    assert choose_recency(undated, users=20, beers=420).weight == 0


def test_the_bias_is_the_rise_times_the_weight() -> None:
    assert Recency(7, 2.0).bias(RATINGS, 3) == pytest.approx(2 * log_rise(RATINGS, 3, 7))
    assert Recency(7, 0.0).bias(RATINGS, 3).tolist() == [0, 0, 0]
