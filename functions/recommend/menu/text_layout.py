"""Where text stands in a picture: which lines make a row, and which rows a column.

All is measured along the text: in coordinates turned by the angle that most lines have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# Of the lines' height: as far apart may the middles of what stands in one row be.
_SAME_ROW = 0.5
# Of a row's height: as far above the next one it may stand and still be about the same beer.
_NEAR = 1.4
# Columns are told by a gap that so many of the lines, and no more, may bridge, as headings do.
_MAX_BRIDGING = 0.1
# Lines with letters that a column needs.
_MIN_COLUMN = 2
_NAME = re.compile(r"[^\W\d_]{3}")

Point = tuple[float, float]


@dataclass(frozen=True)
class TextLine:
    """Text with its corners in pixels: of the text as it is read the top left one first, then clockwise."""

    text: str
    corners: tuple[Point, Point, Point, Point]

    @property
    def angle(self) -> float:
        """By how much the text runs downwards, in radians."""
        (x1, y1), (x2, y2) = self.corners[:2]
        return math.atan2(y2 - y1, x2 - x1)

    @property
    def width(self) -> float:
        return math.dist(*self.corners[:2])


@dataclass(frozen=True)
class Row:
    """What stands side by side, and how far it reaches."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def is_near(self, below: Row) -> bool:
        """Whether `below` stands so near that both may be about the same beer."""
        height = max(self.bottom - self.top, below.bottom - below.top)
        overlap = min(self.right, below.right) - max(self.left, below.left)
        return overlap > 0 and (below.top + below.bottom - self.top - self.bottom) / 2 < (1 + _NEAR) * height


@dataclass(frozen=True)
class _Box:
    """A line along the text: `slope` is what is left of its angle."""

    text: str
    left: float
    right: float
    middle: float
    height: float
    slope: float

    def middle_at(self, x: float) -> float:
        return self.middle + self.slope * (x - (self.left + self.right) / 2)


def text_angle(lines: Sequence[TextLine]) -> float:
    """The angle of most of the text, in radians; a long line counts for more, 0 where there is none."""
    if not lines:
        return 0.0
    ordered = sorted(lines, key=lambda line: line.angle)
    left = sum(line.width for line in lines) / 2
    for line in ordered:
        left -= line.width
        if left <= 0:
            return line.angle
    return ordered[-1].angle


def in_rows(lines: Sequence[TextLine]) -> list[list[Row]]:
    """All rows from the top, as the one column that they make where each reaches over the whole width."""
    boxes = _boxes(lines)
    return [_rows(boxes)] if boxes else []


def in_columns(lines: Sequence[TextLine]) -> list[list[Row]]:
    """The columns from the left, each with its rows from the top; a column of prices belongs to the one before it."""
    return [_rows(column) for column in _columns(_boxes(lines))]


def _boxes(lines: Sequence[TextLine]) -> list[_Box]:
    angle = text_angle(lines)
    cosine, sine = math.cos(-angle), math.sin(-angle)
    boxes = []
    for line in lines:
        points = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in line.corners]
        (x1, y1), (x2, y2), (x3, y3), (x4, y4) = points
        height = (math.dist(points[0], points[3]) + math.dist(points[1], points[2])) / 2
        left, right = (x1 + x4) / 2, (x2 + x3) / 2
        slope = ((y2 + y3) - (y1 + y4)) / 2 / (right - left) if right > left else 0.0
        boxes.append(_Box(line.text, left, right, (y1 + y2 + y3 + y4) / 4, height, slope))
    return boxes


def _columns(boxes: list[_Box]) -> list[list[_Box]]:
    """`boxes` cut at every gap with names on both sides."""
    for gap in _gaps(boxes):
        left = [box for box in boxes if (box.left + box.right) / 2 <= gap]
        right = [box for box in boxes if (box.left + box.right) / 2 > gap]
        if _is_column(left) and _is_column(right):
            return [*_columns(left), *_columns(right)]
    return [boxes] if boxes else []


def _gaps(boxes: list[_Box]) -> list[float]:
    """Where few lines run across, the widest gap first."""
    most = math.floor(_MAX_BRIDGING * len(boxes))
    steps = sorted([(box.left, 1) for box in boxes] + [(box.right, -1) for box in boxes])
    gaps = []
    across = 0
    for (x, step), (following, _) in pairwise(steps):
        across += step
        if across <= most:
            gaps.append((following - x, (x + following) / 2))
    least = median(box.height for box in boxes) / 2 if boxes else 0.0
    return [middle for width, middle in sorted(gaps, reverse=True) if width > least]


def _is_column(boxes: list[_Box]) -> bool:
    named = sum(bool(_NAME.search(box.text)) for box in boxes)
    return named >= _MIN_COLUMN and 2 * named >= len(boxes)


def _rows(boxes: list[_Box]) -> list[Row]:
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=lambda box: box.left):
        # The nearest row whose last box points at this one.
        near = [row for row in rows if _is_beside(row[-1], box)]
        if near:
            min(near, key=lambda row: abs(row[-1].middle_at(box.left) - box.middle_at(box.left))).append(box)
        else:
            rows.append([box])
    return sorted((_row(row) for row in rows), key=lambda row: row.top + row.bottom)


def _is_beside(box: _Box, further_right: _Box) -> bool:
    if further_right.left < box.right - min(box.height, further_right.height):
        return False
    # Each may point at the other: the longer one knows the direction better.
    guide, other = (
        (box, further_right)
        if box.right - box.left > further_right.right - further_right.left
        else (further_right, box)
    )
    apart = abs(guide.middle_at((other.left + other.right) / 2) - other.middle)
    return apart < _SAME_ROW * min(box.height, further_right.height)


def _row(boxes: list[_Box]) -> Row:
    return Row(
        " ".join(box.text for box in boxes),
        boxes[0].left,
        max(box.right for box in boxes),
        min(box.middle - box.height / 2 for box in boxes),
        max(box.middle + box.height / 2 for box in boxes),
    )
