"""What ranking sees of a review: who, which beer, from where, which style, how strong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from reviews import Beers, Codes, Numbers, Texts
from split import Split

# The texts among the features, in the order of their blocks in the cross layer's input.
TEXTS = ("username", "beer_id", "brewery_name", "style")
# Code of a text that was not fitted.
UNKNOWN = 0


@dataclass(frozen=True)
class Vocabulary:
    """Texts known to ranking: for each feature the sorted texts [n], coded 1 to n; 0 is any other text."""

    texts: dict[str, Texts]
    abv_mean: float  # percent by volume, over fitted beers whose abv is known
    abv_deviation: float

    def codes(self, feature: str, given: Texts) -> Codes:
        """The code of each of `given` [n]."""
        known = self.texts[feature]
        if not len(known):
            return np.zeros(len(given), np.int32)
        place = np.searchsorted(known, given)
        place[place == len(known)] = 0
        return np.where(known[place] == given, place + 1, UNKNOWN).astype(np.int32)


@dataclass(frozen=True)
class BeerFeatures:
    """The features of every known beer; each array is [beers]."""

    beer_id: Codes
    brewery_name: Codes
    style: Codes
    abv: Numbers  # percent by volume, -1 where unknown


def vocabulary(split: Split) -> Vocabulary:
    """The texts that occur in training rows, and the strength of their beers."""
    fitted = np.unique(split.training.beer)
    beers = split.beers
    abv = beers.abv[fitted]
    known = abv[abv >= 0].astype(np.float64)
    return Vocabulary(
        texts={
            "username": split.usernames[np.unique(split.training.user)],
            "beer_id": beers.ids[fitted],
            "brewery_name": _distinct(beers.breweries[fitted]),
            "style": _distinct(beers.styles[fitted]),
        },
        abv_mean=float(known.mean()) if len(known) else 0.0,
        abv_deviation=(float(known.std()) if len(known) else 0.0) or 1.0,
    )


def of_beers(beers: Beers, known: Vocabulary) -> BeerFeatures:
    return BeerFeatures(
        beer_id=known.codes("beer_id", beers.ids),
        brewery_name=known.codes("brewery_name", beers.breweries),
        style=known.codes("style", beers.styles),
        abv=beers.abv,
    )


def _distinct(texts: Texts) -> npt.NDArray[np.object_]:
    """The sorted distinct texts, without the empty one, which stands for unknown."""
    return np.array(sorted(set(texts) - {""}), dtype=object)
