"""Where text stands: rows, columns, and pages that were not held straight."""

from __future__ import annotations

import math

import pytest

from recommend.menu.text_layout import Row, TextLine, in_columns, in_rows, text_angle

TABLE = [
    ("Old Rasputin", 0, 0), ("7.50", 600, 4), ("Pilsner Urquell", 0, 60), ("4.90", 600, 63), ("Orval", 0, 120),
    ("6.00", 600, 118),
]  # fmt: skip


def line(text: str, x: float, y: float, degrees: float = 0.0, height: float = 40.0) -> TextLine:
    """Twenty pixels a letter; all is turned about the upper left corner of the page."""
    width = 20 * len(text)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    one, two, three, four = (
        (u * cosine - v * sine, u * sine + v * cosine)
        for u, v in ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    )
    return TextLine(text, (one, two, three, four))


def texts(columns: list[list[Row]]) -> list[list[str]]:
    return [[row.text for row in rows] for rows in columns]


@pytest.mark.parametrize("degrees", [0, 12, -12, 90, -75])
def test_a_price_belongs_to_the_name_at_its_left_however_the_page_is_turned(degrees: float) -> None:
    page = [line(*each, degrees) for each in reversed(TABLE)]
    wanted = [["Old Rasputin 7.50", "Pilsner Urquell 4.90", "Orval 6.00"]]
    assert texts(in_rows(page)) == wanted
    # A column of prices is none of its own.
    assert texts(in_columns(page)) == wanted


def test_lists_side_by_side_are_columns_with_their_prices_below_a_heading_over_both() -> None:
    left = [("Old Rasputin", 0, 100), ("7.50", 300, 100), ("Orval", 0, 160), ("6.00", 300, 160)]
    right = [("Duvel", 600, 100), ("5.50", 900, 100), ("Westmalle", 600, 160), ("5.00", 900, 160)]
    read = texts(in_columns([line(*each, 5) for each in left + right]))
    assert read == [["Old Rasputin 7.50", "Orval 6.00"], ["Duvel 5.50", "Westmalle 5.00"]]
    more = [("Chimay Bleue", 0, 220), ("Rochefort 10", 600, 220), ("THE MENU OF THE HOUSE OF BEERS", 200, 0)]
    headed = texts(in_columns([line(*each, 5) for each in left + right + more]))
    assert [column[-1] for column in headed] == ["Chimay Bleue", "Rochefort 10"]


def test_rows_of_a_page_in_perspective_keep_together() -> None:
    # The lower half runs downwards, the upper half upwards, by three degrees each.
    page = [
        line("Old Rasputin", 0, 0, -3),
        line("7.50", 600, 0, -3),
        line("Orval", 0, 300, 3),
        line("6.00", 600, 300, 3),
    ]
    assert texts(in_rows(page)) == [["Old Rasputin 7.50", "Orval 6.00"]]


def test_the_angle_is_that_of_most_text_not_of_most_lines() -> None:
    slanted = [line("$1", 0, 60 * number, 40) for number in range(3)]
    assert math.degrees(text_angle([*slanted, line("a long line of a menu", 0, 300, 4)])) == pytest.approx(4)
    assert text_angle([]) == 0


def test_a_row_is_near_the_one_right_below_it_alone() -> None:
    top, below, far = Row("a", 0, 100, 0, 20), Row("b", 50, 200, 25, 45), Row("c", 0, 100, 80, 100)
    assert [top.is_near(below), top.is_near(far), top.is_near(Row("d", 150, 300, 25, 45))] == [True, False, False]


def test_a_picture_without_text_has_no_columns() -> None:
    assert (in_rows([]), in_columns([])) == ([], [])
