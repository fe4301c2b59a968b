"""The ranking model: its features, its cross layer, and what it makes of the unknown."""

from __future__ import annotations

import numpy as np
import pytest
import reviews
from block_norms import block_norms
from features import vocabulary
from hyperparameters import parsed
from split import Split, split

from tests.unit.training.jobs import taste, write_part

tf = pytest.importorskip("tensorflow")
from ranking_model import RankingModel  # noqa: E402

SMALL = {"ranking_batch": 64, "ranking_dimension": 4, "deep_layer_sizes": [8]}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Split:
    folder = tmp_path_factory.mktemp("reviews")
    write_part(folder, taste())
    return split(reviews.read(folder), parsed({}))


def test_texts_are_coded_from_one_and_the_unknown_is_zero(rows: Split) -> None:
    known = vocabulary(rows)
    assert known.codes("style", np.array(["Stout", "Pils", "", "Zwickel"], object)).tolist() == [2, 1, 0, 0]


def test_the_mean_strength_is_that_of_fitted_beers_whose_strength_is_known(rows: Split) -> None:
    # 50 beers of 4 to 8 percent in turn, but beer 3's 7 percent is not known: (10 * 30 - 7) / 49.
    assert vocabulary(rows).abv_mean == pytest.approx((10 * 30 - 7) / 49)


def test_fitting_beats_the_mean(rows: Split) -> None:
    model = RankingModel(rows, vocabulary(rows), parsed(SMALL | {"ranking_learning_rate": 0.02, "ranking_penalty": 1}))
    errors = [model.epoch(number)["ranking_validation_rmse"] for number in range(20)]
    assert min(errors) < 0.8 * np.std(rows.validation.score)


@pytest.mark.parametrize("projection", [0, 3])
def test_the_cross_layer_computes_what_its_kernel_says(rows: Split, projection: int) -> None:
    model = RankingModel(rows, vocabulary(rows), parsed(SMALL | {"projection_dimension": projection}))
    kernel = model.cross_kernel
    assert kernel is not None and kernel.shape == (18, 18)
    assert list(model.blocks.values()) == [4, 4, 4, 4, 2]
    x = np.random.default_rng(1).normal(size=(5, 18)).astype(np.float32)
    # x * (W x + b) + x with b = 0 before fitting (Wang et al., DCN V2, equation 1).
    assert model._layers[0](x).numpy() == pytest.approx(x * (x @ kernel) + x, abs=1e-5)
    norms = block_norms(kernel, list(model.blocks.values()))
    assert np.sqrt((norms**2).sum()) == pytest.approx(np.linalg.norm(kernel), rel=1e-6)


def test_without_a_cross_layer_there_is_no_kernel(rows: Split) -> None:
    model = RankingModel(rows, vocabulary(rows), parsed(SMALL | {"use_cross_layer": False}))
    assert model.cross_kernel is None
    assert np.isfinite(model.epoch(0)["ranking_validation_rmse"])


def test_predictions_do_not_depend_on_how_rows_are_batched(rows: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    model = RankingModel(rows, vocabulary(rows), parsed(SMALL))
    whole = model.predicted(rows.training)
    monkeypatch.setattr("ranking_model._ROWS_AT_ONCE", 100)
    assert model.predicted(rows.training) == pytest.approx(whole, abs=1e-6)


def test_held_out_rows_change_nothing(rows: Split) -> None:
    emptied = Split(rows.usernames, rows.beers, rows.training, rows.validation, rows.held_out.where(np.zeros(0, int)))
    models = [RankingModel(each, vocabulary(each), parsed(SMALL)) for each in (rows, emptied)]
    assert models[0].epoch(0) == models[1].epoch(0)
    assert vocabulary(rows).texts["beer_id"].tolist() == vocabulary(emptied).texts["beer_id"].tolist()


def test_the_page_says_so_where_a_run_had_no_cross_layer(rows: Split) -> None:
    from report import _interactions

    model = RankingModel(rows, vocabulary(rows), parsed(SMALL | {"use_cross_layer": False}))
    explanation, figure = _interactions(model)
    assert "had no cross layer" in explanation and figure == ""
