"""Neighbours of beers, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import attributes_of, catalogue_of, interactions
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings

tf = pytest.importorskip("tensorflow")
from trainer.retrieval import linear  # noqa: E402
from trainer.retrieval.linear import CollectiveEase, LinearSettings, Neighbours, choose_settings  # noqa: E402
from trainer.retrieval.ranks import Asked  # noqa: E402

# Users 0 and 1 tried the beers 0 and 2, user 2 beer 3 alone; nobody tried beer 1.
THREE = interactions((0, 0), (0, 2), (1, 0), (1, 2), (2, 3))


def neighbours_of(
    ratings: Ratings, users: int, beers: int, dropout: float, monkeypatch: pytest.MonkeyPatch, penalty: float = 1.0
) -> Neighbours:
    """Without attributes."""
    monkeypatch.setattr(linear, "DROPOUT", dropout)
    known = Histories.from_ratings(ratings, users)
    return CollectiveEase(known, attributes_of(beers)).fit(LinearSettings(0, 0, penalty))


def weight(neighbours: Neighbours, beer: int, other: int) -> float:
    return float(neighbours.weights[neighbours.row[beer], neighbours.row[other]])


def test_a_matrix_in_four_blocks_has_the_inverse_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_SMALL", 2)
    rows = np.random.default_rng(1).normal(size=(40, 11)).astype(np.float32)
    matrix = rows.T @ rows + np.eye(11, dtype=np.float32)
    np.testing.assert_allclose(linear._inverse(matrix) @ matrix, np.eye(11), atol=1e-4)


def test_weights_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    neighbours = neighbours_of(THREE, 3, 4, 0.0, monkeypatch)
    # X'X + I is [[3, 2, 0], [2, 3, 0], [0, 0, 2]] for the beers 0, 2 and 3; its inverse holds .6, -.4 and .5.
    assert weight(neighbours, 0, 2) == pytest.approx(0.4 / 0.6)
    assert weight(neighbours, 2, 0) == pytest.approx(0.4 / 0.6)
    assert [weight(neighbours, 0, 0), weight(neighbours, 0, 3), weight(neighbours, 3, 0)] == pytest.approx([0, 0, 0])


def test_a_weight_is_scaled_by_the_beer_that_is_spoken_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = interactions((0, 0), (0, 1), (1, 0), (1, 1), (2, 1))
    neighbours = neighbours_of(ratings, 3, 2, 0.0, monkeypatch)
    # [[3, 2], [2, 4]] has the inverse [[.5, -.25], [-.25, .375]].
    assert weight(neighbours, 0, 1) == pytest.approx(0.25 / 0.375)
    assert weight(neighbours, 1, 0) == pytest.approx(0.25 / 0.5)


def test_beers_dropped_from_histories_add_to_the_penalty_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    # With half dropped, 2 users on the diagonal are as 4: the inverse of [[5, 2], [2, 5]] is [[5, -2], [-2, 5]] / 21.
    assert weight(neighbours_of(THREE, 3, 4, 0.5, monkeypatch), 0, 2) == pytest.approx(0.4)


def test_breweries_and_styles_count_as_users_who_drank_all_of_theirs() -> None:
    # Beers 0 and 1 are of one brewery, 0 and 2 of one style. 3 reviews a brewery, 0.5 a style, a penalty of 2.
    attributes = ItemAttributes.from_beers(catalogue_of(["Alder", "Alder", "Birch"], ["Stout", "Pils", "Stout"]))
    known = Histories.from_ratings(interactions((0, 0), (0, 1), (1, 1), (1, 2), (2, 1)), users=3)
    neighbours = CollectiveEase(known, attributes).fit(LinearSettings(3, 0.5, 2))
    three, half = np.sqrt(3), np.sqrt(0.5)
    rows = np.array(
        [
            [1, 1, 0], [0, 1, 1], [0, 1, 0],
            [three, three, 0], [0, 0, three],
            [half, 0, half], [0, half, 0],
        ]
    )  # fmt: skip
    gram = rows.T @ rows
    inverse = np.linalg.inv(gram + 0.33 / 0.67 * np.diag(np.diag(gram)) + 2 * np.eye(3))
    expected = [[0.0 if i == j else -inverse[i, j] / inverse[j, j] for j in range(3)] for i in range(3)]
    assert neighbours.row.tolist() == [0, 1, 2]
    np.testing.assert_allclose(neighbours.weights, np.pad(expected, (0, 1)), rtol=1e-5, atol=1e-7)


def test_a_beer_that_nobody_reviewed_speaks_for_none_and_none_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    neighbours = neighbours_of(THREE, 3, 4, 0.0, monkeypatch)
    assert not neighbours.weights[neighbours.row[1]].any()
    assert not neighbours.weights[:, neighbours.row[1]].any()


def test_only_the_most_reviewed_beers_have_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "MOST_BEERS", 2)
    neighbours = neighbours_of(THREE, 3, 4, 0.0, monkeypatch)
    assert neighbours.weights.shape == (3, 3)
    assert weight(neighbours, 0, 2) == pytest.approx(0.4 / 0.6)
    assert not neighbours.weights[neighbours.row[3]].any()


def test_users_beyond_the_first_256_count_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = interactions(*((user, beer) for user in range(300) for beer in range(2)))
    # [[301, 300], [300, 301]] has an inverse in proportion to [[301, -300], [-300, 301]].
    assert weight(neighbours_of(ratings, 300, 2, 0.0, monkeypatch), 0, 1) == pytest.approx(300 / 301, rel=1e-4)


def test_scores_are_the_summed_weights_of_a_history(monkeypatch: pytest.MonkeyPatch) -> None:
    neighbours = neighbours_of(THREE, 3, 4, 0.0, monkeypatch)
    # User 0 has the beers 0 and 1, user 1 none, user 2 the beers 2 and 3.
    found = neighbours.scores(tf.constant([0, 0, 2, 2]), tf.constant([0, 1, 2, 3]), tf.constant(3))
    expected = [[0, 0, 2 / 3, 0], [0.0] * 4, [2 / 3, 0, 0, 0]]
    np.testing.assert_allclose(found, np.array(expected), atol=1e-6)


def test_few_neighbours_are_those_that_count_most_fitted_again_without_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(linear, "DROPOUT", 0.0)
    monkeypatch.setattr(linear, "MEAN_NEIGHBOURS", 1)
    # Beer 1 has nobody, and no neighbours.
    ratings = interactions((0, 0), (0, 2), (1, 0), (1, 2), (2, 2), (2, 3))
    ease = CollectiveEase(Histories.from_ratings(ratings, 3), attributes_of(4))
    settings = LinearSettings(0, 0, 1)
    few = ease.fit_few(settings, ease.fit(settings))
    # X'X + I is [[3, 2, 0], [2, 4, 1], [0, 1, 2]] for the beers 0, 2 and 3, and B [[0, 4/6, -2/8], [4/7, 0, 3/8],
    # [-2/7, 3/6, 0]]. Times the roots of 3, 4 and 2 the greatest three are those of 0 for 2, 2 for 0, and 2 for 3.
    assert few.beer.tolist() == [0, 2, 3]
    assert [others.tolist() for others in few.others] == [[2], [0, 3], []]
    # 2 / 3, 2 / 4 and 1 / 4: each beer's count with the other, by what stands on the other's diagonal.
    assert [weights.tolist() for weights in few.weights] == [pytest.approx([2 / 3]), pytest.approx([0.5, 0.25]), []]


def test_where_there_is_room_for_all_neighbours_they_are_what_they_were() -> None:
    ease = CollectiveEase(KNOWN, FOUR)
    neighbours = ease.fit(BY_BREWERY)
    few = ease.fit_few(BY_BREWERY, neighbours)
    for row, own in enumerate(zip(few.others, few.weights, strict=True)):
        np.testing.assert_allclose(own[1], neighbours.weights[row, own[0]], rtol=1e-3)
        assert len(own[0]) == 3


# Beers 0 and 1 are of one brewery, 2 and 3 of another; 0 and 2 are of one style, 1 and 3 of another. Three users tried
# 0 and 2 together, others one of them alone. Who knows 0 wants 1, and who knows 3 wants 2: it is the brewery that
# counts, and the more, the better, until it counts more than that 0 and 2 go together.
FOUR = ItemAttributes.from_beers(catalogue_of(["Alder", "Alder", "Birch", "Birch"], ["Stout", "Pils", "Stout", "Pils"]))
KNOWN = Histories.from_ratings(
    interactions((0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (2, 2), (3, 1), (4, 3), (5, 0)), users=6
)
ASKED = Asked.from_ratings(KNOWN, interactions((5, 1), (4, 2)), 2)
BY_STYLE, BY_NOTHING, BY_SOME_BREWERY, BY_BREWERY, BY_MORE_BREWERY = (
    LinearSettings(*each) for each in ((0, 50, 1), (0, 0, 1), (0.1, 0, 1), (50, 0, 1), (60, 0, 1))
)


@pytest.mark.parametrize(
    ("settings", "chosen", "tried"),
    [
        pytest.param(
            (BY_STYLE, BY_NOTHING, BY_SOME_BREWERY, BY_BREWERY, BY_STYLE, BY_MORE_BREWERY),
            BY_BREWERY,
            [BY_SOME_BREWERY, BY_NOTHING, BY_BREWERY, BY_STYLE],
            id="up, and no further than it gets better",
        ),
        pytest.param(
            (BY_NOTHING, BY_SOME_BREWERY, BY_BREWERY, BY_MORE_BREWERY),
            BY_BREWERY,
            [BY_BREWERY, BY_SOME_BREWERY, BY_MORE_BREWERY],
            id="up, and not to one that is as good",
        ),
        pytest.param(
            (BY_BREWERY, BY_SOME_BREWERY, BY_NOTHING),
            BY_BREWERY,
            [BY_NOTHING, BY_SOME_BREWERY, BY_BREWERY],
            id="down, to the end",
        ),
        pytest.param(
            (BY_NOTHING, BY_BREWERY, BY_MORE_BREWERY),
            BY_BREWERY,
            [BY_MORE_BREWERY, BY_BREWERY, BY_NOTHING],
            id="nowhere, where the next one is as good and the one before is worse",
        ),
    ],
)
def test_settings_are_tried_from_the_second_on_as_long_as_it_gets_better(
    settings: tuple[LinearSettings, ...],
    chosen: LinearSettings,
    tried: list[LinearSettings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(linear, "SETTINGS", settings)
    said: list[str] = []
    found, neighbours = choose_settings(KNOWN, ASKED, FOUR, said.append)
    assert found.best == chosen
    assert set(found.gains) == set(tried)
    assert [line.rpartition(":")[0] for line in said] == [f"neighbours with {each}" for each in tried]
    np.testing.assert_array_equal(neighbours.weights, CollectiveEase(KNOWN, FOUR).fit(chosen).weights)


def test_neighbours_that_know_nothing_gain_little() -> None:
    nobody = Neighbours(np.zeros(4, np.int32), np.zeros((1, 1), np.float32))
    # Each wanted beer is in the middle of three equal ones: 1 / log2(3).
    assert linear._gain(nobody, ASKED) == pytest.approx(1 / np.log2(3))
