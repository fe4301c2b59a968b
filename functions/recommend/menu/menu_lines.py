"""A line of a menu, without what menus add to a beer: prices, sizes, strengths, numbers of the taps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from taproom.contract import folded

# Everything is bounded: a pattern that may begin anywhere in a long run, and look through all of it each time, would
# take time by the square of the run. Blanks are single by the time that the patterns are applied.
LONGEST_LINE = 300
MAX_WORDS = 24
_NUMBER = r"(?<!\d)\d{1,5}(?:[.,]\d{1,4})?(?!\d)"
_STRENGTH = re.compile(
    rf"(?:abv|alc\.?|vol\.?)?[ :]{{0,4}}({_NUMBER}) ?%(?: ?(?:abv|alc\.?|vol\.?|by vol(?:ume)?))*", re.IGNORECASE
)
# Of "#9 ABV 11" the number behind counts: the one before belongs to the name.
_STRENGTH_IN_WORDS = re.compile(
    rf"\b(?:abv|alc\.?)[ :]{{0,4}}({_NUMBER})|({_NUMBER}) ?(?:abv|alc\.?)(?!\w)(?![ :]{{0,4}}\d)", re.IGNORECASE
)
_CURRENCY = "$€£¥"
_EXTRAS = re.compile(
    "|".join(
        [
            # 1. or 12) or # 3: the tap
            r"^ ?(?:tap ?)?#? ?\d{1,3} ?[.):] ",
            # $7, 7.50 €, $ 6/8
            rf"[{_CURRENCY}] ?{_NUMBER}(?: ?/ ?[{_CURRENCY}]? ?{_NUMBER}){{0,4}}",
            rf"{_NUMBER} ?(?:[{_CURRENCY}]|(?:usd|eur|gbp|dollars?|euros?)\b)",
            # 16oz, 0,5 l, 330 ml, 6-pack
            rf"{_NUMBER} ?-? ?(?:fl\.? ?)?(?:oz|ounces?|ml|cl|dl|l|lt|ltr|litres?|liters?|pints?|pt|packs?|pk)\b\.?",
            rf"{_NUMBER} ?(?:ibus?|srm|plato|°p?)(?!\w)",
            rf"\bibus?[ :]{{0,4}}{_NUMBER}",
            # A price without a currency has cents, or stands behind dots.
            r"\b\d{1,3}[.,]\d{2}\b",
            r"(?<!\.)\.{3,}+ ?\d{1,3} ?$",
        ]
    ),
    re.IGNORECASE,
)
# Words that say how a beer is served. Some are part of a name, too: Guinness Draught.
SERVING_WORDS = frozenset(
    (
        *("abv", "alc", "vol", "ibu", "ibus", "srm", "oz", "draft", "draught", "tap", "nitro", "cask", "growler"),
        *("bottle", "bottled", "btl", "can", "canned", "cans", "glass", "pint", "pints", "pour", "snifter", "tulip"),
    )
)
# Of lines that have one of the first, or none but the second, hardly any names a beer.
_OTHER_WORDS = frozenset(
    (
        *("wine", "wines", "wein", "vin", "vino", "prosecco", "champagne", "cabernet", "chardonnay", "merlot", "pinot"),
        *("riesling", "sauvignon", "cider", "cidre", "sidra", "mead", "cocktail", "cocktails", "margarita", "whiskey"),
        *("whisky", "gin", "vodka", "rum", "tequila", "mezcal", "cola", "coke", "pepsi", "sprite", "lemonade", "soda"),
        *("water", "wasser", "juice", "tonic", "coffee", "espresso", "cappuccino", "latte", "tea", "burger", "burgers"),
        *("fries", "nachos", "pizza", "salad", "sandwich", "pretzel", "wings", "soup", "cheese", "chips"),
    )
)
_HEADING_WORDS = SERVING_WORDS | frozenset(
    (
        *("our", "on", "the", "and", "of", "by", "from", "beer", "beers", "ale", "ales", "lager", "lagers", "list"),
        *("menu", "selection", "bottles", "taps", "drinks", "flight", "flights", "seasonal", "seasonals", "rotating"),
        *("happy", "hour", "local", "craft", "imported", "imports", "domestic", "specials", "today", "now", "bier"),
    )
)
_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}\N{GRAVE ACCENT}\N{ACUTE ACCENT}]")
_WORD = re.compile(r"[^\W_]+")
# The same words in full, folded: an IPA is one on the menu and in the catalogue, whichever of them spells it out.
_ABBREVIATED = re.compile(r"\bindia pale ale\b")


@dataclass(frozen=True)
class MenuLine:
    """The words that may name a beer, folded, at most MAX_WORDS; the strength in percent, None if it is not said."""

    words: tuple[str, ...]
    abv: float | None

    @property
    def is_likely_no_beer(self) -> bool:
        """Whether it is a heading, or of something else that bars have: no guess is worth making."""
        return not _OTHER_WORDS.isdisjoint(self.words) or _HEADING_WORDS.issuperset(self.words)


def words_of(text: str) -> tuple[str, ...]:
    """Words, folded; an apostrophe is no end of a word, and India Pale Ale is one word, IPA."""
    return tuple(_WORD.findall(_ABBREVIATED.sub("ipa", folded(_APOSTROPHES.sub("", text)))))


def parse(text: str) -> MenuLine:
    """The words and the strength of one line, of which the first LONGEST_LINE characters are read."""
    text = " ".join(text[:LONGEST_LINE].split())
    abv = None
    for pattern in (_STRENGTH, _STRENGTH_IN_WORDS):
        found = pattern.search(text)
        if found is not None and abv is None:
            abv = float(next(number for number in found.groups() if number).replace(",", "."))
        text = " ".join(pattern.sub(" ", text).split())
    return MenuLine(words_of(_EXTRAS.sub(" ", text))[:MAX_WORDS], abv)
