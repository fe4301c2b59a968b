"""A line of a menu, without what menus add to a beer: prices, sizes, strengths, numbers of the taps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from taproom.contract import folded

_NUMBER = r"\d+(?:[.,]\d+)?"
_STRENGTH = re.compile(
    rf"(?:abv|alc\.?|vol\.?)?[\s:]*({_NUMBER})\s*%(?:\s*(?:abv|alc\.?|vol\.?|by vol\w*))*", re.IGNORECASE
)
# Of "#9 ABV 11" the number behind counts: the one before belongs to the name.
_STRENGTH_IN_WORDS = re.compile(
    rf"\b(?:abv|alc\.?)[\s:]*({_NUMBER})|({_NUMBER})\s*(?:abv|alc\.?)(?!\w)(?![\s:]*\d)", re.IGNORECASE
)
_CURRENCY = "$€£¥"
_EXTRAS = re.compile(
    "|".join(
        [
            # 1. or 12) or # 3: the tap
            r"^\s*(?:tap\s*)?#?\s*\d{1,3}\s*[.):]\s+",
            # $7, 7.50 €, $ 6/8
            rf"[{_CURRENCY}]\s*{_NUMBER}(?:\s*/\s*[{_CURRENCY}]?\s*{_NUMBER})*",
            rf"{_NUMBER}\s*(?:[{_CURRENCY}]|(?:usd|eur|gbp|dollars?|euros?)\b)",
            # 16oz, 0,5 l, 330 ml, 6-pack
            rf"{_NUMBER}\s*-?\s*(?:fl\.?\s*)?(?:oz|ounces?|ml|cl|dl|l|lt|ltr|litres?|liters?|pints?|pt|packs?|pk)\b\.?",
            rf"{_NUMBER}\s*(?:ibus?|srm|plato|°p?)(?!\w)",
            rf"\bibus?[\s:]*{_NUMBER}",
            # A price without a currency has cents, or stands behind dots.
            r"\b\d{1,3}[.,]\d{2}\b",
            r"\.{3,}\s*\d{1,3}\s*$",
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
_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}\N{GRAVE ACCENT}\N{ACUTE ACCENT}]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class MenuLine:
    """The words that may name a beer, folded, and the strength in percent, None if the line does not say it."""

    words: tuple[str, ...]
    abv: float | None


def words_of(text: str) -> tuple[str, ...]:
    """Words, folded; an apostrophe is no end of a word."""
    return tuple(_WORD.findall(folded(_APOSTROPHES.sub("", text))))


def parse(text: str) -> MenuLine:
    """The words and the strength of one line."""
    abv = None
    for pattern in (_STRENGTH, _STRENGTH_IN_WORDS):
        found = pattern.search(text)
        if found is not None and abv is None:
            abv = float(next(number for number in found.groups() if number).replace(",", "."))
        text = pattern.sub(" ", text)
    return MenuLine(words_of(_EXTRAS.sub(" ", text)), abv)
