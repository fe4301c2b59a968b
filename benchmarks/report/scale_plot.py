"""The picture of growth: CPU time and memory of a job by the number of reviews."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_COLORS = {"now": "#b8651b", "before": "#9aa5b1"}
_PANELS = {"cpu": "seconds of CPU", "peak": "peak memory, GB"}
# From so many beers on a catalogue is large, and its runs are points of their own.
_LARGE = 500_000


def draw(document: Mapping[str, Any], file: Path) -> None:
    """Write an SVG: both axes of both panels are logarithmic, so that a power is a straight line."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "taproom"  # the same numbers give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(_PANELS), figsize=(11, 4))
    for axis, (name, label) in zip(axes, _PANELS.items(), strict=True):
        for version, color in _COLORS.items():
            runs = [run for run in document["runs"] if run["version"] == version]
            line = [run for run in runs if run["beers"] < _LARGE]
            power = document["exponents"].get(version, {}).get(name)
            title = version + (f": reviews to the power {power:.2f}" if power is not None else "")
            if runs:
                axis.plot([run["reviews"] for run in line], [run[name] for run in line], "o-", color=color, label=title)
            for run in runs:
                beers = f"{run['beers'] / 1000:,.0f} k beers"
                axis.annotate(beers, (run["reviews"], run[name]), (4, -10), textcoords="offset points", fontsize=7)
                if run not in line:
                    axis.plot(run["reviews"], run[name], "s", color=color)
        axis.set(xscale="log", yscale="log", xlabel="reviews")
        axis.set_title(label, fontsize=9, loc="left")
        axis.legend(fontsize=8, frameon=False)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
