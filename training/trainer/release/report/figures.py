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
from matplotlib.ticker import MaxNLocator, PercentFormatter

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


def intervals(names: Sequence[str], gains: Sequence[tuple[float, float, float]], axis: str) -> str:
    """A bar a name from lower to upper bound with a dot at the gain; each of `gains` is (gain, lower, upper)."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 0.8 + 0.42 * len(names)), layout="constrained")
        axes = figure.subplots()
        for row, (gain, lower, upper) in enumerate(gains):
            colour = _AMBER if upper < 0 else _BLUE
            axes.plot([100 * lower, 100 * upper], [row, row], color=colour, linewidth=3, solid_capstyle="round")
            axes.plot(100 * gain, row, marker="o", markersize=8, color=colour)
        axes.axvline(0, color=_MUTED, linewidth=1)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlabel(axis)
        axes.xaxis.set_major_formatter(PercentFormatter())
        axes.grid(axis="y", visible=False)
        return _svg(figure)


def deciles(places: Sequence[int], lines: Mapping[str, Sequence[float]]) -> str:
    """One line a name of shares (0 to 1) over the tenths of the beers, the most reviewed first."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 3.4), layout="constrained")
        axes = figure.subplots()
        for colour, style, (name, shares) in zip((_AMBER, _BLUE, _MUTED), ("-", "-", ":"), lines.items(), strict=False):
            percent = [100 * share for share in shares]
            axes.plot(places, percent, style, color=colour, linewidth=2, marker="o", markersize=4, label=name)
        axes.set(xlabel="tenth of the beers, the most reviewed first", ylabel="share")
        axes.set_xticks(places)
        axes.yaxis.set_major_formatter(PercentFormatter())
        axes.grid(axis="x", visible=False)
        axes.legend(frameon=False)
        return _svg(figure)


def calibration(predicted: Sequence[float], given: Sequence[float]) -> str:
    """Mean scores given over mean scores predicted, beside the line on which both are the same."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(4.2, 4.0), layout="constrained")
        axes = figure.subplots()
        ends = [min(*predicted, *given), max(*predicted, *given)]
        axes.plot(ends, ends, color=_MUTED, linewidth=1, linestyle=":")
        axes.plot(predicted, given, color=_AMBER, linewidth=2, marker="o", markersize=5)
        axes.set(xlabel="predicted", ylabel="given", aspect="equal")
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
