"""What the exported servable finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
from tests.unit.training.retrieval.conftest import LoyalDrinkers  # noqa: E402
from trainer import saved_model  # noqa: E402
from trainer.retrieval.scorer import NETWORK, UNREVIEWED  # noqa: E402
from trainer.retrieval.search import BruteForce  # noqa: E402
from trainer.retrieval.servable import RetrievalServable  # noqa: E402


def test_a_beer_without_reviews_is_found_through_its_brewery(loyal: LoyalDrinkers, tmp_path: Path) -> None:
    loyal.scorer.blend({NETWORK: 1.0, UNREVIEWED: 3.0}, np.zeros(40, np.float32))
    saved_model.save(RetrievalServable(BruteForce(loyal.scorer), loyal.beers, "made-up"), tmp_path)
    loaded = tf.saved_model.load(str(tmp_path / "retrieval/1"))
    # Of the breweries 1 and 2.
    tried = tf.constant([["b001", "b005", "b009"], ["b002", "b006", "b010"]])
    found = loaded.answer(tf.constant(["ann", "bob"]), tried, tf.fill(tf.shape(tried), 4.0))
    assert found["beer_id"][:, 0].numpy().tolist() == [b"b037", b"b038"]
    assert set(found["beer_id"][0, -3:].numpy()) == {b"b001", b"b005", b"b009"}
