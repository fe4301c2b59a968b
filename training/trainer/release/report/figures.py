"""The report's figures: drawings in the page's own colours, each with a description and with its numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from trainer.release.report.markup import escaped, folded, table

# Of a drawing, in its own units: at 360 px of a phone one is some 0.9 px.
_WIDTH, _HEIGHT = 340, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 10, 40
_ROW = 40
_MOST_LABELS = 7


@dataclass(frozen=True)
class Axis:
    """What is measured: its `name`, and whether it is a share, which people read in percent."""

    name: str
    is_share: bool = False

    def text(self, value: float) -> str:
        """A value as the table has it."""
        return f"{100 * value:.1f} %" if self.is_share else f"{value:.3f}"

    def ticks(self, ticks: Sequence[float]) -> list[str]:
        """Values a step apart as the axis has them, with as many digits as tell them apart."""
        if self.is_share:
            return [f"{100 * tick:g} %" for tick in ticks]
        digits = max(0, -floor(log10(ticks[1] - ticks[0]) + 1e-9))
        return [f"{tick:.{digits}f}" for tick in ticks]


def lines(
    description: str,
    places: Sequence[str],
    across: str,
    series: Mapping[str, Sequence[float]],
    axis: Axis,
    marked: int | None = None,
) -> str:
    """A line a name over the `places`, which are called `across`; a ring at the place that is `marked`."""
    ticks = _ticks([value for values in series.values() for value in values])
    x = _position(0, len(places) - 1, _LEFT + 8, _WIDTH - _RIGHT - 8)
    y = _position(ticks[0], ticks[-1], _HEIGHT - _BOTTOM, _TOP)
    every = ceil(len(places) / _MOST_LABELS)
    drawn = [
        *_grid(ticks, axis.ticks(ticks), y),
        *(_text(x(at), _HEIGHT - _BOTTOM + 18, places[at], "middle") for at in range(0, len(places), every)),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 4, across, "middle"),
    ]
    for number, values in enumerate(series.values()):
        drawn += _line([(x(at), y(value)) for at, value in enumerate(values)], number)
        if marked is not None:
            drawn.append(f'<circle class="ring" cx="{x(marked):.1f}" cy="{y(values[marked]):.1f}" r="8"/>')
    rows = ([place, *(axis.text(values[at]) for values in series.values())] for at, place in enumerate(places))
    return _figure(
        f"{axis.name}. {description}", _HEIGHT, drawn, _legend(series), table(axis.name, (across, *series), rows)
    )


def calibration(description: str, predicted: Sequence[float], given: Sequence[float], reviews: Sequence[int]) -> str:
    """Mean scores given over mean scores predicted, beside the line on which both are the same."""
    ticks = _ticks([*predicted, *given])
    side = 300
    x, y = _position(ticks[0], ticks[-1], _LEFT, _WIDTH - _RIGHT), _position(ticks[0], ticks[-1], side - _BOTTOM, _TOP)
    name = "Scores given and predicted"
    drawn = [
        *_grid(ticks, Axis(name).ticks(ticks), y),
        *(_text(x(tick), side - _BOTTOM + 18, f"{tick:g}", "middle") for tick in ticks),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, side - 4, "predicted; upwards: given", "middle"),
        f'<path class="even" d="M{x(ticks[0])} {y(ticks[0])}L{x(ticks[-1])} {y(ticks[-1])}"/>',
        *_line([(x(one), y(other)) for one, other in zip(predicted, given, strict=True)], 0),
    ]
    rows = (
        [f"{one:.2f}", f"{other:.2f}", f"{other - one:+.2f}", f"{count:,}"]
        for one, other, count in zip(predicted, given, reviews, strict=True)
    )
    return _figure(
        f"{name}. {description}", side, drawn, "", table(name, ("predicted", "given", "difference", "reviews"), rows)
    )


def intervals(name: str, gains: Mapping[str, tuple[float, float, float]], words: Mapping[str, str]) -> str:
    """A row a name with its gain and interval on a line: each of `gains` is (gain, lower, upper); `words` say it."""
    ticks = _ticks([0.0, *(bound for each in gains.values() for bound in each)])
    x = _position(ticks[0], ticks[-1], 24, _WIDTH - 24)
    height = _ROW * len(gains) + 34
    drawn = [f'<path class="even" d="M{x(0):.1f} 0V{height - 30}"/>']
    for row, (title, (gain, lower, upper)) in enumerate(gains.items()):
        look = "worse" if upper < 0 else "better" if lower > 0 else "open"
        middle = _ROW * row + 28
        drawn += [
            _text(0, middle - 12, title, "start", "name"),
            f'<path class="interval {look}" d="M{x(lower):.1f} {middle}H{x(upper):.1f}"/>',
            f'<circle class="interval {look}" cx="{x(gain):.1f}" cy="{middle}" r="5"/>',
        ]
    drawn += [
        _text(x(tick), height - 14, f"{100 * tick:+g} %" if tick else "0", "middle") for tick in _apart(ticks, x, 44)
    ]
    drawn += [_text(0, height - 1, "worse", "start"), _text(_WIDTH, height - 1, "better", "end")]
    rows = (
        [escaped(title), *(f"{100 * value:+.1f} %" for value in values), escaped(words[title])]
        for title, values in gains.items()
    )
    spoken = "; ".join(f"{title}: {words[title]}" for title in gains)
    return _figure(f"{name}. {spoken}", height, drawn, "", table(name, ("", "gain", "from", "to", ""), rows))


def bars(axis: Axis, values: Mapping[str, float], beside: Mapping[str, float], behind: str) -> str:
    """A bar a name, with a tick where it is in `beside`; `behind` is the table of their figures."""
    most = max([*values.values(), *beside.values()], default=0) or 1
    x = _position(0, most, 0, _WIDTH - 60)
    drawn = []
    for row, (title, value) in enumerate(values.items()):
        top = _ROW * row + 18
        drawn += [
            _text(0, top - 4, title, "start", "name"),
            f'<rect class="bar" x="0" y="{top}" width="{max(x(value), 1):.1f}" height="12" rx="2"/>',
            _text(max(x(value), x(beside.get(title, 0))) + 8, top + 11, axis.text(value), "start"),
        ]
        if title in beside:
            drawn.append(f'<path class="was" d="M{x(beside[title]):.1f} {top - 3}v18"/>')
    spoken = "; ".join(f"{title} {axis.text(value)}" for title, value in values.items())
    return _figure(f"{axis.name}: {spoken}", _ROW * len(values), drawn, "", behind)


def _figure(description: str, height: float, drawn: Iterable[str], legend: str, behind: str) -> str:
    return (
        f'<figure>{legend}<svg viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escaped(description)}">'
        f"{''.join(drawn)}</svg>{folded('As a table', behind)}</figure>"
    )


def _legend(series: Mapping[str, Sequence[float]]) -> str:
    if len(series) < 2:
        return ""
    return (
        f"<ul class=legend>{''.join(f'<li class=line{at}>{escaped(name)}</li>' for at, name in enumerate(series))}</ul>"
    )


def _grid(ticks: Sequence[float], texts: Sequence[str], y: Callable[[float], float]) -> list[str]:
    lines = (f'<path class="grid" d="M{_LEFT} {y(tick):.1f}H{_WIDTH - _RIGHT}"/>' for tick in ticks)
    return [*lines, *(_text(_LEFT - 6, y(tick) + 4, text, "end") for tick, text in zip(ticks, texts, strict=True))]


def _line(where: Sequence[tuple[float, float]], number: int) -> list[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in where)
    dots = (f'<circle class="line{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in where)
    return [f'<path class="line{number}" d="M{path}"/>', *dots]


def _text(x: float, y: float, text: str, anchor: str, look: str = "tick") -> str:
    return f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(text)}</text>'


def _position(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Where a value between `low` and `high` is drawn; in the middle where both are the same."""
    if high == low:
        return lambda _value: (start + end) / 2
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _apart(ticks: Sequence[float], x: Callable[[float], float], least: float) -> list[float]:
    """As many of `ticks` as can be written, 0 among them."""
    zero = ticks.index(min(ticks, key=abs))
    step = ceil(least / (x(ticks[1]) - x(ticks[0]))) if len(ticks) > 1 else 1
    return [tick for at, tick in enumerate(ticks) if (at - zero) % step == 0]


def _ticks(values: Sequence[float]) -> list[float]:
    """Round values from below the lowest to above the highest of `values`, some four steps apart."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** floor(log10(span / 4))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= span / 4 * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]
