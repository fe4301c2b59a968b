"""Out-of-fold features."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.peers.residual_features import Statistics, out_of_fold
from tests.unit.benchmarks.reviewed import attributes, drawn, ratings


def test_a_row_never_sees_its_own_score() -> None:
    rows = drawn(120, users=10, beers=20)
    before = out_of_fold(rows, attributes(20), seed=1)
    for row in (0, 17, 119):
        scores = rows.score.copy()
        scores[row] = 0
        after = out_of_fold(replace(rows, score=scores), attributes(20), seed=1)
        assert np.array_equal(after[row], before[row], equal_nan=True)
        assert not np.array_equal(after, before, equal_nan=True), "other rows of the user do see it"


def test_counts_are_of_the_other_folds() -> None:
    rows = ratings([(0, beer, 3) for beer in range(10)], users=1, beers=10)
    features = out_of_fold(rows, attributes(10), seed=1)
    assert (features[:, 7] == 8).all()  # 10 reviews of the user, of which the fold's own 2 are left out
    assert (features[:, 8] == 0).all()  # the beer's one review is the row itself


def test_what_nobody_reviewed_has_the_general_mean_and_no_counts() -> None:
    known = ratings([(0, 0, 2), (1, 1, 4)], users=3, beers=4)
    asked = ratings([(2, 3, 0)], users=3, beers=4)
    features = Statistics(known, attributes(4)).features(asked)[0]
    assert features[0] == 3
    assert features[[1, 2, 7, 8]].tolist() == [0, 0, 0, 0]
    assert features[9] == 0  # an unknown strength is the general one


def test_a_users_mean_residual_in_a_style_is_shrunk() -> None:
    # Without any bias there is nothing to shrink: a user whose scores are all the mean has residuals of 0.
    known = ratings([(0, 0, 3), (0, 3, 3), (1, 1, 3)], users=2, beers=6)
    features = Statistics(known, attributes(6)).features(ratings([(0, 0, 0)], users=2, beers=6))[0]
    assert features[11:13].tolist() == [0, 2]  # beers 0 and 3 are of one style
