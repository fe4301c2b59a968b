"""Fitting ranking: it learns, resumes, and looks at nothing that is held out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from taproom.metrics import TRAIN_RMSE, VALIDATION_RMSE, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.ranking.cross_fit import CrossFittedFeatures  # noqa: E402
from trainer.ranking.fit import fit_model  # noqa: E402

SMALL = {"ranking_batch": 64, "ranking_dimension": 4, "deep_layer_sizes": [8]}


def ignored(_number: int, _measured: Mapping[Metric, float]) -> None:
    """Nobody listens."""


def test_fitting_beats_the_mean_and_can_not_look_at_held_out_ratings(
    parts: Split, attributes: ItemAttributes, known: CrossFittedFeatures
) -> None:
    config = parsed(SMALL | {"ranking_learning_rate": 0.02, "patience": 9})
    _, curve = fit_model(parts, attributes, known, config, None, ignored)
    assert len(curve.values[TRAIN_RMSE]) == 6
    assert curve.best_values[VALIDATION_RMSE] < 0.8 * np.std(parts.validation.score)
    assert curve.values[TRAIN_RMSE][-1] < curve.values[TRAIN_RMSE][0]
    with pytest.raises(AssertionError, match="held-out ratings are counted while fitting"):
        len(parts.held_out)


@pytest.mark.parametrize(("epochs", "more", "expected"), [(6, 0, 3), (6, 1, 4), (2, 0, 2)])
def test_many_reviews_are_fitted_in_fewer_epochs(
    parts: Split, attributes: ItemAttributes, known: CrossFittedFeatures, epochs: int, more: int, expected: int
) -> None:
    a_pass = len(parts.training) // 64
    assert a_pass > 1
    config = parsed(SMALL | {"ranking_epochs": epochs, "ranking_steps": 3 * a_pass + more, "patience": 9})
    _, curve = fit_model(parts, attributes, known, config, None, ignored)
    assert len(curve.values[TRAIN_RMSE]) == expected


def test_an_interrupted_fit_resumes_to_the_weights_of_an_uninterrupted_one(
    parts: Split, attributes: ItemAttributes, known: CrossFittedFeatures, tmp_path: Path
) -> None:
    config = parsed(SMALL | {"ranking_epochs": 3, "patience": 9})
    measured: list[Mapping[Metric, float]] = []

    def interrupt(number: int, values: Mapping[Metric, float]) -> None:
        if number == 2:  # after the third epoch, before its state is kept
            raise InterruptedError
        measured.append(values)

    def listen(_number: int, values: Mapping[Metric, float]) -> None:
        measured.append(values)

    with pytest.raises(InterruptedError):
        fit_model(parts, attributes, known, config, tmp_path, interrupt)
    resumed, curve = fit_model(parts, attributes, known, config, tmp_path, listen)
    whole, expected = fit_model(parts, attributes, known, config, None, ignored)
    # The third epoch alone is fitted again, with the dropout that it would have had.
    assert len(measured) == 3
    for metric, values in curve.values.items():
        assert values.tolist() == expected.values[metric].tolist() == pytest.approx([each[metric] for each in measured])
    for one, other in zip(resumed.kept, whole.kept, strict=True):
        assert one.numpy().tolist() == other.numpy().tolist()
