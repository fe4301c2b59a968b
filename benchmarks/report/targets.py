"""Taproom next to the best peer of each metric, and to what it is meant to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean
from typing import Any

from benchmarks.models import MODELS
from taproom.metrics import LIKED_AT_10, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE, Metric

OURS = "taproom"
# Seconds from reading rows to measured, exported models, where a data set has a limit.
SECONDS = {"beeradvocate_5500": 90.0, "beeradvocate_full": 360.0}
PEAK_MEMORY_MB = 3000.0

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """`metric` of ours, in the `served` order or not, divided by that of the best peer; `bound` is the least, or the
    most where less is better."""

    metric: Metric
    bound: float
    served: bool = False

    @property
    def title(self) -> str:
        return f"{self.metric.label}, served order" if self.served else self.metric.label

    @property
    def own_name(self) -> str:
        return f"served_{self.metric.name}" if self.served else self.metric.name


TARGETS = (
    Target(RECALL_AT_10, 1.08),
    Target(RECALL_AT_100, 1.12),
    Target(NDCG_AT_10, 1.05),
    Target(RMSE, 0.99),
    Target(LIKED_AT_10, 1.0, served=True),
)


@dataclass(frozen=True)
class Line:
    """One comparison: `compared` is the other side's name, `value` a ratio, or a figure with its unit."""

    title: str
    ours: float
    compared: str
    theirs: float | None
    value: float
    target: str
    met: bool


def lines(name: str, data_set: Found) -> list[Line]:
    """Every target that the data set's measurements can speak on."""
    models = data_set["models"]
    ours = models.get(OURS, {})
    if not ours.get("mean"):
        return []
    return [*_against_peers(models), *_liked(ours["mean"]), *_newcomers(models), *_costs(name, ours)]


def best_peer(models: Found, metric: Metric) -> tuple[str, float] | None:
    """The peer with the best mean of a metric."""
    found = {
        name: model["mean"][metric.name]
        for name, model in models.items()
        if name in MODELS and MODELS[name].kind != "taproom" and model.get("mean", {}).get(metric.name) is not None
    }
    if not found:
        return None
    name = (max if metric.more_is_better else min)(found, key=lambda one: found[one])
    return name, found[name]


def _against_peers(models: Found) -> list[Line]:
    own = models[OURS]["mean"]
    found = []
    for target in TARGETS:
        best = best_peer(models, target.metric)
        if best is None or not best[1]:
            continue
        ratio = own[target.own_name] / best[1]
        if not target.metric.more_is_better:
            text, met = f"at most {target.bound:g}", ratio <= target.bound
        elif target.bound == 1:
            text, met = "more than 1", ratio > 1
        else:
            text, met = f"at least {target.bound:g}", ratio >= target.bound
        found.append(Line(target.title, own[target.own_name], MODELS[best[0]].title, best[1], ratio, text, met))
    return found


def _liked(own: Found) -> list[Line]:
    target = TARGETS[-1]
    served, alone = own[target.own_name], own[target.metric.name]
    return [
        Line(
            target.title,
            served,
            "its retrieval order alone",
            alone,
            served / alone if alone else float("inf"),
            "more than 1",
            served > alone,
        )
    ]


def newcomer_recalls(model: Found) -> Mapping[str, float]:
    """The means over seeds of what `newcomers` measured."""
    seeds = [one["recall_at_100"] for one in model.get("newcomers", {}).values()]
    return {name: mean(one[name] for one in seeds) for name in seeds[0]} if seeds else {}


def _newcomers(models: Found) -> list[Line]:
    found = newcomer_recalls(models[OURS])
    if not found or not found["known_cut"]:
        return []
    ratio = found["newcomers"] / found["known_cut"]
    return [
        Line(
            "recall@100 of newcomers",
            found["newcomers"],
            "known users cut to 5 ratings",
            found["known_cut"],
            ratio,
            "at least 0.9",
            ratio >= 0.9,
        )
    ]


def _costs(name: str, ours: Found) -> list[Line]:
    seconds = mean(one["fit_seconds"] + one["evaluation_seconds"] for one in ours["seeds"].values())
    peak = max(one["peak_memory_mb"] for one in ours["seeds"].values())
    found = [
        Line("peak memory, MB", peak, "", None, peak, f"less than {PEAK_MEMORY_MB:g}", peak < PEAK_MEMORY_MB),
    ]
    if name in SECONDS:
        limit = SECONDS[name]
        found.insert(
            0, Line("fit, export, evaluate, s", seconds, "", None, seconds, f"less than {limit:g}", seconds < limit)
        )
    return found
