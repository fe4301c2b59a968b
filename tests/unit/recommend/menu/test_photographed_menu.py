"""From the text in a photo to a line for each beer."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from recommend.adapters.text_detection import MOST_WORDS, DetectedLine, DetectedText
from recommend.errors import BadRequest
from recommend.menu.photographed_menu import lines_of, text_of
from tests.unit.recommend.menu.test_menu import INDEX

WIDTH, HEIGHT = 1000, 1400
# A text with its place, in pixels; each letter is 12 pixels wide and 30 high.
Written = tuple[str, float, float]


def box(text: str, x: float, y: float) -> DetectedLine:
    left, right = x / WIDTH, (x + 12 * len(text)) / WIDTH
    return DetectedLine(
        text, ((left, y / HEIGHT), (right, y / HEIGHT), (right, (y + 30) / HEIGHT), (left, (y + 30) / HEIGHT))
    )


def read(written: Sequence[Written]) -> list[str]:
    """The menu of a page on which that is written."""
    found = DetectedText([box(*each) for each in written], is_full=False)
    return text_of(Image.new("RGB", (WIDTH, HEIGHT)), lambda _: found, INDEX).split("\n")


def test_a_table_s_brewery_and_price_are_in_the_line_of_the_beer() -> None:
    assert read([
        ("Two Hearted Ale", 0, 0), ("Bell's", 400, 0), ("6.50", 800, 0),
        ("Pliny The Elder", 0, 60), ("Russian River", 400, 60), ("8.00", 800, 60),
        ("La Fin Du Monde", 0, 120), ("Unibroue", 400, 120), ("9.00", 800, 120),
    ]) == [
        "Two Hearted Ale Bell's 6.50", "Pliny The Elder Russian River 8.00", "La Fin Du Monde Unibroue 9.00",
    ]  # fmt: skip


def test_lists_side_by_side_are_read_one_after_the_other() -> None:
    assert read([
        ("Two Hearted Ale", 0, 0), ("La Fin Du Monde", 500, 0),
        ("Pliny The Elder", 0, 60), ("Köstritzer Schwarzbier", 500, 60),
        ("90 Minute IPA", 0, 120), ("Weihenstephaner Hefeweissbier", 500, 120),
    ]) == [
        "Two Hearted Ale", "Pliny The Elder", "90 Minute IPA",
        "La Fin Du Monde", "Köstritzer Schwarzbier", "Weihenstephaner Hefeweissbier",
    ]  # fmt: skip


def test_the_lines_of_a_label_are_one_beer_and_labels_side_by_side_two() -> None:
    assert read([
        ("RUSSIAN RIVER", 0, 0), ("Pliny", 0, 35), ("the Elder", 0, 70),
        ("UNIBROUE", 500, 0), ("La Fin", 500, 35), ("du Monde", 500, 70),
    ]) == ["RUSSIAN RIVER Pliny the Elder", "UNIBROUE La Fin du Monde"]  # fmt: skip


def test_a_brewery_below_its_beer_joins_it_and_beers_below_each_other_stay_apart() -> None:
    assert read([
        ("Pale Ale 5.00", 0, 0), ("Sly Fox Brewing", 0, 32),
        ("Pale Ale 6.00", 0, 90), ("Boulevard", 0, 122),
        ("Two Hearted Ale", 0, 180), ("Pliny The Younger", 0, 212),
    ]) == [
        "Pale Ale 5.00 Sly Fox Brewing", "Pale Ale 6.00 Boulevard", "Two Hearted Ale", "Pliny The Younger",
    ]  # fmt: skip


def test_what_nobody_knows_stays_a_line_of_its_own() -> None:
    assert read([("Two Hearted Ale", 0, 0), ("smooth, with notes of grapefruit zest", 0, 32)]) == [
        "Two Hearted Ale",
        "smooth, with notes of grapefruit zest",
    ]


def test_a_picture_without_text_is_a_400() -> None:
    with pytest.raises(BadRequest, match="got a picture without text"):
        read([])


BARS = {f"beer number {number} here": 20 * (number + 1) for number in range(60)}


def page_of_bars() -> Image.Image:
    """A page of 60 rows, each a black bar whose length tells its number."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    for number, y in enumerate(BARS.values()):
        page.paste("black", (100, y, 110 + 10 * number, y + 12))
    return page


def whole_bars(image: Image.Image) -> list[tuple[int, int]]:
    """The numbers and places of the bars that are not cut through."""
    dark = np.asarray(image.convert("L")) < 128
    edges = np.flatnonzero(np.diff(np.pad(dark[:, 105].astype(int), 1)))
    runs = [(top, bottom) for top, bottom in zip(edges[::2], edges[1::2], strict=True) if bottom - top >= 11]
    return [(round(int(dark[top + 5].sum()) / 10) - 1, int(top)) for top, _ in runs]


def test_a_menu_with_more_words_than_an_image_may_have_is_read_in_four_bands_and_no_line_comes_twice() -> None:
    images = 0

    def detect(jpeg: bytes) -> DetectedText:
        """As Rekognition does: of four words a row a hundred words, and no more."""
        nonlocal images
        images += 1
        image = Image.open(io.BytesIO(jpeg))
        bars = whole_bars(image)
        lines = []
        for number, y in bars[: MOST_WORDS // 4]:
            top, bottom = y / image.height, (y + 12) / image.height
            corners = ((0.1, top), (0.9, top), (0.9, bottom), (0.1, bottom))
            lines.append(DetectedLine(f"beer number {number} here", corners))
        return DetectedText(lines, is_full=4 * len(bars) >= MOST_WORDS)

    lines = lines_of(page_of_bars(), detect)
    assert images == 5
    assert sorted(line.text for line in lines) == sorted(BARS)
    assert {line.text: round(line.corners[0][1]) for line in lines} == pytest.approx(BARS, abs=2)
