"""Fitting keeps the best epoch, stops early, and goes on where it was interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from taproom.metrics import RECALL_AT_10, RMSE, Metric
from trainer.data.attributes import ItemAttributes
from trainer.data.split import Split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")

from trainer.fitting.checkpoints import state_folder  # noqa: E402
from trainer.fitting.epochs import LearningCurve, fit  # noqa: E402


def ignored(_number: int, _measured: Mapping[Metric, float]) -> None:
    """Nobody listens."""


class Scripted:
    """A model whose weight is the number of epochs it saw and whose measurements are given."""

    def __init__(self, values: list[float], dies_in: int | None = None, metric: Metric = RMSE) -> None:
        self.epoch_metrics: tuple[Metric, ...] = (metric,)
        self.weights = [tf.Variable(0.0)]
        self.optimizer = tf.Module()
        self.values, self._dies_in = values, dies_in
        self.epochs: list[int] = []

    def fit_epoch(self, number: int) -> dict[Metric, float]:
        if number == self._dies_in:
            raise InterruptedError
        self.epochs.append(number)
        self.weights[0].assign_add(1.0)
        return {self.epoch_metrics[0]: self.values[number]}


def run(model: Scripted, patience: int = 2, folder: Path | None = None) -> LearningCurve:
    return fit(model, len(model.values), patience, folder, ignored)


def test_the_weights_of_the_best_epoch_are_kept() -> None:
    model = Scripted([3, 1, 2])
    curve = run(model, patience=9)
    assert curve.best == 1
    assert model.weights[0].numpy() == 2.0
    assert curve.values[RMSE].tolist() == [3, 1, 2]
    assert curve.best_values == {RMSE: 1}


def test_of_a_metric_of_which_more_is_better_the_highest_is_the_best() -> None:
    assert run(Scripted([3, 1, 4, 2], metric=RECALL_AT_10), patience=9).best == 2


def test_fitting_stops_after_as_many_worse_epochs_as_there_is_patience() -> None:
    model = Scripted([3, 1, 2, 2, 0])
    run(model, patience=2)
    assert model.epochs == [0, 1, 2, 3]


def test_an_equal_epoch_is_not_a_better_one() -> None:
    model = Scripted([1, 1, 1, 1])
    assert run(model, patience=2).best == 0
    assert model.epochs == [0, 1, 2]


def test_an_interrupted_fit_goes_on_with_the_next_epoch_to_the_same_end(tmp_path: Path) -> None:
    errors = [5.0, 2, 3, 1, 4, 4]
    with pytest.raises(InterruptedError):
        run(Scripted(errors, dies_in=3), folder=tmp_path)
    resumed, uninterrupted = Scripted(errors), Scripted(errors)
    curve = run(resumed, folder=tmp_path)
    assert resumed.epochs == [3, 4, 5]
    assert curve.values[RMSE].tolist() == run(uninterrupted).values[RMSE].tolist()
    assert resumed.weights[0].numpy() == uninterrupted.weights[0].numpy() == 4.0


def test_a_fit_interrupted_after_its_best_epoch_still_returns_to_it(tmp_path: Path) -> None:
    errors = [5.0, 1, 3, 4]
    with pytest.raises(InterruptedError):
        run(Scripted(errors, dies_in=3), folder=tmp_path)
    resumed = Scripted(errors)
    run(resumed, folder=tmp_path)
    assert resumed.weights[0].numpy() == 2.0


def test_a_fit_that_had_ended_is_not_repeated(tmp_path: Path) -> None:
    run(Scripted([3, 2]), folder=tmp_path)
    again = Scripted([3, 2])
    run(again, folder=tmp_path)
    assert again.epochs == []
    assert again.weights[0].numpy() == 2.0


def test_states_of_other_ratings_or_hyperparameters_are_not_taken_up(parts: Split, tmp_path: Path) -> None:
    config, other = parsed({}), parsed({"seed": 2})
    folder = state_folder("ranking", tmp_path, parts, config)
    assert folder == state_folder("ranking", tmp_path, parts, config)
    assert folder != state_folder("ranking", tmp_path, replace(parts, training=parts.validation), config)
    assert folder != state_folder("ranking", tmp_path, parts, other)
    assert state_folder("ranking", None, parts, config) is None


def test_a_real_model_resumes_to_the_weights_of_an_uninterrupted_fit(
    parts: Split,
    attributes: ItemAttributes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from trainer.retrieval import model as retrieval_model

    # As few variables as may be: building the graph of a step is what takes the time.
    monkeypatch.setattr(retrieval_model, "MEMBERS", retrieval_model.MEMBERS[:1])
    config = parsed({"retrieval_batch": 16, "retrieval_dimension": 4})
    interrupted, resumed = (retrieval_model.RetrievalModel(parts, attributes, config) for _ in range(2))
    measured: list[Mapping[Metric, float]] = []
    measured_again: list[Mapping[Metric, float]] = []

    def interrupt(number: int, values: Mapping[Metric, float]) -> None:
        measured.append(values)
        if number == 2:  # after the third epoch, before its state is kept
            raise InterruptedError

    def compare(_number: int, values: Mapping[Metric, float]) -> None:
        measured_again.append(values)
        for expected, weight in zip(interrupted.weights, resumed.weights, strict=True):
            assert weight.numpy().tolist() == expected.numpy().tolist()

    with pytest.raises(InterruptedError):
        fit(interrupted, 3, 9, tmp_path, interrupt)
    curve = fit(resumed, 3, 9, tmp_path, compare)
    # The third epoch alone is fitted again; what it measures shows whether the optimizer's state came back as well.
    assert measured_again == measured[2:]
    for metric, values in curve.values.items():
        assert values.tolist() == pytest.approx([each[metric] for each in measured], rel=1e-6)
