"""Scores beside those of an earlier release."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import ratings
from trainer.data.reviews import Ratings
from trainer.evaluation.score_drift import BeerScores, agreement, drift, summary

BEERS = 8


def reviews(first_user: int, *, upside_down: bool = False, beers: int = BEERS) -> Ratings:
    """Six users who find beer 0 the worst and beer 7 the best."""
    scores = np.linspace(1.5, 4.5, BEERS)
    users = range(first_user, first_user + 6)
    given = 5 - scores if upside_down else scores
    return ratings(*((user, beer, given[beer]) for user in users for beer in range(beers)))


def scores(*some: Ratings) -> BeerScores:
    return BeerScores.of(Ratings.concatenate(*some), BEERS)


def test_a_summary_has_the_moments_and_quantiles() -> None:
    found = summary(np.array([1, 2, 3, 4, 5], np.float32))
    assert (found["count"], found["mean"], found["deviation"]) == (5, 3.0, pytest.approx(np.sqrt(2)))
    assert found["quantiles"]["50%"] == 3.0


def test_what_came_since_is_told_from_the_sums() -> None:
    found = drift(scores(reviews(0)), scores(reviews(0), reviews(6, upside_down=True)))
    assert found["since"] == {"count": 48, "mean": pytest.approx(5 - 3.0)}
    # As a whole every beer has the same mean now, and what came since ranks them the other way round.
    assert found["agreement"]["all"] == {"beers": 8, "correlation": None}
    assert found["agreement"]["since"] == {"beers": 8, "correlation": pytest.approx(-1.0)}


def test_an_ordinary_drop_agrees() -> None:
    found = drift(scores(reviews(0)), scores(reviews(0), reviews(6)))
    assert found["agreement"]["all"]["correlation"] == pytest.approx(1.0)
    assert found["agreement"]["since"]["correlation"] == pytest.approx(1.0)


def test_without_news_there_is_nothing_to_tell_of_them() -> None:
    found = drift(scores(reviews(0)), scores(reviews(0)))
    assert found["since"] is None
    assert found["agreement"]["since"] == {"beers": 0, "correlation": None}


def test_beers_with_fewer_than_five_reviews_do_not_count() -> None:
    few = ratings(*((user, 7, 1.0) for user in range(4)))
    assert agreement(scores(reviews(0)), scores(reviews(0, beers=7), few))["beers"] == 7
