"""Types lines of a tap list: brewery and beer in any order, with typos, strengths, sizes and prices."""

from __future__ import annotations

import random

from taproom.catalogue_file import Beer

_CUT = frozenset(("brewing", "company", "brewery", "co", "co.", "beer", "ltd.", "inc.", "llc"))
_SIZES = (" 16oz", " 0,5 l", " 12 oz.", " pint", " 330ml")
_PRICES = (" $7", " 7.50", " €5,50", " ..... 6", " $6/$8", " 4,80 €")


def line(beer: Beer, rng: random.Random) -> str:
    """A line that means `beer`, as `rng` has it."""
    brewery = beer.brewery.split(" / ")[0].split()
    if rng.random() < 0.6:
        brewery = [word for word in brewery if word.lower().strip(",") not in _CUT] or brewery
    name, brewer = _typed(beer.name.split(), rng), _typed(brewery, rng)
    order = ("{brewer} {name}", "{name} - {brewer}", "{name}, {brewer}", "{name} ({brewer})")
    text = rng.choice(order).format(name=name, brewer=brewer)
    if beer.abv and rng.random() < 0.5:
        text += rng.choice(("  {}%", " {}% ABV", " ABV {}", " ({} % vol)")).format(f"{beer.abv:g}")
    text += rng.choice(_SIZES) if rng.random() < 0.5 else ""
    text += rng.choice(_PRICES) if rng.random() < 0.7 else ""
    text = f"{rng.randrange(1, 40)}. {text}" if rng.random() < 0.3 else text
    return text.upper() if rng.random() < 0.2 else text


def _typed(words: list[str], rng: random.Random) -> str:
    """The words, in two cases of five with a typo in the longest."""
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    if rng.random() < 0.4:
        words = [_mistyped(word, rng) if place == longest else word for place, word in enumerate(words)]
    return " ".join(words)


def _mistyped(word: str, rng: random.Random) -> str:
    if len(word) < 5:
        return word
    at = rng.randrange(1, len(word) - 1)
    wrong = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + rng.choice("aeiourst") + word[at + 1 :],
    )
    return rng.choice(wrong)
