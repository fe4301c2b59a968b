"""The generated beer world's words, and the names and reviews put together from them.

Styles are real; everything else is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Style(NamedTuple):
    """A style of beer: its family, its usual strength in percent, and its share of the beers that are brewed."""

    name: str
    short: str
    family: str
    abv: float
    share: float


STYLES = (
    Style("American IPA", "IPA", "hoppy", 6.7, 12),
    Style("American Double / Imperial IPA", "Double IPA", "hoppy", 8.7, 7),
    Style("New England IPA", "Hazy IPA", "hoppy", 6.8, 7),
    Style("American Pale Ale (APA)", "Pale Ale", "hoppy", 5.4, 8),
    Style("English Bitter", "Bitter", "malty", 4.3, 3),
    Style("English Brown Ale", "Brown Ale", "malty", 5.2, 3),
    Style("American Amber / Red Ale", "Amber", "malty", 5.7, 5),
    Style("Scotch Ale / Wee Heavy", "Wee Heavy", "malty", 7.8, 2),
    Style("American Porter", "Porter", "dark", 6.1, 5),
    Style("Baltic Porter", "Baltic Porter", "dark", 8.6, 1.5),
    Style("American Stout", "Stout", "dark", 6.3, 4),
    Style("Oatmeal Stout", "Oatmeal Stout", "dark", 5.8, 2.5),
    Style("Russian Imperial Stout", "Imperial Stout", "dark", 10.4, 5),
    Style("German Pilsener", "Pils", "lager", 5.0, 5),
    Style("Munich Helles Lager", "Helles", "lager", 4.9, 3),
    Style("Vienna Lager", "Vienna", "lager", 5.1, 2.5),
    Style("American Adjunct Lager", "Lager", "lager", 4.7, 3),
    Style("Doppelbock", "Doppelbock", "lager", 7.8, 2),
    Style("Hefeweizen", "Weizen", "wheat", 5.3, 4),
    Style("Witbier", "Wit", "wheat", 5.0, 3),
    Style("Saison / Farmhouse Ale", "Saison", "belgian", 6.4, 4),
    Style("Tripel", "Tripel", "belgian", 8.9, 3),
    Style("Quadrupel (Quad)", "Quad", "belgian", 10.3, 2),
    Style("Berliner Weissbier", "Berliner", "sour", 3.7, 2),
    Style("Gueuze", "Gueuze", "sour", 5.9, 1.5),
    Style("Fruit / Vegetable Beer", "Fruit Ale", "sour", 5.2, 3),
)

QUALITIES = (
    "Copper", "Idle", "Crooked", "Salt", "Velvet", "Northern", "Lantern", "Hollow", "Amber", "Drifting", "Painted",
    "Quiet", "Burnt", "Silver", "Wandering", "Mossy", "Iron", "Golden", "Lost", "Thirsty", "Blue", "Ragged", "Lucky",
    "Winter", "Sunken", "Gentle", "Stubborn", "Paper", "Wild", "Patient",
)  # fmt: skip
THINGS = (
    "Heron", "Anvil", "Orchard", "Harbor", "Badger", "Millrace", "Compass", "Thistle", "Otter", "Foundry", "Meadow",
    "Raven", "Barrel", "Trestle", "Walnut", "Beacon", "Quarry", "Pike", "Kestrel", "Bramble", "Ferry", "Hare",
    "Ridge", "Spindle", "Juniper", "Magpie", "Canal", "Stork", "Hollow", "Ember",
)  # fmt: skip
HOUSES = ("Brewing Company", "Brewery", "Ales", "Beer Works", "Brewhouse", "Craft Brewing")
BEER_WORDS = (
    "Tide", "Signal", "Window", "Carousel", "Ladder", "Parade", "Weather", "Engine", "Garden", "Letter", "Bridge",
    "Pocket", "Thunder", "Morning", "Kettle", "Mirror", "Station", "Feather", "Harvest", "Echo", "Picnic", "Lighthouse",
    "Avenue", "Shadow", "Button", "Holiday", "Comet", "Blanket", "Riddle", "Ticket",
)  # fmt: skip
USER_STARTS = (
    "hop", "malt", "foam", "cask", "pint", "barley", "yeast", "keg", "growler", "tap", "stein", "wort", "snifter",
    "tulip", "mash", "sparge", "lager", "stout", "amber", "saison", "dank", "crisp", "roasty", "hazy", "tart",
)  # fmt: skip
USER_ENDS = (
    "heron", "badger", "wanderer", "hound", "pilgrim", "otter", "scribe", "raven", "fox", "sailor", "goat", "moth",
    "ranger", "tinker", "owl", "bison", "gnome", "rook", "comet", "drifter", "magpie", "yeti", "walrus", "robin",
)  # fmt: skip

OPENINGS = (
    "Poured from a bottle.", "On tap.", "From a can, into a tulip.", "A {style}.", "Shared with friends.",
    "After a long walk.", "My first {style} in a while.", "Cellar temperature.",
)  # fmt: skip
GOOD = (
    "Would gladly have it again.", "Balanced and full of flavor.", "One of the better ones this year.",
    "Finishes clean, invites another.", "Aroma alone is worth it.", "Very well made.",
)  # fmt: skip
FAIR = (
    "Fine, not memorable.", "Does its job.", "A bit thin in the middle.", "Decent, a little sweet.",
    "Good aroma, short finish.", "Drinkable.",
)  # fmt: skip
BAD = (
    "Not for me.", "Flat and dull.", "Could not finish it.", "Too harsh.", "Something went wrong with this batch.",
    "Watery.",
)  # fmt: skip


def review_texts(
    random: np.random.Generator, share: float, styles: Sequence[str], scores: npt.NDArray[np.float64]
) -> list[str]:
    """What a review says of a beer of each style, which got each score; only a `share` of them says anything."""
    has_text = random.random(len(styles)) < share
    opening = random.integers(len(OPENINGS), size=len(styles))
    ending = random.integers(len(GOOD), size=len(styles))
    texts = []
    for place, (style, score) in enumerate(zip(styles, scores, strict=True)):
        if not has_text[place]:
            texts.append("")
            continue
        endings = GOOD if score >= 4 else FAIR if score >= 3 else BAD
        texts.append(f"{OPENINGS[opening[place]].format(style=style)} {endings[ending[place]]}")
    return texts


def brewery_names(random: np.random.Generator, count: int) -> list[str]:
    """`count` different ones."""
    return _distinct(random, count, " ", (QUALITIES, THINGS, HOUSES))


def usernames(random: np.random.Generator, count: int) -> list[str]:
    """`count` different ones."""
    numbers = [str(number) for number in range(2, 100)]
    return _distinct(random, count, "", (USER_STARTS, USER_ENDS, numbers))


def beer_names(random: np.random.Generator, breweries: npt.NDArray[np.int64], styles: list[str]) -> list[str]:
    """A name for a beer of each style, by each brewery; two breweries may name a beer alike, one brewery may not."""
    taken: set[tuple[int, str]] = set()
    names = []
    for brewery, style in zip(breweries.tolist(), styles, strict=True):
        name = style
        while (brewery, name) in taken or (name == style and random.random() < 0.8):
            name = f"{QUALITIES[random.integers(len(QUALITIES))]} "
            name += f"{BEER_WORDS[random.integers(len(BEER_WORDS))]} {style}"
        taken.add((brewery, name))
        names.append(name)
    return names


def _distinct(random: np.random.Generator, count: int, separator: str, parts: Sequence[Sequence[str]]) -> list[str]:
    """`count` different names, each put together from one of each of three `parts`; numbered on where they run out."""
    first, second, third = parts
    there_are = len(first) * len(second) * len(third)
    chosen = random.permutation(there_are)[:count].tolist()
    names = []
    for number in chosen:
        rest, one = divmod(number, len(first))
        three, two = divmod(rest, len(second))
        names.append(separator.join((first[one], second[two], third[three])))
    return names + [f"{names[place % there_are]}-{place // there_are + 1}" for place in range(there_are, count)]
