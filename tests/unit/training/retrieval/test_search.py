"""A search by a coarse pass beside one over all beers."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.unit.training.made_up import catalogue_of, interactions
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Beers
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer import saved_model  # noqa: E402
from trainer.retrieval import coarse_pass  # noqa: E402
from trainer.retrieval.coarse_pass import choose_coarse_pass, choose_search  # noqa: E402
from trainer.retrieval.linear import Neighbours  # noqa: E402
from trainer.retrieval.ranks import Asked  # noqa: E402
from trainer.retrieval.scorer import NEIGHBOURS, NETWORK, UNREVIEWED, Scorer  # noqa: E402
from trainer.retrieval.search import BruteForce, CoarsePass, CoarseToFine, Search  # noqa: E402
from trainer.retrieval.servable import RetrievalServable  # noqa: E402
from trainer.retrieval.two_tower import TwoTower  # noqa: E402

BEERS, USERS, WIDTH = 4000, 60, 16
LIKED, NEIGHBOUR, UNKNOWN = 0, 1, BEERS - 1


class Made(NamedTuple):
    scorer: Scorer
    known: Histories
    beers: Beers


@pytest.fixture
def made() -> Made:
    """Vectors of 16 dimensions of which each varies half as much as the one before; six beers a user.

    The beers 0 and 1 are neighbours of each other, which the network does not know; the last 100 have no review.
    """
    chance = np.random.default_rng(1)
    pairs = {(user, int(beer)) for user in range(USERS) for beer in chance.choice(BEERS - 100, 6, replace=False)}
    known = Histories.from_ratings(interactions(*sorted(pairs)), USERS)
    beers = catalogue_of([f"brewery {beer % 40}" for beer in range(BEERS)])
    attributes = ItemAttributes.from_beers(beers)
    everybody, config = np.arange(USERS, dtype=np.int32), parsed({"retrieval_dimension": WIDTH})
    network = TwoTower(known, everybody, Asked(known, known), attributes, config, 1, 0.0)
    for tower in (network._tried_beers, network._candidates):
        tower.own.assign(chance.normal(size=(BEERS, WIDTH)) * 3 * 0.5 ** np.arange(WIDTH))
    network._bias.assign(chance.normal(size=BEERS))
    row = np.full(BEERS, 2, np.int32)
    row[[LIKED, NEIGHBOUR]] = 0, 1
    weights = np.array([[0, 0.9, 0], [0.9, 0, 0], [0, 0, 0]], np.float32)
    scorer = Scorer(network, Neighbours(row, weights), known)
    scorer.blend({NETWORK: 1.0, NEIGHBOURS: 100.0, UNREVIEWED: -1.0}, np.zeros(BEERS, np.float32))
    return Made(scorer, known, beers)


def found(search: Search, histories: Histories, k: int = 500) -> tuple[np.ndarray, np.ndarray]:
    answer = search(tf.constant(histories.user), tf.constant(histories.beer), len(histories), k)
    return answer.scores.numpy(), answer.beers.numpy()


def by_coarse_pass(made: Made) -> Search:
    coarse = choose_coarse_pass(made.scorer, made.known)
    assert coarse is not None
    return CoarseToFine(made.scorer, coarse)


def history(*beers: int) -> Histories:
    return Histories.from_ratings(interactions(*((0, beer) for beer in beers)), 1)


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four thousand beers are so few that scoring one has to cost little for a pass to pay."""
    monkeypatch.setattr(coarse_pass, "COST_OF_KEPT", 8)
    monkeypatch.setattr(coarse_pass, "DIMENSIONS", (1, 2, 4, 8))


@pytest.mark.usefixtures("cheap")
def test_a_coarse_pass_finds_what_was_chosen_and_its_scores_are_exact(made: Made) -> None:
    exact_scores, exact = found(BruteForce(made.scorer), made.known)
    scores, beers = found(by_coarse_pass(made), made.known)
    recall = np.mean([np.isin(*pair).mean() for pair in zip(exact, beers, strict=True)])
    assert 0.98 <= recall < 1  # it is the cheapest, so not everything is found
    for user in range(USERS):
        assert len(set(beers[user])) == 500
        expected = dict(zip(exact[user], exact_scores[user], strict=True))
        for beer, score in zip(beers[user], scores[user], strict=True):
            assert score == pytest.approx(expected.get(beer, score), rel=1e-4, abs=1e-4)
    assert (np.diff(scores) <= 0).all()


@pytest.mark.usefixtures("cheap")
def test_neighbours_bring_in_a_beer_that_the_coarse_pass_does_not_know(made: Made) -> None:
    _, beers = found(by_coarse_pass(made), history(LIKED), 10)
    # 90 points more than its logit.
    assert beers[0, 0] == NEIGHBOUR


@pytest.mark.usefixtures("cheap")
def test_a_bias_brings_in_a_beer(made: Made) -> None:
    made.scorer.blend({NETWORK: 1.0}, np.where(np.arange(BEERS) == UNKNOWN, 1000, 0).astype(np.float32))
    assert found(by_coarse_pass(made), history(5, 6, 7), 10)[1][0, 0] == UNKNOWN


@pytest.mark.usefixtures("cheap")
def test_without_a_history_the_answer_is_exact(made: Made) -> None:
    nobody = Histories.from_ratings(interactions(), 2)
    exact_scores, exact = found(BruteForce(made.scorer), nobody)
    scores, beers = found(by_coarse_pass(made), nobody)
    np.testing.assert_array_equal(beers, exact)
    np.testing.assert_allclose(scores, exact_scores, rtol=1e-5)


@pytest.mark.usefixtures("cheap")
def test_nothing_of_a_history_is_found_be_it_kept_always_or_not(made: Made) -> None:
    search = by_coarse_pass(made)
    best = [int(beer) for beer in found(search, history(LIKED), 200)[1][0]]
    _, beers = found(search, history(LIKED, *best))
    assert not {LIKED, *best} & set(beers[0])


def test_fewer_beers_than_are_asked_for_come_once_each_and_those_of_the_history_last(made: Made) -> None:
    always = np.array([LIKED, NEIGHBOUR], np.int32)
    basis, table = np.zeros((WIDTH + 1, 1), np.float32), np.zeros((BEERS, 2), np.float32)
    every = CoarsePass(basis, table, always, BEERS - 2)
    _, beers = found(CoarseToFine(made.scorer, every), history(LIKED, 7), BEERS)
    assert set(beers[0, -2:]) == {LIKED, 7}
    assert len(set(beers[0])) == BEERS


@pytest.mark.usefixtures("cheap")
def test_above_the_threshold_the_servable_has_a_coarse_pass_and_tables_of_half_the_size(
    made: Made, tmp_path: Path
) -> None:
    sizes, answers = [], []
    inputs = {
        "username": tf.constant(["ann", "bob", "cid"]),
        "history_beer_ids": tf.constant([["b000", "b002"], ["b003", ""], ["", ""]]),
        "history_scores": tf.constant([[4.0, 3.0], [5.0, 0.0], [0.0, 0.0]]),
    }
    for name, threshold in (("all", BEERS), ("coarse", BEERS - 1)):
        search = choose_search(made.scorer, made.known, threshold)
        saved_model.save(RetrievalServable(search, made.beers, "made-up"), tmp_path / name)
        loaded = tf.saved_model.load(str(tmp_path / name / "retrieval/1"))
        answers.append(loaded.signatures["serving_default"](**inputs))
        sizes.append(sum(file.stat().st_size for file in (tmp_path / name).rglob("variables.data*")))
    assert sizes[1] < 0.8 * sizes[0]
    np.testing.assert_array_equal(answers[1]["known"], [True, True, False])
    np.testing.assert_array_equal(answers[1]["beer_id"][0, 0], b"b001")
    np.testing.assert_allclose(answers[1]["score"][:, :10], answers[0]["score"][:, :10], rtol=0.01)


def test_where_no_coarse_pass_is_cheap_every_beer_gets_its_score(made: Made) -> None:
    assert choose_coarse_pass(made.scorer, made.known) is None
    assert isinstance(choose_search(made.scorer, made.known, 0), BruteForce)
