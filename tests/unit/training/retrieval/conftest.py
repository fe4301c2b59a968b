"""Ratings of 120 users with two tastes, a network that is fitted to them, and beers that nobody reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from taproom.metrics import Metric
from tests.unit.training.made_up import catalogue_of, interactions, sealed, split_of_taste
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Beers
from trainer.data.split import Split
from trainer.hyperparameters import parsed

if TYPE_CHECKING:
    from trainer.retrieval.ranks import Asked
    from trainer.retrieval.scorer import Scorer
    from trainer.retrieval.two_tower import TwoTower


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Split:
    """Held-out ratings are sealed."""
    return sealed(split_of_taste(tmp_path_factory.mktemp("many"), users=120))


@pytest.fixture(scope="session")
def histories(many: Split) -> Histories:
    """Of the training ratings of `many`."""
    return Histories.from_ratings(many.training, len(many.usernames))


@pytest.fixture(scope="session")
def asked(many: Split, histories: Histories) -> Asked:
    """All validation ratings of `many`."""
    from trainer.retrieval.ranks import Asked

    return Asked.from_ratings(histories, many.validation, 120)


@pytest.fixture(scope="session")
def measured() -> list[Mapping[Metric, float]]:
    """What each epoch of `fitted` measured."""
    return []


@pytest.fixture(scope="session")
def fitted(many: Split, histories: Histories, asked: Asked, measured: list[Mapping[Metric, float]]) -> TwoTower:
    from trainer.retrieval.fit import fit_network

    config = parsed({"retrieval_batch": 16, "retrieval_dimension": 16})
    attributes = ItemAttributes.from_beers(many.beers)
    model, _ = fit_network(histories, asked, attributes, config, None, lambda _, values: measured.append(values))
    return model


@dataclass(frozen=True)
class LoyalDrinkers:
    """40 users who drink what one of four breweries makes.

    Beer j is of brewery j % 4. User u knows three of 36 beers of brewery u % 4, and wants the beer 36 + u % 4, which
    nobody reviewed.
    """

    beers: Beers
    scorer: Scorer
    asked: Asked


@pytest.fixture(scope="session")
def loyal() -> LoyalDrinkers:
    """The scorer has a network that knows breweries and nothing else, and no neighbours."""
    from trainer.retrieval.linear import Neighbours
    from trainer.retrieval.ranks import Asked
    from trainer.retrieval.scorer import Scorer
    from trainer.retrieval.two_tower import TwoTower

    beers = catalogue_of(breweries=[f"brewery {beer % 4}" for beer in range(40)])
    pairs = [(user, user % 4 + 4 * ((user // 4 + some) % 9)) for user in range(40) for some in range(3)]
    known = Histories.from_ratings(interactions(*pairs), users=40)
    asked = Asked.from_ratings(known, interactions(*((user, 36 + user % 4) for user in range(40))), 40)
    attributes = ItemAttributes.from_beers(beers)
    network = TwoTower(
        known, np.arange(40, dtype=np.int32), asked, attributes, parsed({"retrieval_dimension": 4}), steps=10, decay=0.0
    )
    for tower in (network._tried_beers, network._candidates):
        tower._brewery.assign(np.eye(4))
    nobody = Neighbours(np.zeros(40, np.int32), np.zeros((1, 1), np.float32))
    return LoyalDrinkers(beers, Scorer(network, nobody, known), asked)
