"""What the generated beer world's names are put together from. Styles are real; everything else is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Join = Callable[[str, str, str], str]


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
