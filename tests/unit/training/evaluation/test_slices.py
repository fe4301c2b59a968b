"""Groups of held-out ratings, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.made_up import interactions, ratings, split_of
from trainer.evaluation import metrics, slices

# Beer 0 has 5 observed ratings, beer 1 two, beer 2 none; user 0 has three, the others one each.
SPLIT = split_of(
    training=interactions((0, 0), (0, 1), (0, 3), (1, 0), (2, 0), (3, 0), (4, 0)),
    validation=ratings((5, 1, 3)),
    held_out=ratings((0, 2, 4), (1, 1, 3), (2, 0, 5)),
    users=6,
    beers=4,
)
SPLIT = replace(SPLIT, beers=replace(SPLIT.beers, styles=np.array(["Pils", "Stout", "", "Stout"], object)))
RANKS = np.array([0, 20, metrics.MISSED])
PREDICTED = np.array([4.0, 3.5, 4.0])


def named(name: str) -> slices.Slice:
    (found,) = [each for each in slices.groups(SPLIT, RANKS, PREDICTED) if each["name"] == name]
    return found


def test_active_users_are_the_tenth_with_most_reviews() -> None:
    found = named("users with 3 reviews or more, the most active 10%")
    assert (found["users"], found["reviews"], found["recall_at_10"], found["rmse"]) == (1, 1, 1.0, 0.0)


def test_beers_are_told_apart_by_how_many_reviews_are_fitted() -> None:
    assert named("beers without a review")["recall_at_10"] == 1.0
    rare = named("beers with 1 to 4 reviews")
    assert (rare["recall_at_10"], rare["recall_at_100"], rare["rmse"]) == (0.0, 1.0, 0.5)


def test_styles_come_the_largest_first_and_those_without_a_held_out_rating_not_at_all() -> None:
    names = [each["name"] for each in slices.groups(SPLIT, RANKS, PREDICTED)]
    # The beer without a style belongs to none of them.
    assert [name for name in names if name.startswith("style")] == ["style Pils", "style Stout"]


def test_popularity_deciles_are_of_equally_many_beers_the_most_reviewed_first() -> None:
    split = split_of(
        training=interactions(*((user, beer) for beer in range(20) for user in range(20 - beer))),
        validation=ratings(),
        held_out=interactions((0, 0), (1, 19)),
        users=20,
        beers=20,
    )
    lists = np.array([[0, 1, 2, -1], [0, 1, 19, -1]], np.int32)
    deciles = slices.popularity_deciles(split, lists)
    assert [each["beers"] for each in deciles] == [2] * 10
    first, second, last = deciles[0], deciles[1], deciles[-1]
    # Beers 0 and 1 take four of the six places, beers 2 and 19 one each.
    assert (first["coverage"], first["share_of_lists"], first["share_of_held_out"]) == (1.0, pytest.approx(4 / 6), 0.5)
    assert (second["coverage"], second["share_of_lists"]) == (0.5, pytest.approx(1 / 6))
    assert (last["coverage"], last["share_of_held_out"]) == (0.5, 0.5)


def test_calibration_puts_what_was_given_beside_what_was_predicted() -> None:
    predicted = np.arange(20) / 10
    found = slices.calibration(predicted[::-1], predicted[::-1] + 1)
    assert [each["reviews"] for each in found] == [2] * 10
    assert (found[0]["predicted"], found[0]["given"]) == (pytest.approx(0.05), pytest.approx(1.05))
    assert found[-1]["predicted"] == pytest.approx(1.85)


def test_fewer_ratings_than_groups_make_fewer_groups() -> None:
    assert len(slices.calibration(np.ones(3), np.ones(3))) == 3
