"""What the release would show some guests that nobody is: each likes the best known beers of a style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from taproom.contract import HIGHEST_SCORE
from trainer.data.histories import Histories
from trainer.data.reviews import Beers
from trainer.data.split import Split
from trainer.release.models import ReleaseModels
from trainer.release.top_lists import top_lists

_GUESTS, _LIKED, _LISTED = 3, 3, 10


@dataclass(frozen=True)
class ListedBeer:
    """A place of a list; `score` (0 to 5) is the predicted one."""

    name: str
    style: str
    score: float


@dataclass(frozen=True)
class Example:
    """What somebody would get who gave 5 points to the beers `liked`, all of one `style`, and rated nothing else."""

    style: str
    liked: Sequence[str]
    listed: Sequence[ListedBeer]


def examples(models: ReleaseModels, ranking_weight: float, split: Split) -> list[Example]:
    """A guest for each of the three styles with most reviews, of those that have three beers or more.

    People's own lists are not shown: the report is kept for good, and who asks to be forgotten must be.
    """
    beers, reviews = split.beers, np.bincount(split.observed.beer, minlength=len(split.beers))
    names, style = np.unique(beers.styles.astype(str), return_inverse=True)
    totals = np.bincount(style, reviews)
    enough = (np.bincount(style) >= _LIKED) & (names != "")
    styles = [int(place) for place in np.argsort(-totals, kind="stable") if enough[place]][:_GUESTS]
    if not styles:
        return []
    order = np.argsort(-reviews, kind="stable")
    liked = np.array([order[style[order] == place][:_LIKED] for place in styles], np.int32)
    histories = Histories(
        np.arange(len(styles) + 1, dtype=np.int64) * _LIKED,
        liked.ravel(),
        np.full(liked.size, HIGHEST_SCORE, np.float32),
    )
    guests = np.array([f"guest {number}" for number in range(len(styles))], object)
    found = top_lists(models, ranking_weight, histories, guests, beers, np.ones(len(beers), np.bool_), _LISTED)
    return [
        Example(
            style=str(names[place]),
            liked=[_named(beers, int(beer)) for beer in liked[guest]],
            listed=[
                ListedBeer(_named(beers, int(beer)), str(beers.styles[beer]), float(score))
                for beer, score in zip(found.beers[guest], found.scores[guest], strict=True)
                if beer >= 0
            ],
        )
        for guest, place in enumerate(styles)
    ]


def _named(beers: Beers, beer: int) -> str:
    return f"{beers.names[beer]} ({beers.breweries[beer]})"
