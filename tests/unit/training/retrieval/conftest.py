"""Ratings of 120 users with two tastes, and a retrieval model that is fitted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from taproom.metrics import Metric
from tests.unit.training.made_up import sealed, split_of_taste
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.hyperparameters import parsed

if TYPE_CHECKING:
    from trainer.retrieval.model import RetrievalModel

SMALL = {"retrieval_batch": 16, "retrieval_dimension": 16}


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Split:
    """Held-out ratings are sealed."""
    return sealed(split_of_taste(tmp_path_factory.mktemp("many"), users=120))


@pytest.fixture(scope="session")
def measured() -> list[dict[Metric, float]]:
    """What each epoch of `fitted` measured."""
    return []


@pytest.fixture(scope="session")
def fitted(many: Split, measured: list[dict[Metric, float]]) -> RetrievalModel:
    from trainer.retrieval.model import RetrievalModel

    model = RetrievalModel(many, ItemAttributes.from_beers(many.beers), parsed(SMALL))
    measured += [model.fit_epoch(number) for number in range(9)]
    return model
