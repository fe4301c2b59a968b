"""Menus and labels as guests photograph them: drawn from beers, then turned, tilted, shadowed, blurred and noisy.

The same arguments give the same picture: the fonts are those that matplotlib ships.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from taproom.catalogue_file import Beer

_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_CUT = frozenset(("brewing", "company", "brewery", "ales", "beer", "works", "brewhouse", "craft"))
_MARGIN = 90
_LEADING = 1.75


@dataclass(frozen=True)
class Look:
    """Colours of ground and writing, the font, and how unlike a scan the photo is."""

    ground: tuple[int, int, int]
    ink: tuple[int, int, int]
    font: str
    size: int = 40
    # Degrees, share of the width by which the upper corners are drawn in, share of the light that the shadow takes.
    turn: float = 0.0
    tilt: float = 0.0
    shadow: float = 0.0
    # Radius of the blur in pixels, standard deviation of the noise in grey levels, smears of a chalkboard.
    blur: float = 0.0
    noise: float = 0.0
    smears: int = 0

    def like(self, **other: Any) -> Self:
        """The same but for `other`."""
        return replace(self, **other)


PAPER = Look((244, 239, 226), (45, 35, 30), "DejaVuSerif.ttf")
KRAFT = Look((196, 164, 122), (40, 28, 18), "DejaVuSans.ttf")
CHALK = Look((38, 44, 42), (226, 226, 216), "DejaVuSans-Oblique.ttf", smears=25)


@dataclass(frozen=True)
class Photo:
    """A JPEG, and the beers that are to be read from it."""

    name: str
    jpeg: bytes
    beers: Sequence[Beer]


# Writes a text of a size at a place.
Write = Callable[[float, float, str, float], None]
Layout = Callable[[Sequence[Beer], Write, random.Random], None]


def photo(name: str, beers: Sequence[Beer], layout: Layout, look: Look, seed: int) -> Photo:
    """`beers` in `layout`, photographed."""
    rng = random.Random(seed)
    page = _page(beers, layout, look, rng)
    picture = _photographed(page, look, np.random.default_rng(seed))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=rng.randrange(60, 90))
    return Photo(name, file.getvalue(), beers)


def photos(beers: Sequence[Beer]) -> list[Photo]:
    """Twenty of them: fifteen menus, of 8 to 30 beers, and five of bottles."""
    kinds = _kinds()
    order = random.Random(11).sample(range(len(beers)), sum(count for _, count, _, _ in kinds))
    made = []
    for seed, (name, count, layout, look) in enumerate(kinds):
        chosen, order = order[:count], order[count:]
        made.append(photo(name, [beers[place] for place in chosen], layout, look, seed))
    return made


def _kinds() -> list[tuple[str, int, Layout, Look]]:
    mono, bold = "DejaVuSansMono.ttf", "DejaVuSans-Bold.ttf"
    return [
        ("a list, straight", 12, a_list, PAPER),
        ("a list, turned by 7°", 12, a_list, PAPER.like(turn=7, noise=6)),
        ("a list, turned by -11°, blurred", 10, a_list, KRAFT.like(turn=-11, blur=1.6)),
        ("a list on a chalkboard", 10, a_list, CHALK.like(turn=3, noise=10)),
        ("a list, tilted, half in shadow", 12, a_list, PAPER.like(tilt=0.14, shadow=0.6, font=mono, size=34)),
        ("a list, small print", 30, a_list, PAPER.like(size=26, blur=0.8, noise=5)),
        ("prices at the right", 14, prices_at_the_right, PAPER),
        ("prices at the right, turned by 5°", 14, prices_at_the_right, KRAFT.like(turn=5, shadow=0.4)),
        ("prices at the right, tilted", 12, prices_at_the_right, CHALK.like(tilt=0.12, noise=8)),
        ("a table of name, brewery, strength, price", 14, a_table, PAPER.like(turn=-3, noise=8)),
        ("a table, tilted", 12, a_table, KRAFT.like(tilt=0.1, blur=1.0)),
        ("two columns", 16, two_columns, PAPER.like(turn=4, size=32)),
        ("two columns on a chalkboard", 16, two_columns, CHALK.like(turn=-4, size=34, noise=10)),
        ("breweries below names", 9, brewery_below, PAPER.like(turn=6, shadow=0.5)),
        ("breweries below names on a chalkboard", 8, brewery_below, CHALK.like(tilt=0.1, blur=1.0)),
        ("a label", 1, labels, KRAFT.like(font=bold, size=58, turn=8)),
        ("a label in the dark", 1, labels, CHALK.like(font=bold, size=54, noise=14, shadow=0.6)),
        ("two bottles", 2, labels, PAPER.like(font=bold, size=44, tilt=0.08)),
        ("three bottles", 3, labels, KRAFT.like(font=bold, size=38, blur=1.2, turn=-5)),
        ("four bottles", 4, labels, PAPER.like(font=bold, size=34, noise=10, shadow=0.5)),
    ]


def a_list(beers: Sequence[Beer], write: Write, rng: random.Random) -> None:
    """Beer, brewery, strength and price in one line."""
    for row, beer in enumerate(beers):
        order = rng.choice(("{name} - {brewer}", "{brewer} {name}", "{name}, {brewer}"))
        text = order.format(name=beer.name, brewer=_short(beer.brewery, rng))
        write(0, row, f"{text} {_strength(beer, rng)} {_price(rng)}", 1)


def prices_at_the_right(beers: Sequence[Beer], write: Write, rng: random.Random) -> None:
    """Below a heading, name and brewery at the left, prices in a column of their own."""
    write(9, 0, "ON TAP TODAY", 1.4)
    for row, beer in enumerate(beers):
        write(0, row + 2, f"{beer.name}, {_short(beer.brewery, rng)}", 1)
        write(32, row + 2, _price(rng), 1)


def a_table(beers: Sequence[Beer], write: Write, rng: random.Random) -> None:
    """Four columns, of which the second is the brewery."""
    for row, beer in enumerate(beers):
        for at, text in (
            (0, beer.name),
            (19, _short(beer.brewery, rng)),
            (34, _strength(beer, rng)),
            (39, _price(rng)),
        ):
            write(at, row, text, 1)


def two_columns(beers: Sequence[Beer], write: Write, rng: random.Random) -> None:
    """Two lists side by side."""
    half = len(beers) // 2
    for at, column, heading in ((0, beers[:half], "DRAFT"), (27, beers[half:], "BOTTLES")):
        write(at + 4, 0, heading, 1.3)
        for row, beer in enumerate(column):
            write(at, row + 2, f"{beer.name} {_price(rng)}", 1)


def brewery_below(beers: Sequence[Beer], write: Write, rng: random.Random) -> None:
    """Two lines for a beer, the second in smaller print."""
    for row, beer in enumerate(beers):
        write(0, 2.4 * row, f"{beer.name} {_price(rng)}", 1.15)
        write(0, 2.4 * row + 0.95, f"{_short(beer.brewery, rng)} {_strength(beer, rng)}", 0.85)


def labels(beers: Sequence[Beer], write: Write, rng: random.Random) -> None:
    """Bottles side by side: a label has a line for each of brewery, two parts of the name, style, strength."""
    for number, beer in enumerate(beers):
        at = 13 * number
        words = beer.name.split()
        cut = max(1, len(words) // 2)
        write(at, 0, beer.brewery.upper(), 0.5)
        write(at, 0.9, " ".join(words[:cut]), 1)
        write(at, 2.0, " ".join(words[cut:]), 1)
        write(at, 3.2, f"{_strength(beer, rng)} alc/vol  12 FL OZ", 0.5)


def _short(brewery: str, rng: random.Random) -> str:
    words = brewery.split()
    return " ".join([word for word in words if word.lower() not in _CUT] or words if rng.random() < 0.6 else words)


def _strength(beer: Beer, rng: random.Random) -> str:
    return f"{beer.abv:.1f}%" if beer.abv and rng.random() < 0.8 else ""


def _price(rng: random.Random) -> str:
    amount = rng.randrange(8, 20) / 2
    return rng.choice((f"${amount:.2f}", f"{amount:.2f}", f"€{amount:.1f}0"))


def _page(beers: Sequence[Beer], layout: Layout, look: Look, rng: random.Random) -> Image.Image:
    """The page, as large as what is written on it needs; places are in the font's size."""
    written: list[tuple[float, float, str, float]] = []
    layout(beers, lambda *given: written.append(given), rng)
    fonts = {size: ImageFont.truetype(_FONTS / look.font, round(look.size * size)) for *_, size in written}
    place = [(_MARGIN + x * look.size, _MARGIN + y * look.size * _LEADING) for x, y, *_ in written]
    ends = [x + fonts[size].getlength(text) for (x, _), (*_, text, size) in zip(place, written, strict=True)]
    height = max(y for _, y in place) + 2 * look.size + _MARGIN
    page = Image.new("RGB", (round(max(ends) + _MARGIN), round(height)), look.ground)
    draw = ImageDraw.Draw(page)
    for _ in range(look.smears):
        x, y = rng.randrange(page.width), rng.randrange(page.height)
        draw.ellipse((x, y, x + rng.randrange(80, 400), y + rng.randrange(20, 80)), fill=(58, 64, 62))
    page = page.filter(ImageFilter.GaussianBlur(12)) if look.smears else page
    draw = ImageDraw.Draw(page)
    for at, (*_, text, size) in zip(place, written, strict=True):
        draw.text(at, text, fill=look.ink, font=fonts[size])
    return page


def _photographed(page: Image.Image, look: Look, random: np.random.Generator) -> Image.Image:
    table = (92, 70, 54)
    picture = Image.new("RGB", (page.width + 160, page.height + 160), table)
    picture.paste(page, (80, 80))
    if look.tilt:
        picture = _tilted(picture, look.tilt, table)
    if look.turn:
        picture = picture.rotate(look.turn, Image.Resampling.BICUBIC, expand=True, fillcolor=table)
    if look.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(look.blur))
    pixels = np.asarray(picture).astype(np.float32)
    if look.shadow:
        # Darkest in the lower left corner.
        across = np.linspace(0, 1, picture.width)[None, :] + np.linspace(1, 0, picture.height)[:, None]
        pixels *= (1 - look.shadow * np.clip(1 - across, 0, 1))[:, :, None]
    pixels += random.normal(0, look.noise, pixels.shape) if look.noise else 0
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _tilted(picture: Image.Image, tilt: float, table: tuple[int, int, int]) -> Image.Image:
    """As seen from below: the upper corners are drawn in by `tilt` of the width."""
    width, height = picture.size
    drawn_in = tilt * width
    shown = [(drawn_in, 0), (width - drawn_in, 0), (width, height), (0, height)]
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    # x' = (a x + b y + c) / (g x + h y + 1), y' likewise: two equations for each of the four corners.
    rows, wanted = [], []
    for (x, y), (u, v) in zip(shown, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    solved = np.linalg.solve(np.array(rows, float), np.array(wanted, float))
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, solved.tolist(), Image.Resampling.BICUBIC, fillcolor=table
    )
