"""The ranking model: its linear part, its cross layers, and what it makes of the unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from taproom.metrics import TRAIN_RMSE, VALIDATION_RMSE, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.hyperparameters import parsed
from trainer.ranking.block_norms import block_norms

tf = pytest.importorskip("tensorflow")
from trainer.ranking.cross_fit import CrossFittedFeatures  # noqa: E402
from trainer.ranking.features.base import FeatureMatrix  # noqa: E402
from trainer.ranking.model import RankingModel, _ridge  # noqa: E402
from trainer.ranking.network import EmbeddingIds  # noqa: E402

SMALL = {"ranking_batch": 64, "ranking_dimension": 4, "deep_layer_sizes": [8]}


class Build:
    """Builds models of the shared ratings."""

    def __init__(self, parts: Split, attributes: ItemAttributes, known: CrossFittedFeatures) -> None:
        self._given = parts, attributes, known

    def __call__(self, **given: object) -> RankingModel:
        return RankingModel(*self._given, parsed(SMALL | given))


@pytest.fixture(scope="module")
def build(parts: Split, attributes: ItemAttributes, known: CrossFittedFeatures) -> Build:
    return Build(parts, attributes, known)


@pytest.fixture(scope="module")
def measured() -> list[dict[Metric, float]]:
    """What each epoch of `fitted` measured."""
    return []


@pytest.fixture(scope="module")
def fitted(build: Build, measured: list[dict[Metric, float]]) -> RankingModel:
    model = build(ranking_learning_rate=0.02)
    measured += [model.fit_epoch(number) for number in range(6)]
    return model


def test_the_linear_part_of_two_ratings_by_hand() -> None:
    # Features -1 and 1, scores 2 and 4: the bias is the mean, 3, and the weight sum(x y) / (sum(x x) + 10) = 2 / 12.
    weights, bias = _ridge(tf.constant([[-1.0], [1.0]]), np.array([2.0, 4.0], np.float32))
    assert weights == pytest.approx([1 / 6])
    assert bias == pytest.approx(3.0)


def at(known: CrossFittedFeatures, *deviations: float) -> FeatureMatrix:
    """Rows in which every feature is so many deviations above its mean."""
    scale = known.scale
    values = scale.mean + scale.deviation * np.array(deviations, np.float32)[:, None]
    return replace(known.training, values=tf.constant(values))


def test_before_fitting_the_network_adds_nothing(build: Build, known: CrossFittedFeatures) -> None:
    model = build()
    none = tf.zeros(3, tf.int32)
    weights, bias = (part.numpy() for part in model._linear)
    predicted = model.predict(at(known, 0, 1, -1), EmbeddingIds(none, none, none)).numpy()
    assert predicted == pytest.approx(np.clip(bias + weights.sum() * np.array([0, 1, -1]), 0, 5), abs=1e-4)


def test_features_in_another_order_are_refused(build: Build, known: CrossFittedFeatures) -> None:
    features = at(known, 0)
    other = replace(features, names=(features.names[1], features.names[0], *features.names[2:]))
    none = tf.zeros(1, tf.int32)
    with pytest.raises(ValueError, match="give it the same ones in the same order"):
        build().predict(other, EmbeddingIds(none, none, none))


@pytest.mark.parametrize(("epochs", "more", "expected"), [(6, 0, 3), (6, 1, 4), (2, 0, 2)])
def test_many_reviews_are_fitted_in_fewer_epochs(
    parts: Split, build: Build, epochs: int, more: int, expected: int
) -> None:
    a_pass = len(parts.training) // 64
    assert a_pass > 1
    assert build(ranking_epochs=epochs, ranking_steps=3 * a_pass + more).epochs == expected


def test_fitting_beats_the_mean(parts: Split, fitted: RankingModel, measured: list[dict[Metric, float]]) -> None:
    assert fitted.weights
    errors = [values[VALIDATION_RMSE] for values in measured]
    assert min(errors) < 0.8 * np.std(parts.validation.score)
    assert measured[-1][TRAIN_RMSE] < measured[0][TRAIN_RMSE]


@pytest.mark.parametrize("projection", [0, 3])
def test_the_cross_layer_computes_what_its_kernel_says(build: Build, projection: int) -> None:
    model = build(projection_dimension=projection)
    kernel = model.cross_kernel
    # 54 features and three embeddings of 4.
    assert kernel is not None and kernel.shape == (66, 66)
    assert len(model.input_groups) == 66
    x0, x = (np.random.default_rng(seed).normal(size=(5, 66)).astype(np.float32) for seed in (1, 2))
    # x0 * (W x + b) + x with b = 0 before fitting (Wang et al., DCN V2, equation 1).
    crossed = model._networks[0]._cross[0](x0, x).numpy()
    assert crossed == pytest.approx(x0 * (x @ kernel) + x, abs=1e-5)
    _, norms = block_norms(kernel, model.input_groups)
    assert np.sqrt((norms**2).sum()) == pytest.approx(np.linalg.norm(kernel), rel=1e-6)


def test_the_columns_of_the_cross_layers_input_say_what_they_are_about(
    build: Build, known: CrossFittedFeatures
) -> None:
    groups = build().input_groups
    assert groups[known.training.names.index("user_log_reviews")] == "user"
    assert groups[known.training.names.index("similar_beers_residual_4")] == "user x similar beers"
    assert groups[-12:] == ("which beer",) * 4 + ("style",) * 4 + ("brewery",) * 4


def test_without_a_cross_layer_there_is_no_kernel(build: Build) -> None:
    assert build(use_cross_layer=False).cross_kernel is None


def test_nothing_is_learnt_of_the_unknown(fitted: RankingModel) -> None:
    for network in fitted._networks:
        for table in network._embeddings:
            assert table.numpy()[0].tolist() == [0.0] * 4
            assert np.abs(table.numpy()[1:]).min() > 0


def test_what_is_fitted_cannot_look_at_held_out_ratings(parts: Split, fitted: RankingModel) -> None:
    assert fitted.weights
    with pytest.raises(AssertionError, match="held-out ratings are counted while fitting"):
        len(parts.held_out)
