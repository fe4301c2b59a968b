"""What a catalogue says of nearness and scores by itself: lists of one's own while the models wake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommend.adapters.histories_table import History
from recommend.adapters.tensorflow_serving import PredictedScores, Retrieved
from recommend.catalogue.catalogue import Catalogue
from taproom.catalogue_file import Beer
from taproom.contract import CANDIDATES, HIGHEST_SCORE, USER_SHRINKAGE

# Both found most of what is liked, for the least of what is found, in validation rows of several unlike data sets
# (docs/adr/0089). What a beer of a history says counts so much more for a point more than it was expected to be given:
_LOUDER = 0.25
# What a point of predicted score weighs beside nearness: these predictions say little.
QUICK_WEIGHT = 0.03


@dataclass(frozen=True)
class QuickModel:
    """Answers as ModelClient does, with the catalogue's neighbours and means, in milliseconds."""

    catalogue: Catalogue

    def retrieve(self, _: str, histories: Sequence[History]) -> list[Retrieved]:
        """The beers nearest to each of `histories`; one is known if there is any."""
        release, found = self.catalogue.release, list[Retrieved]()
        for history in histories:
            own = self.catalogue.beers(history)
            expected = _deviation(history, own)
            voices = {
                beer_id: 1 + _LOUDER * (history[beer_id] - beer.loved - expected) for beer_id, beer in own.items()
            }
            near = self.catalogue.neighbours.of(voices, CANDIDATES)
            found.append(Retrieved(*near, knows_history=bool(near.beer_ids), release=release))
        return found

    def predict(self, _: str, history: History, beers: Sequence[Beer]) -> PredictedScores:
        """How the user would score each of `beers`: as everybody does, and as far off as they are otherwise."""
        expected = _deviation(history, self.catalogue.beers(history))
        scores = tuple(min(max(beer.loved + expected, 0.0), HIGHEST_SCORE) for beer in beers)
        return PredictedScores(scores, self.catalogue.release if beers else "")


def _deviation(history: History, own: Mapping[str, Beer]) -> float:
    """How far a user's scores are off everybody's, for the `own` beers of the history that are known, by id."""
    off = sum(history[beer_id] - beer.loved for beer_id, beer in own.items())
    return off / (len(own) + USER_SHRINKAGE)
