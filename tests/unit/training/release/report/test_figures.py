"""Drawings have axes that say what is there, a description, and their numbers as a table."""

from __future__ import annotations

import re

import pytest

from trainer.release.report import figures
from trainer.release.report.figures import Axis


def ticks(figure: str) -> list[str]:
    return re.findall('<text class="tick" x="40.0"[^>]*>([^<]*)<', figure)


@pytest.mark.parametrize(
    ("values", "is_share", "expected"),
    [
        ([0.612, 0.618], False, ["0.612", "0.614", "0.616", "0.618"]),
        ([0.05, 0.21], True, ["5 %", "10 %", "15 %", "20 %", "25 %"]),
        ([0.7, 0.7], False, ["0.6", "0.8"]),
        ([0.0], True, ["0 %", "50 %"]),
    ],
)
def test_no_two_ticks_read_the_same_and_all_values_are_between_them(
    values: list[float], is_share: bool, expected: list[str]
) -> None:
    drawn = figures.lines("", [str(at) for at in range(len(values))], "epoch", {"a": values}, Axis("A", is_share))
    assert ticks(drawn) == expected


def test_a_figure_is_described_and_has_its_numbers_as_a_table() -> None:
    shown = figures.lines("It rises.", ["1", "2"], "epoch", {"a": [1, 2], "b": [3, 4]}, Axis("Loss"), marked=1)
    assert 'role="img" aria-label="Loss. It rises."' in shown
    assert "<summary>As a table</summary>" in shown
    assert "<tr><th scope=row>2</th><td>2.000</td><td>4.000</td></tr>" in shown
    assert shown.count('class="ring"') == 2


def test_text_from_data_is_no_markup() -> None:
    shown = figures.bars(Axis("Shares", is_share=True), {'style "<b>': 0.5}, {}, "")
    assert "<b>" not in shown
    assert "style &quot;&lt;b&gt; 50.0 %" in shown
