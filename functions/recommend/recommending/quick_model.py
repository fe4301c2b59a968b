"""What a catalogue says of nearness and scores by itself: lists of one's own while the models wake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommend.adapters.histories_table import History
from recommend.adapters.tensorflow_serving import PredictedScores, Retrieved
from recommend.catalogue.catalogue import Catalogue
from taproom.catalogue_file import Beer
from taproom.contract import CANDIDATES, HIGHEST_SCORE

# So many ratings as everybody's stand beside a user's own (trainer/evaluation/baselines.py).
_USER_SHRINKAGE = 5.0


@dataclass(frozen=True)
class QuickModel:
    """Answers as ModelClient does, with the catalogue's neighbours and means, in milliseconds."""

    catalogue: Catalogue

    def retrieve(self, _: str, histories: Sequence[History]) -> list[Retrieved]:
        """The beers nearest to each of `histories`; one is known if any of its beers has neighbours."""
        release, found = self.catalogue.release, list[Retrieved]()
        for history in histories:
            near = self.catalogue.neighbours.of(history, CANDIDATES)
            found.append(
                Retrieved((), (), False, release)
                if near is None
                else Retrieved(*near, knows_history=True, release=release)
            )
        return found

    def predict(self, _: str, history: History, beers: Sequence[Beer]) -> PredictedScores:
        """How the user would score each of `beers`: as everybody does, and as far off as they are otherwise."""
        own = self.catalogue.beers(history)
        off = sum(history[beer_id] - beer.loved for beer_id, beer in own.items()) / (len(own) + _USER_SHRINKAGE)
        scores = tuple(min(max(beer.loved + off, 0.0), HIGHEST_SCORE) for beer in beers)
        return PredictedScores(scores, self.catalogue.release if beers else "")
