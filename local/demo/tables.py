"""What the demo shows, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from taproom.metrics import MAE, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE

_METRICS = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, RMSE, MAE)
_BASELINES = {"retrieval": ("popularity",), "ranking": ("bias", "mean")}
_COLUMNS = {"popularity": "popularity", "bias": "user + beer bias", "mean": "global mean"}


def recommendations(answer: Mapping[str, Any], title: str, new: Sequence[str] = ()) -> Table:
    """Beers of an API answer; those whose ids are in `new` are marked."""
    table = Table(title=title, title_justify="left")
    for name, justify in (("", "left"), ("#", "right"), ("beer", "left"), ("brewery", "left"), ("style", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for name in ("abv", "predicted", "found as"):
        table.add_column(name, justify="right")
    for beer in answer["beers"]:
        table.add_row(
            "new" if beer["beer_id"] in new else "",
            str(beer["rank"]),
            beer["name"],
            beer["brewery"],
            beer["style"] or "",
            "" if beer["abv"] is None else f"{beer['abv']:.1f}",
            f"{beer['score']:.2f}",
            "" if beer["retrieval_rank"] is None else str(beer["retrieval_rank"]),
        )
    return table


def metrics(measured: Mapping[str, Any]) -> Table:
    """A release's metrics.json: the candidate, the pair that served when it was trained, the baselines."""
    held_out = measured["reviews"]["held_out"]
    table = Table(title=f"{measured['release']}, on {held_out:,} reviews that no model has seen", title_justify="left")
    table.add_column("")
    for name in ("this release", "in service before", *_COLUMNS.values()):
        table.add_column(name, justify="right")
    for metric in _METRICS:
        group = measured[metric.task]
        candidate = group["candidate"][metric.name]
        others = {each: (group.get(each) or {}).get(metric.name) for each in ("serving", *_BASELINES[metric.task])}
        beaten = all(
            metric.is_better(candidate, other)
            for each, other in others.items()
            if each != "serving" and other is not None
        )
        table.add_row(
            f"{metric.label} ({'more' if metric.more_is_better else 'less'} is better)",
            f"[green]{candidate:.4f}[/green]" if beaten else f"{candidate:.4f}",
            _number(others["serving"]),
            *(_number(others.get(each)) for each in _COLUMNS),
        )
    return table


def endpoints(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Table:
    """The endpoints before and after an update, by name."""
    table = Table(title="The endpoints, updated in place", title_justify="left")
    for name in ("endpoint", "created", "config before", "config now", "status"):
        table.add_column(name, overflow="fold")
    for old, new in zip(before, after, strict=True):
        table.add_row(
            new["EndpointName"],
            "same" if new["CreationTime"] == old["CreationTime"] else "anew",
            old["EndpointConfigName"],
            new["EndpointConfigName"],
            new["EndpointStatus"],
        )
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
