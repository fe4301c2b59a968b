"""A catalogue's neighbours: which beers those of a history speak for, without any model."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from taproom.catalogue_file import unpacked

# The score of a beer that has no neighbours, where all of its brewery's beers are in a history; chosen on validation
# rows (docs/adr/0089).
BREWERY_WEIGHT = 0.25


class NearBeers(NamedTuple):
    """Beers with their scores, the nearest first; all scores are above 0, few above 1."""

    beer_ids: tuple[str, ...]
    scores: tuple[float, ...]


class Neighbours:
    """Reads the table `neighbours`; catalogues of before there was one have none."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def are_there(self) -> bool:
        """Whether the catalogue says anything of any beer."""
        if not self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'neighbours'").fetchone():
            return False
        return self._database.execute("SELECT 1 FROM neighbours LIMIT 1").fetchone() is not None

    def of(self, voices: Mapping[str, float], most: int) -> NearBeers:
        """The `most` beers nearest to a history, its own left out; `voices` is how much each of its beers counts.

        A beer's score is the sum of its weights as a neighbour of each, times that one's voice. That of a beer which
        has no neighbours is the share of its brewery's beers that are in the history, times BREWERY_WEIGHT.
        """
        asked = {"own": json.dumps(list(voices))}
        scores: defaultdict[int, float] = defaultdict(float)
        for beer, share in self._database.execute(
            # By IN and not by a join, which would read all beers once for each brewery.
            "SELECT beer, share FROM (SELECT rowid AS beer, avg(beer_id IN (SELECT value FROM json_each(:own))) OVER "
            "(PARTITION BY brewery) AS share FROM beers WHERE brewery IN (SELECT brewery FROM beers WHERE beer_id IN "
            "(SELECT value FROM json_each(:own)))) WHERE beer NOT IN (SELECT beer FROM neighbours)",
            asked,
        ):
            scores[beer] = BREWERY_WEIGHT * share
        for beer_id, others, weights in self._database.execute(
            "SELECT beer_id, others, weights FROM neighbours JOIN beers ON beers.rowid = beer "
            "WHERE beer_id IN (SELECT value FROM json_each(:own))",
            asked,
        ):
            for other, weight in unpacked(others, weights):
                scores[other] += voices[beer_id] * weight
        near = [beer for beer in scores if scores[beer] > 0]
        best = sorted(near, key=lambda beer: (-scores[beer], beer))[: most + len(voices)]
        names = dict(
            self._database.execute(
                "SELECT rowid, beer_id FROM beers WHERE rowid IN (SELECT value FROM json_each(?))", (json.dumps(best),)
            )
        )
        new = [beer for beer in best if names[beer] not in voices][:most]
        return NearBeers(tuple(names[beer] for beer in new), tuple(scores[beer] for beer in new))
