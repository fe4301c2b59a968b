"""The report's sections on how the models learnt, what the job chose, and what interacts with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

import numpy as np

from taproom.metrics import TRAIN_RMSE, VALIDATION_RECALL_AT_10, VALIDATION_RECALL_AT_100, VALIDATION_RMSE, Metric
from trainer.fitting.learning_curve import LearningCurve
from trainer.ranking.block_norms import block_norms
from trainer.ranking.fit import FittedRanking
from trainer.release.build import FittedRelease
from trainer.release.report import figures
from trainer.release.report.figures import Axis
from trainer.release.report.markup import best, escaped, pairs, table
from trainer.retrieval.linear import LinearSettings, TriedSettings

_PAIRS = 8


def retrieval(curve: LearningCurve) -> tuple[str, str]:
    """What the curve says, and the curve."""
    axis = Axis("Validation beers found", is_share=True)
    return (
        "How many of a user’s validation beers are among the 10 and the 100 that the model would offer first. "
        f"The ring marks epoch {curve.best + 1}, whose weights were kept.",
        _curve(curve, {VALIDATION_RECALL_AT_100: "first 100", VALIDATION_RECALL_AT_10: "first 10"}, axis),
    )


def ranking(curve: LearningCurve) -> tuple[str, str]:
    """What the curve says, and the curve."""
    return (
        "Root mean squared error of predicted scores, in points of the 0 to 5 scale. Where training goes on falling "
        "and validation does not, the model learns its rows by heart: fitting stops, and epoch "
        f"{curve.best + 1} (the ring) is kept. Training is measured with dropout on, while the weights still move: so "
        "it may lie above validation.",
        _curve(curve, {TRAIN_RMSE: "training", VALIDATION_RMSE: "validation"}, Axis("Error of a score, in points")),
    )


def chosen(fitted: FittedRelease) -> str:
    """Tables of what was tried, and of the weights."""
    return tried(fitted.retrieval.tried) + pairs("Weights", _weights(fitted))


def tried(found: TriedSettings) -> str:
    """A table: settings of the neighbours and what each gained, the best in bold."""
    names = [each.name.replace("_", " ") for each in fields(LinearSettings)]
    rows = []
    for number, (settings, gain) in enumerate(found.gains.items(), start=1):
        shown = f"{gain:.4f}"
        values = (f"{value:g}" for value in astuple(settings))
        rows.append([str(number), *values, best(shown) if settings == found.best else shown])
    return table("Neighbours tried", ("", *names, "gain"), rows)


def interactions(found: FittedRanking) -> str:
    """The pairs of groups of features that interact most, and the table of all."""
    if found.cross_kernel is None:
        return "<p>This run had no cross layer (use_cross_layer was false), so there is nothing to tell.</p>"
    groups, norms = block_norms(found.cross_kernel, found.input_groups)
    largest = np.argsort(-norms, axis=None, kind="stable")[:_PAIRS]
    strongest = {
        f"{groups[row]} with {groups[column]}": float(norms[row, column])
        for row, column in zip(*np.unravel_index(largest, norms.shape), strict=True)
    }
    rows = ([escaped(name), *(f"{value:.2f}" for value in values)] for name, values in zip(groups, norms, strict=True))
    return (
        "<p>The pairs of groups of features that act together on a score most, beyond what each does alone: "
        "Frobenius norms of the blocks of the first cross layer, so a group of many features has larger ones.</p>"
        + figures.bars(
            Axis("Block norms"), strongest, {}, table("Block norms of all pairs", ("", *map(escaped, groups)), rows)
        )
    )


def _curve(curve: LearningCurve, names: Mapping[Metric, str], axis: Axis) -> str:
    series = {name: [float(value) for value in curve.values[metric]] for metric, name in names.items()}
    epochs = len(next(iter(series.values())))
    kept = ", ".join(f"{name} {axis.text(values[curve.best])}" for name, values in series.items())
    return figures.lines(
        f"Of {epochs} epochs number {curve.best + 1} is kept: {kept}.",
        [str(epoch + 1) for epoch in range(epochs)],
        "epoch",
        series,
        axis,
        curve.best,
    )


def _weights(fitted: FittedRelease) -> dict[str, Any]:
    recency = fitted.retrieval.recency
    return {
        **fitted.retrieval.weights,
        f"recency, with a half-life of {recency.half_life:g} days": recency.weight,
        "a point of predicted score": fitted.ranking_weight,
    }
