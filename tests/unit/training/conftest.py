"""What the tests share: a small drop, what is fitted to it, and two runs of train.py."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.unit.training.jobs import SHORT, Run, pack, taste, train, write_part
from tests.unit.training.made_up import sealed, split_of_taste
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.hyperparameters import parsed

if TYPE_CHECKING:
    from trainer.ranking.cross_fit import CrossFittedFeatures

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Split:
    """The ratings of 40 users, held-out ones among them."""
    return split_of_taste(tmp_path_factory.mktemp("reviews"), users=40)


@pytest.fixture(scope="session")
def parts(whole: Split) -> Split:
    """The same for fitting: held-out ratings are sealed."""
    return sealed(whole)


@pytest.fixture(scope="session")
def attributes(whole: Split) -> ItemAttributes:
    return ItemAttributes.from_beers(whole.beers)


@pytest.fixture(scope="session")
def known(parts: Split, attributes: ItemAttributes) -> CrossFittedFeatures:
    """The ranking features of `parts`, from two iterations of the factors."""
    from trainer.ranking.cross_fit import cross_fit

    return cross_fit(parts, attributes, parsed({"factors_iterations": 2}))


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run where nothing serves yet."""
    base = tmp_path_factory.mktemp("first")
    write_part(base / "input/data/reviews", taste())
    return train(base, SHORT | {"run": "taproom-000000000001", "sagemaker_program": '"train.py"'})


@pytest.fixture(scope="session")
def second(first: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on the same reviews that fuses its models, with the first run's in service, and checkpoints."""
    base = tmp_path_factory.mktemp("second")
    write_part(base / "input/data/reviews", taste())
    pack(first.model, base / "input/data/serving")
    (base / "checkpoints").mkdir()
    return train(base, SHORT | {"run": "taproom-000000000002", "endpoint_layout": '"fused"'})
