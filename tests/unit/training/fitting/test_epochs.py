"""Fitting keeps the best epoch, stops early, and goes on where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.training.jobs import taste, write_part
from trainer.data import reviews
from trainer.data.split import Split, split
from trainer.hyperparameters import Hyperparameters, parsed

tf = pytest.importorskip("tensorflow")

from trainer.fitting.checkpoints import folder_of  # noqa: E402
from trainer.fitting.epochs import Curve, Fittable, fit  # noqa: E402


def unheard(_number: int, _measures: dict[str, float]) -> None:
    """Nobody listens."""


class Scripted:
    """A model whose weight is the number of epochs it saw and whose measures are given."""

    measured: tuple[str, ...] = ("error",)

    def __init__(self, errors: list[float], dies_in: int | None = None) -> None:
        self.weights = [tf.Variable(0.0)]
        self.optimizer = tf.Module()
        self._errors, self._dies_in = errors, dies_in
        self.epochs: list[int] = []

    def epoch(self, number: int) -> dict[str, float]:
        if number == self._dies_in:
            raise InterruptedError
        self.epochs.append(number)
        self.weights[0].assign_add(1.0)
        return {"error": self._errors[number]}

    def better(self, new: float, old: float) -> bool:
        return new < old


def run(model: Scripted, patience: int = 2, folder: Path | None = None) -> Curve:
    return fit(model, len(model._errors), patience, folder, unheard)


def test_the_weights_of_the_best_epoch_are_kept() -> None:
    model = Scripted([3, 1, 2])
    curve = run(model, patience=9)
    assert curve.best == 1
    assert model.weights[0].numpy() == 2.0
    assert curve.values["error"].tolist() == [3, 1, 2]
    assert curve.kept == {"error": 1}


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
    assert curve.values["error"].tolist() == run(uninterrupted).values["error"].tolist()
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


def small(folder: Path, **given: Any) -> tuple[Split, Hyperparameters]:
    write_part(folder, taste())
    chosen = parsed({"retrieval_batch": 16, "ranking_batch": 64} | given)
    return split(reviews.read(folder), chosen), chosen


def test_states_of_other_rows_or_hyperparameters_are_not_taken_up(tmp_path: Path) -> None:
    rows, chosen = small(tmp_path / "reviews")
    other_rows, other = small(tmp_path / "reviews", seed=2)
    folder = folder_of("ranking", tmp_path, rows, chosen)
    assert folder == folder_of("ranking", tmp_path, rows, chosen)
    assert folder != folder_of("ranking", tmp_path, other_rows, chosen)
    assert folder != folder_of("ranking", tmp_path, rows, other)
    assert folder_of("ranking", None, rows, chosen) is None


def test_real_models_resume_to_the_weights_of_an_uninterrupted_fit(tmp_path: Path) -> None:
    from trainer.data import attributes as kinds
    from trainer.data import beer_features
    from trainer.ranking import cross_fit as out_of_fold
    from trainer.ranking.model import RankingModel
    from trainer.retrieval.model import RetrievalModel

    rows, chosen = small(tmp_path / "reviews")
    known = kinds.of_beers(rows.beers)
    numbers = out_of_fold.known(rows, known, chosen)
    builds: dict[str, Callable[[], Fittable]] = {
        "retrieval": lambda: RetrievalModel(rows, known, beer_features.numbers(known), chosen),
        "ranking": lambda: RankingModel(rows, known, numbers, chosen),
    }
    for name, build in builds.items():
        whole, resumed = build(), build()
        expected = fit(whole, 3, 9, None, unheard)

        def interrupted(number: int, _measures: dict[str, float]) -> None:
            if number == 2:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            fit(build(), 3, 9, tmp_path / name, interrupted)
        curve = fit(resumed, 3, 9, tmp_path / name, unheard)
        # The third epoch's measures show whether the optimizer's state came back as well.
        for measure, values in expected.values.items():
            assert curve.values[measure].tolist() == values.tolist()
        for wanted, weight in zip(whole.weights, resumed.weights, strict=True):
            assert wanted.numpy().tolist() == weight.numpy().tolist()
