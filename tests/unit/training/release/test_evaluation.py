"""A release on held-out ratings, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

from taproom.metrics import HELD_OUT, LIKED_AT_10, LIKED_AT_10_RETRIEVED, RECALL_AT_10, RMSE
from tests.unit.training.made_up import ratings, split_of
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Ratings, Texts

pytest.importorskip("tensorflow")
from trainer.release.evaluation import evaluate
from trainer.release.models import ReleaseModels, Retrieved


class Made:
    """Retrieves the beers 0, 1, 2, … for everybody, a point apart, and predicts 3 for all but beer 12."""

    def __init__(self, for_beer_12: float = 5.0) -> None:
        self._for_beer_12 = for_beer_12

    def retrieve(self, histories: Histories, usernames: Texts, beers: Beers) -> Retrieved:
        assert len(histories) == len(usernames)
        lists = np.tile(np.arange(len(beers), dtype=np.int32), (len(usernames), 1))
        return Retrieved(lists, -lists.astype(np.float32))

    def predict(
        self, queries: Ratings, _histories: Histories, _usernames: Texts, _beers: Beers
    ) -> npt.NDArray[np.float32]:
        return np.where(queries.beer == 12, self._for_beer_12, 3.0).astype(np.float32)


# User 0's mean is 3, so beer 12 is liked and beer 3 is not; user 1 likes beer 12, which beats 2.5.
SPLIT = split_of(
    training=ratings((0, 0, 2), (0, 1, 4), (1, 2, 3)),
    validation=ratings((1, 14, 2)),
    held_out=ratings((0, 12, 4), (0, 3, 2), (1, 12, 5)),
    users=2,
    beers=15,
)


def models(for_beer_12: float = 5.0) -> ReleaseModels:
    return cast(ReleaseModels, Made(for_beer_12))


def test_a_release_is_measured_by_every_metric_of_held_out_ratings() -> None:
    assert set(evaluate(models(), 0.0, SPLIT).measured) == set(HELD_OUT)


def test_retrieval_and_ranking_are_measured_each_on_its_own() -> None:
    measured = evaluate(models(), 9.0, SPLIT).measured
    # Without the beers 0 and 1, beer 3 is the second of user 0, and beer 12 the eleventh; for user 1 the twelfth.
    assert measured[RECALL_AT_10] == pytest.approx((1 / 2 + 0) / 2)
    # Predicted are 5, 3 and 5.
    assert measured[RMSE] == pytest.approx(np.sqrt((1 + 1 + 0) / 3))


def test_the_served_list_is_measured_with_the_weight_and_without_it() -> None:
    # Beer 12 is thirteenth; two points of predicted score that count 7 each bring it up to the first place.
    measured = evaluate(models(), 7.0, SPLIT).measured
    assert (measured[LIKED_AT_10], measured[LIKED_AT_10_RETRIEVED]) == (1.0, 0.0)
    assert evaluate(models(), 0.5, SPLIT).measured[LIKED_AT_10] == 0.0


def test_retrievals_order_knows_no_floor() -> None:
    # With a mean of 5 by two scores the floor is 4, and beer 12 alone is predicted above it: served first, found last.
    severe = replace(
        SPLIT,
        training=ratings((0, 0, 5), (0, 1, 5), (1, 2, 5)),
        validation=ratings((1, 14, 5)),
        held_out=ratings((0, 12, 5), (1, 12, 5)),
    )
    measured = evaluate(models(), 0.0, severe).measured
    assert (measured[LIKED_AT_10], measured[LIKED_AT_10_RETRIEVED]) == (1.0, 0.0)


def test_a_prediction_that_is_no_number_is_a_failure() -> None:
    with pytest.raises(ValueError, match="not numbers"):
        evaluate(models(for_beer_12=np.nan), 0.0, SPLIT)


def test_what_is_measured_is_what_its_users_sum_up_to() -> None:
    found = evaluate(models(), 3.0, SPLIT)
    for metric, (totals, counts) in found.by_user.items():
        mean = totals.sum() / counts.sum()
        assert found.measured[metric] == pytest.approx(np.sqrt(mean) if metric == RMSE else mean), metric
    # User 0 has beer 3 among the first ten of two held-out beers, user 1 nothing.
    assert found.by_user[RECALL_AT_10].totals.tolist() == [0.5, 0.0]
    assert found.by_user[RMSE].counts.tolist() == [2, 1]


def test_new_users_are_those_with_five_ratings_of_their_history() -> None:
    asked: list[int] = []

    class Watched(Made):
        def retrieve(self, histories: Histories, usernames: Texts, beers: Beers) -> Retrieved:
            asked.append(int(np.diff(histories.start).max()))
            return super().retrieve(histories, usernames, beers)

    long = ratings(*((0, beer, 3) for beer in (0, 1, 2, 4, 5, 6, 7)))
    split = split_of(long, ratings((1, 14, 2)), ratings((0, 12, 4)), users=2, beers=15)
    (first, *_) = evaluate(cast(ReleaseModels, Watched()), 0.0, split).slices["groups"]
    assert sorted(set(asked)) == [5, 7]
    # All seven are left out of the list, so beer 12 is the sixth.
    assert (first["name"], first["users"], first["recall_at_10"]) == ("new users, with 5 reviews", 1, 1.0)
