"""The retrieval model's loss and what it is fitted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import reviews
from hyperparameters import parsed
from ranks import of_own_beer
from reviews import Rows
from split import split

from tests.unit.training.jobs import taste, write_part

tf = pytest.importorskip("tensorflow")
import tensorflow_recommenders as tfrs  # noqa: E402
from retrieval_model import InBatchSoftmax, RetrievalModel  # noqa: E402


def test_the_loss_of_two_pairs_by_hand() -> None:
    # Row 0: -log(e^2 / (e^2 + e^0)), row 1: -log(e^1 / (e^1 + e^3)).
    loss = InBatchSoftmax()(tf.eye(2), tf.constant([[2.0, 0.0], [3.0, 1.0]]))
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-2)) + np.log(1 + np.exp(2)), rel=1e-6)


def test_the_loss_is_that_of_tensorflow_recommenders_own_cross_entropy() -> None:
    chance = np.random.default_rng(1)
    users, beers = (tf.constant(chance.normal(size=(16, 4)), tf.float32) for _ in range(2))
    probability = tf.constant(chance.uniform(0.01, 1, 16), tf.float32)
    ours, theirs = (
        tfrs.tasks.Retrieval(loss=loss, temperature=0.2)(
            users, beers, candidate_sampling_probability=probability, compute_metrics=False
        )
        for loss in (InBatchSoftmax(), None)
    )
    assert float(ours) == pytest.approx(float(theirs), rel=1e-5)


def test_fitting_finds_out_who_drinks_what(tmp_path: Path) -> None:
    write_part(tmp_path, taste())
    chosen = parsed({"retrieval_batch": 64})
    rows = split(reviews.read(tmp_path), chosen)
    model = RetrievalModel(rows, chosen)
    losses = [model.epoch(number)["retrieval_loss"] for number in range(8)]
    assert losses[-1] < losses[0]
    users, beers = model.towers()
    assert np.linalg.norm(users, axis=1) == pytest.approx(np.ones(40), rel=1e-5)
    scores = users @ beers.T
    own_half = np.arange(40)[:, None] % 2 == np.arange(50)[None] % 2
    assert scores[own_half].mean() > scores[~own_half].mean() + 0.1


def test_ranks_count_better_beers_that_the_user_has_not_reviewed() -> None:
    users = np.array([[1.0]], np.float32)
    beers = np.array([[0.9], [0.8], [0.7], [0.1]], np.float32)

    def rows(*beer: int) -> Rows:
        return Rows(np.zeros(len(beer), np.int32), np.array(beer, np.int32), np.ones(len(beer), np.float32))

    assert of_own_beer(users, beers, rows(2, 3), rows(0)).tolist() == [1, 2]
