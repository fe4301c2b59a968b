"""From the text in a photo to a menu: what is about one beer becomes one line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from recommend.adapters.text_detection import DetectedText
from recommend.errors import BadRequest, Fault
from recommend.menu import menu, menu_lines, photo, text_layout
from recommend.menu.beer_matcher import CERTAIN, BeerMatcher
from recommend.menu.text_layout import Row, TextLine

if TYPE_CHECKING:
    from PIL import Image

# Reads an image, a JPEG.
Detect = Callable[[bytes], DetectedText]

# Bands that a picture with too many words is cut into: with the whole, five images are read of it.
_BANDS = 4
# Of the height of a line: as far a band reaches into its neighbours, so that no line is lost where they are cut.
_OVERLAP = 3.0
# A turn of less costs more than it gains.
_MIN_TURN = math.radians(1)
# Of lines in two bands that overlap by more than this share, one is the other.
_SAME_LINE = 0.5
_MOST_ROWS_A_BEER = 4

# The confidence that a text means some beer of the catalogue; 0 below CERTAIN.
_Confidence = Callable[[str], float]


def text_of(picture: Image.Image, detect: Detect, matcher: BeerMatcher) -> str:
    """The menu in `picture`, a beer a line.

    Side by side may be a name and its price, a name and its brewery, or two beers: it is read as the catalogue has
    more of. Rows below each other that are about one beer become one line, as on a label.

    Raises
    ------
    BadRequest
        Where no text is found.
    """
    lines = lines_of(picture, detect)

    @cache
    def confidence(text: str) -> float:
        matches = matcher.matches(menu_lines.parse(text), 1)
        return matches[0].confidence if matches and matches[0].confidence >= CERTAIN else 0.0

    layouts = [text_layout.in_rows(lines), text_layout.in_columns(lines)]
    read = [[line for rows in layout for line in _joined(rows, confidence)] for layout in layouts]
    best = max(read, key=lambda texts: sum(map(confidence, texts)))
    if not best:
        raise BadRequest(Fault("photo", "a picture without text", "of a menu or label that can be read"))
    return "\n".join(best[: menu.MAX_LINES])


def lines_of(picture: Image.Image, detect: Detect) -> list[TextLine]:
    """All lines of text in `picture`; one with more words than an image may have is read in bands."""
    whole = detect(photo.jpeg(picture))
    lines = _placed(whole, picture.size, 0)
    if not whole.is_full:
        return lines
    angle = text_layout.text_angle(lines)
    if abs(angle) > _MIN_TURN:
        picture = picture.rotate(math.degrees(angle), expand=True, fillcolor="gray")
    overlap = _OVERLAP * max(1.0, sum(map(_height, lines)) / len(lines))
    cuts = [round(picture.height * number / _BANDS) for number in range(_BANDS + 1)]
    tops = [max(0, round(cut - overlap)) for cut in cuts[:-1]]
    bands = [
        picture.crop((0, top, picture.width, min(picture.height, round(cut + overlap))))
        for top, cut in zip(tops, cuts[1:], strict=True)
    ]
    with ThreadPoolExecutor(_BANDS) as threads:
        found = list(threads.map(detect, map(photo.jpeg, bands)))
    read: list[TextLine] = []
    for text, band, top, (begin, end) in zip(found, bands, tops, pairwise(cuts), strict=True):
        # What is cut through at the end of a band is whole in its neighbour.
        whole_lines = [
            line for line in _placed(text, band.size, top) if begin - overlap / 3 < _middle(line) < end + overlap / 3
        ]
        read += [line for line in whole_lines if not any(_is_same(line, other) for other in read)]
    return read


def _placed(found: DetectedText, size: tuple[int, int], top: int) -> list[TextLine]:
    width, height = size
    return [
        TextLine(line.text, tuple((x * width, y * height + top) for x, y in line.corners))  # type: ignore[arg-type]
        for line in found.lines
    ]


def _middle(line: TextLine) -> float:
    return sum(y for _, y in line.corners) / 4


def _height(line: TextLine) -> float:
    return math.dist(line.corners[0], line.corners[3])


def _is_same(one: TextLine, other: TextLine) -> bool:
    """Whether they stand at the same place."""
    overlaps = []
    for axis in (0, 1):
        spans = [[corner[axis] for corner in line.corners] for line in (one, other)]
        shared = min(max(span) for span in spans) - max(min(span) for span in spans)
        overlaps.append(shared / max(1e-9, min(max(span) - min(span) for span in spans)))
    return min(overlaps) > _SAME_LINE


def _joined(rows: Sequence[Row], confidence: _Confidence) -> list[str]:
    """The texts of `rows` from the top, those about one beer as one: as makes the sum over rows largest of the squared
    confidence that what they are part of is a beer. The square keeps a sure row apart from one that nobody knows.
    """
    # By how many of the rows are read: that sum, and the texts.
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(rows) + 1):
        ways = []
        for start in range(end - 1, max(-1, end - 1 - _MOST_ROWS_A_BEER), -1):
            if start < end - 1 and not rows[start].is_near(rows[start + 1]):
                break
            text = " ".join(row.text for row in rows[start:end])
            sure, texts = best[start]
            ways.append((sure + (end - start) * confidence(text) ** 2, [*texts, text]))
        best.append(max(ways, key=lambda way: way[0]))
    return best[-1][1]
