"""The report's parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from taproom.metrics import VALIDATION_RMSE

pytest.importorskip("tensorflow")
from trainer.fitting.learning_curve import LearningCurve
from trainer.ranking.fit import FittedRanking
from trainer.release.examples import Example, ListedBeer
from trainer.release.report import fitting, slices
from trainer.release.report.markup import section
from trainer.release.report.page import _comparison, _example
from trainer.retrieval.linear import LinearSettings, TriedSettings

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


def curve(rmse: float) -> LearningCurve:
    return LearningCurve({VALIDATION_RMSE: np.array([rmse + 1, rmse], np.float32)}, best=1)


def test_the_page_says_so_where_a_run_had_no_cross_layer() -> None:
    assert "had no cross layer" in fitting.interactions(FittedRanking(curve(0.5), None, ("user", "beer")))


def test_the_pairs_that_interact_most_come_first_and_the_table_has_all() -> None:
    kernel = np.array([[1, 0], [3, 2]], np.float32)  # what the second one adds to the first is largest
    shown = fitting.interactions(FittedRanking(curve(0.5), kernel, ("user", "beer")))
    assert 'aria-label="Block norms: user with beer 3.000; beer with beer 2.000; user with user 1.000; ' in shown
    assert "<th scope=row>user</th><td>1.00</td><td>3.00</td>" in shown


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
        return next(line for line in table.split("<tr>") if f">{label}</th>" in line).partition("</tr>")[0]

    values = {"candidate": 0.5, "serving": 0.6}
    assert row("RMSE", values).endswith("<td><strong>0.5000</strong></td><td>0.6000</td>")
    assert row("recall@100", values).endswith("<td>0.5000</td><td><strong>0.6000</strong></td>")


def test_of_what_was_tried_the_gain_of_the_best_is_marked() -> None:
    few, many = LinearSettings(4, 0.4, 200), LinearSettings(40, 4, 400)
    table = fitting.tried(TriedSettings({few: 0.12, many: 0.11}, best=few))
    assert [row.partition("</tr>")[0] for row in table.split("<tr>")[1:]] == [
        "<td></td><th scope=col>brewery weight</th><th scope=col>style weight</th><th scope=col>penalty</th>"
        "<th scope=col>gain</th>",
        "<th scope=row>1</th><td>4</td><td>0.4</td><td>200</td><td><strong>0.1200</strong></td>",
        "<th scope=row>2</th><td>40</td><td>4</td><td>400</td><td>0.1100</td>",
    ]


def test_each_earlier_release_has_a_figure_of_intervals() -> None:
    _, *shown = slices.gains(document())
    assert len(shown) == 2
    assert (
        'role="img" aria-label="Gain over taproom-bbbbbbbbbbbb, best of the last ten. Predicted scores: 2.0 %'
        in shown[1]
    )
    assert 'class="interval worse"' in shown[1]
    assert "<th scope=row>Predicted scores</th><td>-2.0 %</td><td>-3.0 %</td><td>-1.0 %</td>" in shown[1]


def test_without_an_earlier_release_there_is_no_figure() -> None:
    assert slices.gains(document(gains={"serving": None, "best": None})) == (
        "There is no earlier release to compare with.",
    )


def test_a_group_is_a_bar_and_a_row_with_the_release_in_service_small_below() -> None:
    alone = slices.groups(document())
    assert "<th scope=row>style &lt;Stout&gt;</th><td>1,234</td><td>0.100</td>" in alone
    assert "style &lt;Stout&gt; 40.0 %" in alone and 'class="was"' not in alone
    before = GROUP | {"recall_at_100": 0.3, "rmse": 0.7}
    beside = slices.groups(document(slices={"candidate": {"groups": [GROUP]}, "serving": {"groups": [before]}}))
    assert "<td>0.600<br><small>0.700</small></td>" in beside
    assert beside.count('class="was"') == 1


def test_calibration_says_where_it_is_furthest_off() -> None:
    found = [{"reviews": 10, "predicted": 3.0, "given": 3.1}, {"reviews": 10, "predicted": 4.0, "given": 3.75}]
    said, figure = slices.calibration({"slices": {"candidate": {"calibration": found}}})
    assert said.endswith("It is furthest off where it says 4.00: people gave 0.25 less.")
    assert "<td>-0.25</td>" in figure


def test_sections_are_linked_to_by_the_words_of_their_titles() -> None:
    assert section("For whom, and of which beers", "").startswith('<section id="for-whom-and-of-which-beers">')


def test_an_example_counts_the_beers_of_its_own_style() -> None:
    listed = [ListedBeer("A <b> (B)", "Stout", 4.25), ListedBeer("C (D)", "Porter", 4.0)]
    shown = _example(Example("Stout", ["X (Y)"], listed), is_open=True)
    assert shown.startswith("<details open>")
    assert "Liked X (Y). 1 of 2 beers are of the same style." in shown
    assert "A &lt;b&gt; (B) <small>Stout, 4.2 predicted</small>" in shown
