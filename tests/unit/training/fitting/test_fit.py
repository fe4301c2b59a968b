"""Fitting by Keras keeps the best epoch, stops early, and goes on where it was interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from taproom.metrics import RECALL_AT_10, RMSE, Metric
from trainer.data.split import Split
from trainer.fitting.learning_curve import LearningCurve
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")

from trainer.fitting.batches import batches_of_epochs  # noqa: E402
from trainer.fitting.callbacks import state_folder  # noqa: E402
from trainer.fitting.fit import fit  # noqa: E402
from trainer.fitting.keras_model import KerasModel, dense_adam  # noqa: E402


class Scripted(KerasModel):
    """A model whose loss pulls its weight down by 1 in each of an epoch's two steps, and whose measurements are given.

    It dies when the epoch `dies_in` was measured.
    """

    def __init__(self, values: list[float], dies_in: int | None = None, metric: Metric = RMSE) -> None:
        super().__init__()
        self.epoch_metrics = (metric,)
        self.weight = tf.Variable(0.0)
        self.values, self.dies_in = values, dies_in
        self.epochs: list[int] = []
        self.compile(optimizer=tf.keras.optimizers.legacy.SGD(1.0))

    def compute_loss(self, inputs: Any, training: bool = False) -> Any:
        assert training
        return self.weight + 0.0 * tf.reduce_sum(tf.cast(inputs, tf.float32))

    def measure(self, _logs: Mapping[str, float]) -> dict[Metric, float]:
        return {self.epoch_metrics[0]: self.values[round(-self.weight.numpy() / 2) - 1]}

    def on_epoch(self, number: int, _measured: Mapping[Metric, float]) -> None:
        if number == self.dies_in:
            raise InterruptedError
        self.epochs.append(number)


def run(model: Scripted, patience: int = 2, folder: Path | None = None) -> LearningCurve:
    def batches(epochs: range) -> Any:
        return batches_of_epochs(rows=6, size=3, seed=1, epochs=epochs)

    return fit(model, batches, len(model.values), patience, folder, model.on_epoch)


def test_the_weights_of_the_best_epoch_are_kept() -> None:
    model = Scripted([3, 1, 2])
    curve = run(model, patience=9)
    assert curve.best == 1
    assert model.weight.numpy() == -4.0
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
    assert resumed.weight.numpy() == uninterrupted.weight.numpy() == -8.0


def test_a_fit_interrupted_after_its_best_epoch_still_returns_to_it(tmp_path: Path) -> None:
    errors = [5.0, 1, 3, 4]
    with pytest.raises(InterruptedError):
        run(Scripted(errors, dies_in=3), folder=tmp_path)
    resumed = Scripted(errors)
    run(resumed, folder=tmp_path)
    assert resumed.weight.numpy() == -4.0


@pytest.mark.parametrize("errors", [[3.0, 2.0], [1.0, 2.0, 3.0, 0.0]])
def test_a_fit_that_had_ended_is_not_repeated(errors: list[float], tmp_path: Path) -> None:
    ended = Scripted(errors)
    run(ended, folder=tmp_path)
    again = Scripted(errors)
    run(again, folder=tmp_path)
    assert again.epochs == []
    assert again.weight.numpy() == ended.weight.numpy() != 0.0


def test_adam_moves_the_rows_of_an_embedding_that_a_batch_lacks_as_well() -> None:
    # Row 0 is in the first step alone; its momentum moves it in the second.
    table, optimizer = tf.Variable([[0.0], [0.0]]), dense_adam(0.1)
    moved = []
    for row in (0, 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.gather(table, [row]))
        optimizer.apply_gradients(zip(tape.gradient(loss, [table]), [table], strict=True))
        moved.append(float(table[0, 0]))
    # Bias-corrected moments of the gradients 1, 0: m = .9 * .1 / .19, v = .999 * .001 / .001999.
    step = 0.1 * (0.09 / 0.19) / (0.000999 / 0.001999) ** 0.5
    assert moved == pytest.approx([-0.1, -0.1 - step], rel=1e-4)


def test_states_of_other_ratings_or_hyperparameters_are_not_taken_up(parts: Split, tmp_path: Path) -> None:
    config, other = parsed({}), parsed({"seed": 2})
    folder = state_folder("ranking", tmp_path, parts, config)
    assert folder == state_folder("ranking", tmp_path, parts, config)
    assert folder != state_folder("ranking", tmp_path, replace(parts, training=parts.validation), config)
    assert folder != state_folder("ranking", tmp_path, parts, other)
    assert state_folder("ranking", None, parts, config) is None
