"""The attributes that beers share: brewery, style, strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Beers, Floats, Ids, Texts

UNKNOWN = -1
# A strength further from the mean than this many deviations counts as this far: 57 % is not ten times 12 %.
MOST_DEVIATIONS = 3.0


@dataclass(frozen=True)
class ItemAttributes:
    """Ids of every known beer [beers], which are places in the sorted `breweries` and `styles`.

    A style that is not given ("") is a style of its own, if there is such a beer.
    """

    brewery: Ids
    breweries: Texts
    style: Ids
    styles: Texts
    strength: Floats  # standardised abv, 0 where unknown
    abv_mean: float  # percent by volume, over the beers whose abv is known
    abv_deviation: float

    @classmethod
    def from_beers(cls, beers: Beers) -> Self:
        """The attributes of a catalogue; reviews have no part in them."""
        breweries, brewery = np.unique(beers.breweries.astype(str), return_inverse=True)
        styles, style = np.unique(beers.styles.astype(str), return_inverse=True)
        given = beers.abv[beers.abv >= 0].astype(np.float64)
        mean = float(given.mean()) if len(given) else 0.0
        deviation = (float(given.std()) if len(given) else 0.0) or 1.0
        return cls(
            brewery=brewery.astype(np.int32),
            breweries=breweries.astype(object),
            style=style.astype(np.int32),
            styles=styles.astype(object),
            strength=standardised_strength(beers.abv, mean, deviation),
            abv_mean=mean,
            abv_deviation=deviation,
        )

    @property
    def numeric(self) -> npt.NDArray[np.float32]:
        """What is known beside brewery and style, as numbers [beers, 1]: the strength."""
        return self.strength[:, None]


def standardised_strength(abv: Floats, mean: float, deviation: float) -> npt.NDArray[np.float32]:
    """Standardised `abv` [n], cut off at 3 deviations; 0 for an unknown one (below 0)."""
    scaled = np.clip((abv - mean) / deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS)
    return np.where(abv < 0, 0, scaled).astype(np.float32)
