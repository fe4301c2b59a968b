"""The picture of docs/benchmarks.md: recall@100 and RMSE of every model, on every data set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.models import MODELS
from taproom.metrics import RECALL_AT_100, RMSE, Metric

_OURS, _PEERS = "#b8651b", "#9aa5b1"
_PANELS = (RECALL_AT_100, RMSE)


def draw(document: Mapping[str, Any], file: Path) -> None:
    """Write an SVG: a row of panels a data set, a bar a model."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "taproom"  # the same numbers give the same file
    from matplotlib import pyplot

    data_sets = {
        name: one for name, one in document["data_sets"].items() if any(_bars(one, metric) for metric in _PANELS)
    }
    if not data_sets:
        return
    figure, axes = pyplot.subplots(len(data_sets), 2, figsize=(11, 2.6 * len(data_sets)), squeeze=False)
    for row, (name, data_set) in zip(axes, data_sets.items(), strict=True):
        for axis, metric in zip(row, _PANELS, strict=True):
            bars = sorted(_bars(data_set, metric), key=lambda bar: bar[1], reverse=not metric.more_is_better)
            axis.barh(
                [bar[0] for bar in bars], [bar[1] for bar in bars], color=[_OURS if bar[2] else _PEERS for bar in bars]
            )
            for place, bar in enumerate(bars):
                axis.text(bar[1], place, f" {bar[1]:.3f}", va="center", fontsize=7)
            low = 0.9 * min((bar[1] for bar in bars), default=0) if not metric.more_is_better else 0.0
            axis.set_xlim(low, 1.1 * max((bar[1] for bar in bars), default=1))
            better = "more" if metric.more_is_better else "less"
            axis.set_title(f"{name}: {metric.label} ({better} is better)", fontsize=9, loc="left")
            axis.tick_params(labelsize=8)
            axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def _bars(data_set: Mapping[str, Any], metric: Metric) -> list[tuple[str, float, bool]]:
    return [
        (model.title, found["mean"][metric.name], model.kind == "taproom")
        for name, model in MODELS.items()
        if (found := data_set["models"].get(name, {})).get("mean", {}).get(metric.name) is not None
    ]
