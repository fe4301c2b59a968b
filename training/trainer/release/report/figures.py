"""The report's figures, each as an SVG text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from taproom.metrics import Metric
from trainer.fitting.learning_curve import LearningCurve

_INK, _MUTED, _GRID = "#22262b", "#6b7280", "#e5e7eb"
_AMBER, _BLUE = "#b45309", "#2563a8"
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "svg.hashsalt": "taproom",  # the same figure is the same text
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "text.color": _INK,
}


def by_epoch(curve: LearningCurve, lines: Mapping[Metric, str], axis: str) -> str:
    """One line a metric over the epochs; `lines` maps a metric to its line's label, `axis` names the values."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 3.6), layout="constrained")
        axes = figure.subplots()
        for colour, (metric, label) in zip((_AMBER, _BLUE), lines.items(), strict=False):
            values = curve.values[metric]
            epochs = np.arange(1, len(values) + 1)
            axes.plot(epochs, values, color=colour, linewidth=2, marker="o", markersize=4)
            axes.annotate(
                f"{label} {values[-1]:.3f}",
                (epochs[-1], values[-1]),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                color=colour,
            )
            axes.plot(
                curve.best + 1, values[curve.best], marker="o", markersize=10, color=colour, fillstyle="none", zorder=3
            )
        axes.set(xlabel="epoch", ylabel=axis)
        axes.set_xlim(0.6, len(epochs) + 0.4)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x", visible=False)
        return _svg(figure)


def heat_map(values: npt.NDArray[np.float64], names: Sequence[str]) -> str:
    """An annotated matrix [groups, groups]; rows and columns bear `names`."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.4, 5.8), layout="constrained")
        axes = figure.subplots()
        image = axes.imshow(values, cmap="YlOrBr", vmin=0)
        places = range(len(names))
        axes.set_xticks(places, names, rotation=90)
        axes.set_yticks(places, names)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.set_xlabel("interacts with", labelpad=10)
        _annotate(axes, values)
        bar = figure.colorbar(image, ax=axes, location="top", shrink=0.6, aspect=40, label="Frobenius norm")
        bar.outline.set_visible(False)
        return _svg(figure)


def _annotate(axes: Axes, values: npt.NDArray[np.float64]) -> None:
    dark = values > 0.6 * values.max()
    size = min(10, 100 / len(values))  # so that a number fits its cell
    for (row, column), value in np.ndenumerate(values):
        color = "white" if dark[row, column] else _INK
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", size=size, color=color)


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    return text.getvalue()[text.getvalue().index("<svg") :]
