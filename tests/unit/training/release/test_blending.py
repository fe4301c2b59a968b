"""The list that is served, by hand."""

from __future__ import annotations

import numpy as np

from trainer.data.reviews import Beers, Ratings
from trainer.data.split import Split
from trainer.evaluation.metrics import served_measures
from trainer.release.blending import Served, hits, liked_rows
from trainer.release.models import Lists


def rows(*triples: tuple[int, int, float]) -> Ratings:
    user, beer, score = zip(*triples, strict=True)
    return Ratings(np.array(user, np.int32), np.array(beer, np.int32), np.array(score, np.float32))


def served() -> Served:
    """One user, beers 4, 6 and 8, one point of nearness apart; 8 would be scored highest."""
    lists = Lists(np.array([[4, 6, 8]], np.int32), np.array([[2.0, 1.0, 0.0]], np.float32))
    return Served(np.array([3], np.int32), lists, np.array([[3.0, 3.5, 4.0]], np.float32))


def test_a_weight_of_zero_leaves_retrievals_order() -> None:
    assert served().ordered(0.0).tolist() == [[4, 6, 8]]


def test_a_weight_trades_points_of_score_for_points_of_nearness() -> None:
    # With 3: 2 + 9, 1 + 10.5, 0 + 12.
    assert served().ordered(3.0).tolist() == [[8, 6, 4]]


def test_of_equal_sums_the_nearer_beer_comes_first() -> None:
    # With 2: 8, 8 and 8.
    assert served().ordered(2.0).tolist() == [[4, 6, 8]]


def test_a_beer_is_liked_when_it_gets_at_least_its_users_mean() -> None:
    beers = np.array(["a", "b", "c"], object)
    split = Split(
        np.array(["u", "v"], object),
        Beers(beers, beers, beers, beers, np.zeros(3, np.float32)),
        training=rows((0, 0, 3.0), (1, 0, 5.0)),
        validation=rows((0, 1, 4.0)),
        held_out=rows((0, 2, 3.5), (1, 1, 4.5)),
    )
    # User 0's mean is 3.5, user 1's is 5.
    liked = liked_rows(split.held_out, split)
    assert (liked.user.tolist(), liked.beer.tolist()) == ([0], [2])


def test_hits_are_the_wanted_beers_of_the_same_user() -> None:
    assert hits(served(), 0.0, rows((3, 6, 4.0), (2, 4, 4.0)), depth=2).tolist() == [[False, True]]
    assert hits(served(), 3.0, rows((3, 6, 4.0), (3, 4, 4.0)), depth=2).tolist() == [[False, True]]


def test_measures_are_liked_beers_a_user() -> None:
    found = np.array([[True, True, False], [False, False, False]])
    measured = served_measures(found, ~found)
    assert (measured.liked_at_10, measured.liked_at_10_retrieved) == (1.0, 2.0)
