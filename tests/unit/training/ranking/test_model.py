"""The ranking model: its linear part, its cross layers, and what it makes of the unknown."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.jobs import taste, write_part
from trainer.data import attributes as kinds
from trainer.data import reviews
from trainer.data.split import Split, split
from trainer.hyperparameters import Hyperparameters, parsed
from trainer.ranking import cross_fit as out_of_fold
from trainer.ranking.block_norms import block_norms
from trainer.ranking.cross_fit import Known

tf = pytest.importorskip("tensorflow")
from trainer.ranking.model import Codes, RankingModel, _ridge  # noqa: E402

SMALL = {"ranking_batch": 64, "ranking_dimension": 4, "deep_layer_sizes": [8], "factors_iterations": 2}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Split:
    folder = tmp_path_factory.mktemp("reviews")
    write_part(folder, taste())
    return split(reviews.read(folder), parsed({}))


@pytest.fixture(scope="module")
def known(rows: Split) -> Known:
    return out_of_fold.known(rows, kinds.of_beers(rows.beers), parsed(SMALL))


def model_of(rows: Split, known: Known, chosen: Hyperparameters) -> RankingModel:
    return RankingModel(rows, kinds.of_beers(rows.beers), known, chosen)


def test_the_linear_part_of_two_rows_by_hand() -> None:
    # Numbers -1 and 1, scores 2 and 4: the bias is the mean, 3, and the weight sum(x y) / (sum(x x) + 10) = 2 / 12.
    weights, bias = _ridge(tf.constant([[-1.0], [1.0]]), np.array([2.0, 4.0], np.float32))
    assert weights == pytest.approx([1 / 6])
    assert bias == pytest.approx(3.0)


def test_before_fitting_the_network_adds_nothing(rows: Split, known: Known) -> None:
    model = model_of(rows, known, parsed(SMALL))
    none = tf.zeros(3, tf.int32)
    numbers = known.scale.mean + known.scale.deviation * np.array([[0.0], [1.0], [-1.0]], np.float32)
    weights, bias = (part.numpy() for part in model._linear)
    predicted = model.score(tf.constant(numbers), Codes(none, none, none)).numpy()
    # At the mean, then each number one deviation above it and below it.
    assert predicted == pytest.approx(np.clip(bias + weights.sum() * np.array([0, 1, -1]), 0, 5), abs=1e-4)


@pytest.mark.parametrize(("epochs", "more", "fitted"), [(6, 0, 3), (6, 1, 4), (2, 0, 2)])
def test_many_reviews_are_fitted_in_fewer_epochs(
    rows: Split, known: Known, epochs: int, more: int, fitted: int
) -> None:
    a_pass = len(rows.training) // 64
    assert a_pass > 1
    chosen = parsed(SMALL | {"ranking_epochs": epochs, "ranking_steps": 3 * a_pass + more})
    assert model_of(rows, known, chosen).epochs == fitted


def test_fitting_beats_the_mean(rows: Split, known: Known) -> None:
    model = model_of(rows, known, parsed(SMALL | {"ranking_learning_rate": 0.02}))
    errors = [model.epoch(number)["ranking_validation_rmse"] for number in range(6)]
    assert min(errors) < 0.8 * np.std(rows.validation.score)


@pytest.mark.parametrize("projection", [0, 3])
def test_the_cross_layer_computes_what_its_kernel_says(rows: Split, known: Known, projection: int) -> None:
    model = model_of(rows, known, parsed(SMALL | {"projection_dimension": projection}))
    kernel = model.cross_kernel
    # 54 numbers and three embeddings of 4.
    assert kernel is not None and kernel.shape == (66, 66)
    assert sum(model.blocks.values()) == 66
    x0, x = (np.random.default_rng(seed).normal(size=(5, 66)).astype(np.float32) for seed in (1, 2))
    # x0 * (W x + b) + x with b = 0 before fitting (Wang et al., DCN V2, equation 1).
    crossed = model._networks[0]._cross[0](x0, x).numpy()
    assert crossed == pytest.approx(x0 * (x @ kernel) + x, abs=1e-5)
    norms = block_norms(kernel, list(model.blocks.values()))
    assert np.sqrt((norms**2).sum()) == pytest.approx(np.linalg.norm(kernel), rel=1e-6)


def test_without_a_cross_layer_there_is_no_kernel(rows: Split, known: Known) -> None:
    model = model_of(rows, known, parsed(SMALL | {"use_cross_layer": False}))
    assert model.cross_kernel is None
    assert np.isfinite(model.epoch(0)["ranking_validation_rmse"])


def test_nothing_is_learnt_of_the_unknown(rows: Split, known: Known) -> None:
    model = model_of(rows, known, parsed(SMALL))
    model.epoch(0)
    for network in model._networks:
        for table in network._embeddings:
            assert table.numpy()[0].tolist() == [0.0] * 4


def test_held_out_rows_change_nothing(rows: Split) -> None:
    emptied = Split(rows.usernames, rows.beers, rows.training, rows.validation, rows.held_out.where(np.zeros(0, int)))
    chosen = parsed(SMALL)
    measured = [
        model_of(each, out_of_fold.known(each, kinds.of_beers(each.beers), chosen), chosen).epoch(0)
        for each in (rows, emptied)
    ]
    assert measured[0] == measured[1]


def test_the_page_says_so_where_a_run_had_no_cross_layer(rows: Split, known: Known) -> None:
    from trainer.release.build import Interactions
    from trainer.release.report.page import _interactions

    model = model_of(rows, known, parsed(SMALL | {"use_cross_layer": False}))
    explanation, figure = _interactions(Interactions(model.cross_kernel, model.blocks))
    assert "had no cross layer" in explanation and figure == ""
