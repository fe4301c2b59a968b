"""The report's sections on intervals and slices."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("matplotlib")
from trainer.release.report import slices

GAIN = {"gain": -0.02, "lower": -0.03, "upper": -0.01}
GROUP = {"name": "style <Stout>", "users": 2, "reviews": 1234, "recall_at_10": 0.1, "recall_at_100": 0.4}
GROUP |= {"ndcg_at_10": 0.2, "rmse": 0.6}


def document(**others: Any) -> dict[str, Any]:
    return {
        "serving": "taproom-aaaaaaaaaaaa",
        "best": "taproom-bbbbbbbbbbbb",
        "gains": {"serving": {"ranking_rmse": GAIN}, "best": {"ranking_rmse": GAIN}},
        "slices": {"candidate": {"groups": [GROUP]}, "serving": None},
    } | others


def test_each_earlier_release_has_a_figure_of_intervals() -> None:
    _, *shown = slices.gains(document())
    assert len(shown) == 2
    assert "gain over taproom-bbbbbbbbbbbb, best of the last ten" in shown[1] and "ranking RMSE" in shown[1]


def test_without_an_earlier_release_there_is_no_figure() -> None:
    assert slices.gains(document(gains={"serving": None, "best": None})) == (
        "There is no earlier release to compare with.",
    )


def test_a_group_is_a_row_with_the_release_in_service_small_below() -> None:
    alone = slices.groups(document())
    assert "<th scope=row>style &lt;Stout&gt;</th><td>1,234</td><td>0.100</td>" in alone
    beside = document(slices={"candidate": {"groups": [GROUP]}, "serving": {"groups": [GROUP | {"rmse": 0.7}]}})
    assert slices.groups(beside).endswith("<td>0.600<br><span>0.700</span></td></tr></tbody></table>")
