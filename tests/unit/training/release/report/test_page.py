"""The report's parts."""

from __future__ import annotations

import numpy as np
import pytest

from taproom.metrics import VALIDATION_RMSE

pytest.importorskip("tensorflow")
from trainer.fitting.learning_curve import LearningCurve
from trainer.ranking.fit import FittedRanking
from trainer.release.report.page import _comparison, _interactions, _tried
from trainer.retrieval.linear import LinearSettings, TriedSettings


def curve(rmse: float) -> LearningCurve:
    return LearningCurve({VALIDATION_RMSE: np.array([rmse + 1, rmse], np.float32)}, best=1)


def test_the_page_says_so_where_a_run_had_no_cross_layer() -> None:
    explanation, figure = _interactions(FittedRanking(curve(0.5), None, ("user", "beer")))
    assert "had no cross layer" in explanation and figure == ""


def test_the_best_of_a_row_is_marked_whichever_way_is_better() -> None:
    def row(label: str, values: dict[str, float]) -> str:
        metrics = {"ranking": {name: {"rmse": value, "mae": value} for name, value in values.items()}}
        metrics["retrieval"] = {
            name: dict.fromkeys(
                ("recall_at_10", "recall_at_50", "recall_at_100", "recall_at_500", "ndcg_at_10", "coverage"), value
            )
            for name, value in values.items()
        }
        table = _comparison(metrics, "ranking" if label == "RMSE" else "retrieval", ())
        return next(line for line in table.split("<tr>") if f">{label}</th>" in line)

    values = {"candidate": 0.5, "serving": 0.6}
    assert row("RMSE", values).endswith("<td class=best>0.5000</td><td>0.6000</td></tr>")
    assert row("recall@100", values).endswith("<td>0.5000</td><td class=best>0.6000</td></tr>")


def test_of_what_was_tried_the_gain_of_the_best_is_marked() -> None:
    few, many = LinearSettings(4, 0.4, 200), LinearSettings(40, 4, 400)
    table = _tried(TriedSettings({few: 0.12, many: 0.11}, best=few))
    assert [row.partition("</tr>")[0] for row in table.split("<tr>")[1:]] == [
        "<th scope=col>brewery weight</th><th scope=col>style weight</th><th scope=col>penalty</th>"
        "<th scope=col>gain</th>",
        "<td>4</td><td>0.4</td><td>200</td><td class=best>0.1200</td>",
        "<td>40</td><td>4</td><td>400</td><td>0.1100</td>",
    ]
