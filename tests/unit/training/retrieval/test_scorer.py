"""The parts of retrieval's score, by hand: three users and four beers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.made_up import catalogue_of, interactions
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.retrieval.linear import Neighbours  # noqa: E402
from trainer.retrieval.ranks import Asked  # noqa: E402
from trainer.retrieval.scorer import NEIGHBOURS, NETWORK, UNREVIEWED, Scorer  # noqa: E402
from trainer.retrieval.two_tower import TwoTower  # noqa: E402

# User 0 knows the beers 0 and 1, user 1 the beers 0 and 2, user 2 none: 2, 1, 1 and 0 reviews.
KNOWN = Histories.from_ratings(interactions((0, 0), (0, 1), (1, 0), (1, 2)), users=3)
FOUR = ItemAttributes.from_beers(catalogue_of(["Alder", "Alder", "Birch", "Birch"], ["Stout", "Pils", "Stout", "Pils"]))
NETWORK_OF_THREE = TwoTower(
    KNOWN,
    np.arange(len(KNOWN), dtype=np.int32),
    Asked(KNOWN, KNOWN),
    FOUR,
    parsed({"retrieval_dimension": 2}),
    steps=1,
    decay=0.0,
)
# Beer 3 has none.
OWN = Neighbours(
    np.array([0, 1, 2, 3], np.int32),
    np.array([[0, 0.5, 0.25, 0], [0.75, 0, 1, 0], [2, 3, 0, 0], [0, 0, 0, 0]], np.float32),
)
EXPECTED: dict[str, list[list[float]]] = {
    NEIGHBOURS: [[0.75, 0.5, 1.25, 0], [2, 3.5, 0.25, 0], [0, 0, 0, 0]],
    UNREVIEWED: [[0, 0, 0, 1]],
}


@pytest.fixture
def scorer() -> Scorer:
    return Scorer(NETWORK_OF_THREE, OWN, KNOWN)


def logits() -> np.ndarray:
    return np.asarray(NETWORK_OF_THREE.query_vectors(KNOWN) @ NETWORK_OF_THREE.beer_vectors().T)


@pytest.mark.parametrize("name", list(EXPECTED))
def test_a_part_by_hand(scorer: Scorer, name: str) -> None:
    found = scorer.parts(KNOWN.user, KNOWN.beer, 3, (name,))
    assert list(found) == [name]
    np.testing.assert_allclose(found[name], EXPECTED[name], rtol=1e-6, atol=1e-7)


def test_the_networks_part_is_its_logits(scorer: Scorer) -> None:
    np.testing.assert_allclose(scorer.parts(KNOWN.user, KNOWN.beer, 3, (NETWORK,))[NETWORK], logits(), rtol=1e-5)


def test_the_score_is_the_weighted_sum_of_the_parts_and_the_bias(scorer: Scorer) -> None:
    weights = {NETWORK: 1.0, NEIGHBOURS: 8.0, UNREVIEWED: -1.0}
    bias = np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    scorer.blend(weights, bias)
    expected = logits() + bias + sum(weights[name] * np.array(part) for name, part in EXPECTED.items())
    np.testing.assert_allclose(scorer(KNOWN.user, KNOWN.beer, 3), expected, rtol=1e-5)


def test_before_a_blend_the_score_is_the_networks(scorer: Scorer) -> None:
    np.testing.assert_allclose(scorer(KNOWN.user, KNOWN.beer, 3), logits(), rtol=1e-5)


def test_other_neighbours_take_the_place_of_those_before(scorer: Scorer) -> None:
    scorer.use_neighbours(Neighbours(OWN.row, 2 * OWN.weights))
    found = scorer.parts(KNOWN.user, KNOWN.beer, 3, (NEIGHBOURS,))[NEIGHBOURS]
    np.testing.assert_allclose(found, 2 * np.array(EXPECTED[NEIGHBOURS]))
