"""Peers, on examples small enough to compute by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.peers import bias, collective_ease, ease, edlae, lightfm_warp, popularity, rp3beta
from tests.unit.benchmarks.reviewed import attributes, attributes_of, drawn, ratings

# Users 0 and 1 reviewed two beers each, user 2 one: of the four, beers have 1, 3, 1 and 0 reviews.
REVIEWED = ratings([(0, 0, 3), (0, 1, 3), (1, 1, 3), (1, 2, 3), (2, 1, 3)], users=3, beers=4)
EVERYBODY = np.arange(3)


def test_popularity_scores_by_reviews() -> None:
    model = popularity.fit(REVIEWED, attributes(4), {}, 0, None)
    assert model.scores(EVERYBODY, None).tolist() == [[1, 3, 1, 0]] * 3


def test_popularity_of_the_last_days_counts_back_from_the_last_review() -> None:
    # Of the days 4 to 10 are one review of beer 1 and one of beer 2; of these beer 1 has more in all.
    rows = ratings([(0, 0, 3), (0, 1, 3), (1, 1, 3), (1, 2, 3)], users=2, beers=4, days=[3, 3, 4, 10])
    scores = popularity.fit(rows, attributes(4), {"days": 7}, 0, None).scores(np.array([0]), None)[0]
    assert scores == pytest.approx([1 / 3, 1 + 2 / 3, 1 + 1 / 3, 0])


def test_bias_by_hand() -> None:
    # The mean is 3. Beer 0 deviates by +1 and +1: 2 / (2 + 2) = .5; beer 1 by -2: -2 / (2 + 1).
    # Then user 0 is left with 1 - .5 and -2 + 2/3, user 1 with 1 - .5, each shrunk by 1 more of nothing.
    rows = ratings([(0, 0, 4), (0, 1, 1), (1, 0, 4)], users=3, beers=3)
    model = bias.fit(rows, attributes(3), {"beer_shrinkage": 2, "user_shrinkage": 1, "rounds": 1}, 0, None)
    assert model.mean == 3
    assert model.beer == pytest.approx([0.5, -2 / 3, 0])
    assert model.user == pytest.approx([(0.5 - 4 / 3) / 3, 0.5 / 2, 0])
    asked = ratings([(1, 1, 0), (2, 2, 0)], users=3, beers=3)
    assert model.predicted(asked) == pytest.approx([3 - 2 / 3 + 0.25, 3])


def test_a_second_round_takes_the_users_off_before_the_beers() -> None:
    rows = ratings([(0, 0, 4), (0, 1, 2)], users=1, beers=2)
    model = bias.fit(rows, attributes(2), {"beer_shrinkage": 1, "user_shrinkage": 0, "rounds": 2}, 0, None)
    assert model.beer == pytest.approx([0.5, -0.5])  # +1 and -1 around 3, each halved; the user is at 0
    assert model.user == pytest.approx([0])


def test_ease_by_hand_of_two_beers() -> None:
    # X'X + I = [[3, 1], [1, 2]], its inverse is [[2, -1], [-1, 3]] / 5, and B is -P / diag(P) by columns.
    inverse = np.linalg.inv(ease.penalised(np.array([[2, 1], [1, 1]], np.float32), np.float32(1)))
    assert ease.weights(inverse) == pytest.approx(np.array([[0, 1 / 3], [1 / 2, 0]]))


def test_ease_fits_what_is_computed_by_hand() -> None:
    rows = ratings([(0, 0, 3), (0, 1, 3), (1, 0, 3)], users=2, beers=2)  # X'X = [[2, 1], [1, 1]]
    model = ease.fit(rows, attributes(2), {"penalty": 1.0}, 0, None)
    assert model.scores(np.array([0, 1]), rows.matrix()) == pytest.approx(np.array([[1 / 2, 1 / 3], [0, 1 / 3]]))


def test_ease_from_the_rows_side_gives_the_same_scores_whatever_each_beers_penalty() -> None:
    rows = drawn(60, users=12, beers=10)
    matrix, penalties = rows.matrix(), np.linspace(1, 4, 10, dtype=np.float32)
    by_beers, by_rows = ease.solve(matrix, penalties, {}), ease.by_rows(matrix, penalties, {})
    users = np.arange(12)
    assert isinstance(by_beers, ease.Linear)
    assert by_rows.scores(users, matrix) == pytest.approx(by_beers.scores(users, matrix), abs=1e-5)


def test_edlae_adds_to_the_penalty_by_a_beers_reviews() -> None:
    # A dropout of .5 adds diag(X'X) once more: [[2 + 2, 1], [1, 1 + 1]] and a penalty of 1 are [[5, 1], [1, 3]],
    # whose inverse is [[3, -1], [-1, 5]] / 14.
    rows = ratings([(0, 0, 3), (0, 1, 3), (1, 0, 3)], users=2, beers=2)
    model = edlae.fit(rows, attributes(2), {"dropout": 0.5, "penalty": 1.0}, 0, None)
    assert model.scores(np.array([0, 1]), rows.matrix()) == pytest.approx(np.array([[1 / 3, 1 / 5], [0, 1 / 5]]))


def test_edlae_without_dropout_is_ease() -> None:
    found = edlae.fit(REVIEWED, attributes(4), {"dropout": 0.0, "penalty": 2.0}, 0, None)
    expected = ease.fit(REVIEWED, attributes(4), {"penalty": 2.0}, 0, None)
    histories = REVIEWED.matrix()
    assert found.scores(EVERYBODY, histories) == pytest.approx(expected.scores(EVERYBODY, histories), abs=1e-6)


def test_collective_ease_is_ease_of_rows_for_breweries_and_styles_under_those_of_users() -> None:
    # Beers 0 and 3 are of brewery A, the others of B; beer 3's style is unknown and joins it to nothing.
    known = attributes_of(["A", "B", "B", "A"], ["Ale", "Ale", "Stout", ""])
    settings = {"brewery_weight": 4.0, "style_weight": 9.0, "penalty": 1.0}
    users = [[1, 1, 0, 0], [0, 1, 1, 0], [0, 1, 0, 0]]
    extended = np.array([*users, [2, 0, 0, 2], [0, 2, 2, 0], [3, 3, 0, 0], [0, 0, 3, 0]], float)
    inverse = np.linalg.inv(extended.T @ extended + np.eye(4))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    model = collective_ease.fit(REVIEWED, known, settings, 0, None)
    assert model.scores(EVERYBODY, REVIEWED.matrix()) == pytest.approx(np.array(users) @ weights, abs=1e-6)


def test_collective_ease_finds_a_beer_that_nobody_reviewed_by_its_brewery() -> None:
    known = attributes_of(["A", "B", "B", "A"], [""] * 4)
    settings = {"brewery_weight": 4.0, "style_weight": 0.0, "penalty": 1.0}
    scores = collective_ease.fit(REVIEWED, known, settings, 0, None).scores(EVERYBODY, REVIEWED.matrix())
    assert scores[0, 3] > 0.1  # of user 0, who reviewed beer 0 of its brewery
    assert abs(scores[2, 3]) < abs(scores[0, 3])  # of user 2, who did not


def test_a_walk_by_hand() -> None:
    # From beer 0 (1 review) over user 0 (2 reviews) to beer 1 (3 reviews): 1 / 1 * 1 / 2 / 3^.5. From beer 1 to
    # beer 0 as well, but for the steps: 1 / 3 * 1 / 2 / 1. Beers 0 and 2 have no user in common, beer 3 has none.
    settings = {"alpha": 1.0, "beta": 0.5, "neighbours": 4}
    weights = rp3beta.fit(REVIEWED, attributes(4), settings, 0, None).weights.toarray()
    there, back = 1 / 2 / np.sqrt(3), 1 / 6
    expected = [[0, there, 0, 0], [back, 0, back, 0], [0, there, 0, 0], [0, 0, 0, 0]]
    assert weights == pytest.approx(np.array(expected), abs=1e-6)


def test_a_walk_keeps_the_likeliest_neighbours_alone_and_adds_up_the_history() -> None:
    # Beer 1 meets beers 0 and 2; with beer 2 reviewed by user 2 as well, which has three reviews, beer 2 is nearer.
    rows = ratings([(0, 0, 3), (0, 1, 3), (1, 1, 3), (1, 2, 3), (2, 1, 3), (2, 2, 3)], users=3, beers=3)
    model = rp3beta.fit(rows, attributes(3), {"alpha": 1.0, "beta": 0.0, "neighbours": 1}, 0, None)
    # From beer 0: 1 * 1/2 to beer 1. From beer 1: 1/3 * (1/2 + 1/2) to beer 2. From beer 2: 1/2 * (1/2 + 1/2) to 1.
    assert model.weights.toarray() == pytest.approx(np.array([[0, 1 / 2, 0], [0, 0, 1 / 3], [0, 1 / 2, 0]]), abs=1e-6)
    scores = model.scores(np.array([1]), rows.matrix()[[1]])
    assert scores == pytest.approx(np.array([[0, 1 / 2, 1 / 3]]), abs=1e-6)


def test_lightfms_features_of_a_beer_are_itself_its_brewery_and_its_style() -> None:
    found = lightfm_warp.item_features(attributes_of(["A", "B", "A"], ["Ale", "Ale", "Stout"])).toarray()
    assert found.tolist() == [[1, 0, 0, 1, 0, 1, 0], [0, 1, 0, 0, 1, 1, 0], [0, 0, 1, 1, 0, 0, 1]]


def test_mult_vae_loses_by_what_is_computed_by_hand() -> None:
    mult_vae = pytest.importorskip("benchmarks.peers.mult_vae", reason="it needs TensorFlow")
    tf = mult_vae.tf
    settings = {"hidden": 2, "latent": 2, "beta": 0.2, "dropout": 0.0, "batch": 4}
    network = mult_vae.Network(4, settings)
    for variable in network.trainable_variables:
        variable.assign(tf.zeros_like(variable))
    # All logits are 0, so each of a user's beers has a probability of 1/4: 2, 2 and 1 beers cost log 4 each. The
    # latent variables are as they are to be, N(0, 1); a mean of 2 of both adds 2 * 2^2 / 2, 3 times.
    histories = tf.constant(REVIEWED.matrix().toarray())
    assert float(network.loss(histories, 3.0)) == pytest.approx(5 / 3 * np.log(4))
    network.encoder.layers[-1].bias.assign([2.0, 2.0, 0.0, 0.0])  # two means, two logarithms of variances
    assert float(network.loss(histories, 3.0)) == pytest.approx(5 / 3 * np.log(4) + 3 * 4)


def test_mult_vae_learns_which_beers_go_together() -> None:
    mult_vae = pytest.importorskip("benchmarks.peers.mult_vae", reason="it needs TensorFlow")
    rows = ratings([(user, 2 * beer + user % 2, 3) for user in range(20) for beer in range(3)], users=20, beers=6)
    settings = {"hidden": 16, "latent": 4, "beta": 0.1, "dropout": 0.2, "batch": 20, "steps": 150}
    model = mult_vae.fit(rows, attributes(6), settings, 1, None)
    even, odd = model.scores(np.array([0, 1]), rows.matrix()[[0, 1]])
    assert even[::2].min() > even[1::2].max()
    assert odd[1::2].min() > odd[::2].max()
