"""How far the answers of two releases to the same requests are apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.training.made_up import catalogue_of
from trainer.data.histories import Histories
from trainer.data.served_log import Requests

pytest.importorskip("tensorflow")

BEERS = catalogue_of(breweries=["alder"] * 6)


def requests(*ratings: int) -> Requests:
    """As many as there are numbers of `ratings` that their users have given before."""
    nothing = np.zeros(0, np.int32)
    start = np.concatenate([[0], np.cumsum(ratings)])
    beers = np.zeros(int(start[-1]), np.int32)
    return Requests(
        histories=Histories(start, beers, beers.astype(np.float32)),
        usernames=np.array([f"user {place}" for place in range(len(ratings))], object),
        wanted=np.full(len(ratings), 3, np.int32),
        is_explored=np.zeros(len(ratings), np.bool_),
        allowed=[None] * len(ratings),
        request=nothing,
        beer=nothing,
        shown=nothing.astype(np.float64),
        taken=nothing.astype(np.bool_),
    )


def replayed(*lists: list[int]) -> Any:
    from trainer.release.replay import Replayed

    return Replayed([np.array(each, np.int32) for each in lists])


def test_overlap_places_and_lists_that_become_empty_are_counted() -> None:
    from trainer.release.replay import compare

    serving, candidate = replayed([0, 1, 2], [3, 4, 5], [0, 1]), replayed([0, 2, 3], [5, 4, 3], [])
    found = compare(candidate, serving, requests(20, 5, 12), BEERS, np.array([9, 9, 9, 9, 9, 1]))
    # Two of three beers, all three, and none.
    assert found["overlap"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    # Beer 2 moves up by one place; 3 and 5 change theirs, 0 and 4 stay.
    assert found["moved"] == pytest.approx((0 + 1 + 2 + 0 + 2) / 5)
    assert found["newly_empty"] == pytest.approx(1 / 3)
    assert found["few_ratings"] == {"requests": 1, "overlap": 1.0}
    # In service all six beers are shown; of the candidate all but 1.
    assert found["coverage"] == {"candidate": pytest.approx(5 / 6), "serving": 1.0}
    # Beer 5 has one review: one place of eight, and one of six.
    assert found["rare"] == {"candidate": pytest.approx(1 / 6), "serving": pytest.approx(1 / 8)}


def test_those_that_change_most_come_first_by_the_names_of_beers_alone() -> None:
    from trainer.release.replay import differences

    serving, candidate = replayed([0, 1], [2, 3]), replayed([1, 0], [4, 5])
    found = differences(candidate, serving, requests(7, 8), BEERS)
    assert [one.ratings for one in found] == [8, 7]
    assert found[0].serving == [f"{BEERS.names[beer]} (alder)" for beer in (2, 3)]
    assert found[0].candidate == [f"{BEERS.names[beer]} (alder)" for beer in (4, 5)]


def test_nothing_is_estimated_from_answers_in_which_chance_had_no_part() -> None:
    from trainer.release.replay import estimates

    assert estimates(replayed([0]), replayed([0]), requests(5)) is None


def test_estimates_are_of_explored_answers_alone() -> None:
    from trainer.release.replay import estimates

    asked = replace(
        requests(5, 5),
        is_explored=np.array([False, True]),
        request=np.array([0, 1, 1], np.int32),
        beer=np.array([0, 1, 2], np.int32),
        shown=np.array([1.0, 1.0, 0.1]),
        taken=np.array([True, False, True]),
    )
    found = estimates(replayed([0], [1, 2]), None, asked)
    assert found is not None
    # Of the second answer one beer was taken, which was there with a probability of a tenth.
    assert (found["answers"], found["logged"]["value"], found["serving"]) == (1, 1.0, None)
    assert found["candidate"]["ips"]["value"] == pytest.approx(10.0)
