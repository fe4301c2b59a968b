"""The network: its start, its cross layers, and what it makes of the unknown."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.hyperparameters import parsed
from trainer.ranking.block_norms import block_norms

tf = pytest.importorskip("tensorflow")
from trainer.ranking.model import DeepCross, Inputs, inputs_of  # noqa: E402
from trainer.ranking.ridge import Ridge  # noqa: E402

LINEAR = Ridge(np.array([0.5, -0.25], np.float32), np.float32(3.0))


def build(**given: object) -> DeepCross:
    """A model of two features, and of 4 beers, 3 styles and 2 breweries."""
    small = {"ranking_batch": 64, "ranking_dimension": 4, "deep_layer_sizes": [8], "ranking_learning_rate": 0.05}
    return DeepCross(LINEAR, (4, 3, 2), parsed(small | given), steps=1000)


def asked(*beers: int) -> Inputs:
    """With features (1, 2); ids are all those of the beer, or -1."""
    ids = tf.constant(beers)
    return inputs_of(tf.tile([[1.0, 2.0]], [len(beers), 1]), ids, tf.minimum(ids, 2), tf.minimum(ids, 1))


def test_before_fitting_the_network_adds_nothing() -> None:
    # 3 + .5 * 1 - .25 * 2.
    assert build()(asked(0, -1)).numpy() == pytest.approx([3.0, 3.0])


def test_predictions_stay_on_the_scale_but_errors_are_learnt_of_the_whole_line() -> None:
    model = DeepCross(Ridge(LINEAR.weights, np.float32(9.0)), (4, 3, 2), parsed({}), steps=1)
    assert model(asked(0)).numpy().tolist() == [5.0]
    assert model(asked(0), training=True).numpy().tolist() == [9.0]


def test_the_loss_is_the_mean_squared_error() -> None:
    model = build()
    # Predicted are 3 and 3.
    assert float(model.compute_loss((asked(0, 1), tf.constant([4.0, 1.0])))) == pytest.approx((1 + 4) / 2)


def test_what_is_learnt_of_a_beer_is_not_learnt_of_another_one_or_the_unknown() -> None:
    model = build()
    rows = tf.data.Dataset.from_tensors((asked(0), tf.constant([5.0]))).repeat(30)
    model.fit(rows, verbose=0)
    beers = model._embeddings[0].embeddings.numpy()
    assert np.abs(beers[1]).min() > 0
    assert (np.delete(beers, 1, axis=0) == 0).all()


@pytest.mark.parametrize("projection", [0, 3])
def test_the_cross_layer_computes_what_its_kernel_says(projection: int) -> None:
    model = build(projection_dimension=projection)
    kernel = model.cross_kernel
    # Two features and three embeddings of 4.
    assert kernel is not None and kernel.shape == (14, 14)
    x0, x = (np.random.default_rng(seed).normal(size=(5, 14)).astype(np.float32) for seed in (1, 2))
    # x0 * (W x + b) + x with b = 0 before fitting (Wang et al., DCN V2, equation 1).
    crossed = model._cross[0](x0, x).numpy()
    assert crossed == pytest.approx(x0 * (x @ kernel) + x, abs=1e-5)
    _, norms = block_norms(kernel, ["features"] * 2 + ["embeddings"] * 12)
    assert np.sqrt((norms**2).sum()) == pytest.approx(np.linalg.norm(kernel), rel=1e-6)


def test_without_a_cross_layer_there_is_no_kernel() -> None:
    assert build(use_cross_layer=False).cross_kernel is None


def test_the_penalty_is_that_of_each_ratings_embeddings() -> None:
    model = build(ranking_penalty=0.5)
    for embedding in model._embeddings:
        embedding.embeddings.assign(tf.ones_like(embedding.embeddings))
    model(asked(0, 1), training=True)
    # Three embeddings of four ones each, whatever the number of ratings.
    assert sum(float(loss) for loss in model.losses) == pytest.approx(0.5 * 12)
