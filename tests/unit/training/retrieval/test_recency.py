"""Beers that are reviewed more lately, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import dated
from trainer.retrieval.recency import log_rise, recency_name

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


def test_a_half_life_is_named_in_days() -> None:
    assert recency_name(7) == "recency_7_days"
