"""The report's sections on how sure the comparison is, and on whom and what the release serves well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from taproom.metrics import NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE
from trainer.release.report import figures, findings
from trainer.release.report.figures import Axis
from trainer.release.report.markup import escaped, table

_SHOWN = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, RMSE)


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
                f"Gain over {metrics[role]}, {names[role]}",
                {findings.NAMES[name]: (each["gain"], each["lower"], each["upper"]) for name, each in gains.items()},
                {findings.NAMES[name]: findings.words(each) for name, each in gains.items()},
            )
            for role, gains in found.items()
        ),
    )


def groups(metrics: Mapping[str, Any]) -> str:
    """A bar a group of users, beers and styles, and in its table recall, NDCG and RMSE; in service beside, if any."""
    candidate, serving = (metrics["slices"][role] for role in ("candidate", "serving"))
    before = {each["name"]: each for each in serving["groups"]} if serving else {}
    recall = RECALL_AT_100.name
    rows = (
        [
            escaped(each["name"]),
            f"{each['reviews']:,}",
            *(_beside(each[metric.name], before.get(each["name"], {}).get(metric.name)) for metric in _SHOWN),
        ]
        for each in candidate["groups"]
    )
    return figures.bars(
        Axis("Of the beers that people rated next, found among the first hundred", is_share=True),
        {each["name"]: each[recall] for each in candidate["groups"]},
        {name: each[recall] for name, each in before.items()},
        table("Groups of held-out reviews", ("", "reviews", *(metric.label for metric in _SHOWN)), rows),
    )


def popularity(metrics: Mapping[str, Any]) -> str:
    """A figure: which share of lists and of held-out reviews each tenth of the beers has, and how many are listed."""
    deciles: Sequence[Mapping[str, Any]] = metrics["slices"]["candidate"]["popularity"]
    first = deciles[0]
    return figures.lines(
        f"The most reviewed tenth of the beers has {first['share_of_lists']:.0%} of the places among the first ten, "
        f"and {first['share_of_held_out']:.0%} of the held-out reviews.",
        [str(each["decile"]) for each in deciles],
        "tenth of the beers, the most reviewed first",
        {
            "places among the first 10": [each["share_of_lists"] for each in deciles],
            "held-out reviews": [each["share_of_held_out"] for each in deciles],
            "beers in anybody’s first 100": [each["coverage"] for each in deciles],
        },
        Axis("Shares by popularity", is_share=True),
    )


def calibration(metrics: Mapping[str, Any]) -> tuple[str, str]:
    """What is seen, and a figure: the mean score given beside the mean score predicted, by tenths of the latter."""
    found: Sequence[Mapping[str, Any]] = metrics["slices"]["candidate"]["calibration"]
    predicted, given = ([each[name] for each in found] for name in ("predicted", "given"))
    furthest = max(found, key=lambda each: abs(each["given"] - each["predicted"]))
    gap = furthest["given"] - furthest["predicted"]
    said = (
        f"It is furthest off where it says {furthest['predicted']:.2f}: people gave {abs(gap):.2f} "
        f"{'more' if gap > 0 else 'less'}."
    )
    return (
        f"Held-out reviews in ten groups by predicted score: on the dotted line people gave what was predicted. {said}",
        figures.calibration(said, predicted, given, [each["reviews"] for each in found]),
    )


def _beside(value: float, before: float | None) -> str:
    return f"{value:.3f}" if before is None else f"{value:.3f}<br><small>{before:.3f}</small>"
