"""What a run found, in words for anybody: the page's first lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import LIKED_AT_10, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE
from trainer.release.report.markup import escaped

# Of gains, by the metrics' printed names.
NAMES = {
    LIKED_AT_10.printed_name: "Liked beers among the ten shown",
    RECALL_AT_10.printed_name: "Beers tried next among the first ten",
    RECALL_AT_100.printed_name: "Beers tried next among the first hundred",
    NDCG_AT_10.printed_name: "How far in front these ten are",
    RMSE.printed_name: "Predicted scores",
}
Gain = Mapping[str, Any]


def headline(metrics: Mapping[str, Any]) -> str:
    """The page's title: whether the release is better than the one in service."""
    if weak := _below_baselines(metrics):
        return f"No better than {' and '.join(weak)}"
    gains = metrics["gains"]["serving"]
    if gains is None:
        return "The first release that can be judged: better than no model"
    better, worse = is_better(gains), is_worse(gains)
    if better and worse:
        return "Better than the release in service in one way, worse in another"
    if worse:
        return "Worse than the release in service"
    return (
        "Better than the release in service" if better else "As good as the release in service, as far as one can tell"
    )


def advice(metrics: Mapping[str, Any]) -> str:
    """What these numbers speak for."""
    if weak := _below_baselines(metrics):
        return f"Don’t put it in service: {' and '.join(weak)} would do as well."
    worse = is_worse(metrics["gains"]["serving"] or {}) + is_worse(metrics["gains"]["best"] or {})
    if worse:
        names = list(dict.fromkeys(f"“{NAMES[name].lower()}”" for name in worse))
        return f"Look at {' and '.join(names)} before it goes into service: it is worse there, beyond chance."
    return "Nothing here speaks against putting it in service."


def sentences(metrics: Mapping[str, Any]) -> list[str]:
    """How good it is by itself, beside what needs no model, and beside the release in service."""
    found, scores = metrics[RETRIEVAL], metrics[RANKING]
    recall, error = RECALL_AT_100.name, RMSE.name
    said = [
        f"Of ten beers that people went on to rate, <strong>{10 * found['candidate'][recall]:.1f}</strong> are among "
        f"the hundred that it puts first. Sheer popularity has {10 * found['popularity'][recall]:.1f}.",
        f"A predicted score is <strong>{scores['candidate'][error]:.2f} points</strong> off, of 5 (root mean square). "
        f"Averages of users and beers alone are {scores['bias'][error]:.2f} off.",
    ]
    if metrics["serving_failure"]:
        said.append(escaped(metrics["serving_failure"]))
    gains = metrics["gains"]["serving"]
    if gains is None:
        return said
    return [*said, *(f"{NAMES[name]}: {words(gain)}." for name, gain in gains.items())]


def words(gain: Gain) -> str:
    """By how much better or worse, and between which bounds."""
    value, lower, upper = (gain[name] for name in ("gain", "lower", "upper"))
    told = difference(value) if lower > 0 or upper < 0 else "no difference that one can tell"
    return f"{told} (between {difference(lower)} and {difference(upper)})"


def difference(gain: float) -> str:
    """“3.1 % better”; `gain` is a share."""
    return f"{100 * abs(gain):.1f} % {'worse' if gain < 0 else 'better'}"


def is_better(gains: Mapping[str, Gain]) -> list[str]:
    """The metrics whose gain is above 0, beyond chance."""
    return [name for name, gain in gains.items() if gain["lower"] > 0]


def is_worse(gains: Mapping[str, Gain]) -> list[str]:
    """The metrics whose gain is below 0, beyond chance."""
    return [name for name, gain in gains.items() if gain["upper"] < 0]


def _below_baselines(metrics: Mapping[str, Any]) -> list[str]:
    """What needs no model, and is better all the same."""
    found, scores = metrics[RETRIEVAL], metrics[RANKING]
    weak = []
    if found["candidate"][RECALL_AT_100.name] < found["popularity"][RECALL_AT_100.name]:
        weak.append("sheer popularity")
    if scores["candidate"][RMSE.name] > scores["bias"][RMSE.name]:
        weak.append("averages of users and beers")
    return weak
