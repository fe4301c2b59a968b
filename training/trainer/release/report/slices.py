"""The report's sections on how sure the comparison is, and on whom and what the release serves well."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from taproom.metrics import HELD_OUT, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE
from trainer.release.report import figures

_SHOWN = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, RMSE)
_TITLES = {metric.printed_name: metric.title for metric in HELD_OUT}


def gains(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """Explanation and figures: by how much the release is better than earlier ones; `metrics` is metrics.json."""
    found = {role: gains for role in ("serving", "best") if (gains := metrics["gains"][role])}
    if not found:
        return ("There is no earlier release to compare with.",)
    names = {"serving": "in service", "best": "best of the last ten"}
    return (
        "By how much the release is better than an earlier one on the same held-out reviews; left of the line it is "
        "worse. Bars are the intervals of a bootstrap over users: with 95 % confidence all of them hold what is true.",
        *(
            figures.intervals(
                [_TITLES[name] for name in gains],
                [(each["gain"], each["lower"], each["upper"]) for each in gains.values()],
                f"gain over {metrics[role]}, {names[role]}",
            )
            for role, gains in found.items()
        ),
    )


def groups(metrics: Mapping[str, Any]) -> str:
    """A table: recall, NDCG and RMSE of some users, beers and styles; of the release in service below, where any."""
    candidate, serving = (metrics["slices"][role] for role in ("candidate", "serving"))
    before = {each["name"]: each for each in serving["groups"]} if serving else {}
    head = "".join(f"<th scope=col>{name}</th>" for name in ("reviews", *(metric.label for metric in _SHOWN)))
    rows = []
    for each in candidate["groups"]:
        cells = "".join(_cell(each[metric.name], before.get(each["name"], {}).get(metric.name)) for metric in _SHOWN)
        rows.append(f"<tr><th scope=row>{html.escape(each['name'])}</th><td>{each['reviews']:,}</td>{cells}</tr>")
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def popularity(metrics: Mapping[str, Any]) -> str:
    """A figure: which share of lists and of held-out reviews each tenth of the beers has, and how many are listed."""
    deciles: Sequence[Mapping[str, Any]] = metrics["slices"]["candidate"]["popularity"]
    return figures.deciles(
        [each["decile"] for each in deciles],
        {
            "places among the first 10": [each["share_of_lists"] for each in deciles],
            "held-out reviews": [each["share_of_held_out"] for each in deciles],
            "beers in anybody's first 100": [each["coverage"] for each in deciles],
        },
    )


def calibration(metrics: Mapping[str, Any]) -> str:
    """A figure: the mean score given beside the mean score predicted, by tenths of what was predicted."""
    found: Sequence[Mapping[str, Any]] = metrics["slices"]["candidate"]["calibration"]
    return figures.calibration([each["predicted"] for each in found], [each["given"] for each in found])


def _cell(value: float, before: float | None) -> str:
    was = "" if before is None else f"<br><span>{before:.3f}</span>"
    return f"<td>{value:.3f}{was}</td>"
