"""Taproom next to the best peer of each metric, and to what it is meant to reach."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from benchmarks.models import MODELS
from benchmarks.tasks.metrics import COLD_RECALL_AT_100, of_served
from taproom.metrics import LIKED_AT_10, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE, Metric

OURS = "taproom"

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """`metric` of ours, in the `served` order or not, divided by that of the best peer.

    `bound` is the least, or the most where less is better; one of 1 is to be passed where it is `exclusive`. `module`
    narrows the peers to those of it.
    """

    metric: Metric
    bound: float
    served: bool = False
    exclusive: bool = False
    module: str = ""
    note: str = ""

    @property
    def title(self) -> str:
        return f"{self.metric.label}{', served order' if self.served else ''}{self.note}"


TARGETS = (
    Target(RECALL_AT_10, 1.05),
    Target(RECALL_AT_100, 1.05),
    Target(NDCG_AT_10, 1.05),
    Target(RECALL_AT_10, 1.0, served=True),
    Target(NDCG_AT_10, 1.0, served=True),
    Target(LIKED_AT_10, 1.1, served=True),
    Target(RMSE, 0.995),
)
# Of later rows.
TARGETS_BY_TIME = tuple(
    Target(metric, 1.0, exclusive=True, module="popularity") for metric in (RECALL_AT_10, RECALL_AT_100)
)
# Beside TARGETS, what was once reached on a data set, to be kept.
REACHED: Mapping[str, Sequence[Target]] = {
    "beeradvocate_5500": tuple(
        Target(metric, bound, note=", as reached before")
        for metric, bound in ((RECALL_AT_10, 1.16), (RECALL_AT_100, 1.12), (NDCG_AT_10, 1.17))
    )
}
# Of ours alone, by data set: at least so much.
LEAST: Mapping[str, tuple[Metric, float]] = {"ratebeer_text": (COLD_RECALL_AT_100, 0.25)}
# Seconds from rows to measured, exported models, where a data set has a limit.
SECONDS = {"movielens_small": 40.0, "beeradvocate_5500": 90.0, "beeradvocate_full": 360.0}
PEAK_MEMORY_MB = 3000.0
# recall@100 of newcomers divided by that of known users cut to as many ratings.
NEWCOMERS = 0.9


@dataclass(frozen=True)
class Line:
    """One comparison: `compared` is the other side's name, `value` a ratio, or ours alone where there is none."""

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
    targets = TARGETS_BY_TIME if data_set.get("by_time") else (*TARGETS, *REACHED.get(name, ()))
    found = [line for target in targets if (line := _against_peers(target, models))]
    if name in LEAST and LEAST[name][0].name in ours["mean"]:
        metric, least = LEAST[name]
        value = ours["mean"][metric.name]
        found.append(Line(metric.label, value, "", None, value, f"at least {least:g}", value >= least))
    return [*found, *_newcomers(models), *_costs(name, ours)]


def best_peer(models: Found, metric: Metric, module: str = "") -> tuple[str, float] | None:
    """The peer with the best mean of a metric, in the better of its two orders; of `module` if that is given."""
    pick = max if metric.more_is_better else min
    found = {
        name: pick(values)
        for name, model in models.items()
        if name in MODELS and MODELS[name].kind != "taproom" and module in ("", MODELS[name].module)
        if (values := [model["mean"][key] for key in _names(metric) if model.get("mean", {}).get(key) is not None])
    }
    if not found:
        return None
    name = pick(found, key=lambda one: found[one])
    return name, found[name]


def _names(metric: Metric) -> tuple[str, str]:
    return metric.name, of_served(metric).name


def _against_peers(target: Target, models: Found) -> Line | None:
    best = best_peer(models, target.metric, target.module)
    own = models[OURS]["mean"].get(_names(target.metric)[target.served])
    if best is None or own is None or not best[1]:
        return None
    ratio = own / best[1]
    if not target.metric.more_is_better:
        text, met = f"at most {target.bound:g}", ratio <= target.bound
    elif target.exclusive:
        text, met = f"more than {target.bound:g}", ratio > target.bound
    else:
        text, met = f"at least {target.bound:g}", ratio >= target.bound
    return Line(target.title, own, MODELS[best[0]].title, best[1], ratio, text, met)


def seconds(runs: Collection[Found], *parts: str) -> float | None:
    """The mean over runs of what these parts took together; None where one was not timed."""
    found = [run[part] for run in runs for part in parts]
    return None if None in found else sum(found) / len(runs)


def newcomer_recalls(model: Found) -> Mapping[str, float]:
    """The means over seeds of what `newcomers` measured."""
    seeds = [one["recall_at_100"] for one in model.get("newcomers", {}).values()]
    return {name: mean(one[name] for one in seeds) for name in seeds[0]} if seeds else {}


def _newcomers(models: Found) -> list[Line]:
    found = newcomer_recalls(models[OURS])
    if not found or not found["known_cut"]:
        return []
    ratio = found["newcomers"] / found["known_cut"]
    title, compared = "recall@100 of newcomers", "known users cut to 5 ratings"
    text, met = f"at least {NEWCOMERS:g}", ratio >= NEWCOMERS
    return [Line(title, found["newcomers"], compared, found["known_cut"], ratio, text, met)]


def _costs(name: str, ours: Found) -> list[Line]:
    runs = ours["seeds"].values()
    limits = [("peak memory, MB", max(run["peak_memory_mb"] for run in runs), PEAK_MEMORY_MB)]
    if name in SECONDS and (together := seconds(runs, "fit_seconds", "evaluation_seconds")) is not None:
        limits.insert(0, ("fit, export, evaluate, s", together, SECONDS[name]))
    return [
        Line(title, value, "", None, value, f"less than {limit:g}", value < limit) for title, value, limit in limits
    ]
