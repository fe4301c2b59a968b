"""Beers that are similar to one: those that retrieval finds for somebody who has loved it alone.

To one without reviews it is those of its brewery and style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.recommending import messages
from recommend.recommending.retrieval import retrieve
from taproom.catalogue_file import Beer
from taproom.contract import HIGHEST_SCORE


@dataclass(frozen=True)
class SimilarBeer:
    """A beer at its `rank`, from 1 on, among those that are similar to another one."""

    beer: Beer
    rank: int
    same_style: bool
    same_brewery: bool


@dataclass(frozen=True)
class SimilarBeersResult:
    """The similar beers, the nearest first; `message` says why these, where the model does not know the beer."""

    release: str
    beer_id: str
    message: str | None
    beers: Sequence[SimilarBeer]


@dataclass(frozen=True)
class SimilarBeers:
    """Asks retrieval, with the catalogue of the release that answers."""

    models: ModelClient
    serving: ServingRelease

    def find(self, beer_id: str, limit: int) -> SimilarBeersResult:
        """At most `limit` beers that are similar to one.

        Raises
        ------
        NotFound
            For a beer that the catalogue does not have.
        """
        retrieved = retrieve(self.models, self.serving, "", {beer_id: HIGHEST_SCORE})
        catalogue = self.serving.catalogue(retrieved.release)
        beer = catalogue.beer(beer_id)
        # Of a beer without reviews retrieval knows little more than what is well known anyway.
        is_known = retrieved.knows_history and beer.reviews > 0
        if is_known:
            others = replace(catalogue.beer_filter(), exclude=frozenset({beer.beer_id}))
            found = [other for other in catalogue.beers(retrieved.beer_ids).values() if others.accepts(other)]
        else:
            found = catalogue.alike(beer, limit)
        return SimilarBeersResult(
            release=retrieved.release,
            beer_id=beer.beer_id,
            message=None if is_known else messages.UNKNOWN_BEER,
            beers=[
                SimilarBeer(other, rank, same_style(other, beer), same_brewery(other, beer))
                for rank, other in enumerate(found[:limit], start=1)
            ],
        )


def same_style(one: Beer, other: Beer) -> bool:
    """Whether two beers are of one style; those of unknown style are not."""
    return one.style is not None and one.style == other.style


def same_brewery(one: Beer, other: Beer) -> bool:
    """Whether two beers are of one brewery."""
    return one.brewery == other.brewery
