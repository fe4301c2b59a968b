"""A catalogue's neighbours: which beers those of a history speak for, without any model."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from taproom.catalogue_file import unpacked


class NearBeers(NamedTuple):
    """Beers with their scores, in points of retrieval's score, the nearest first; all scores are above 0."""

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

    def of(self, beer_ids: Iterable[str], most: int) -> NearBeers | None:
        """The `most` beers nearest to all of `beer_ids` together, these left out; None if none of them has neighbours.

        A beer's score is the sum of its weights as a neighbour of each.
        """
        own = json.dumps(list(beer_ids))
        rows = self._database.execute(
            "SELECT beer, others, weights FROM neighbours JOIN beers ON beers.rowid = beer "
            "WHERE beer_id IN (SELECT value FROM json_each(?))",
            (own,),
        ).fetchall()
        if not rows:
            return None
        scores: defaultdict[int, float] = defaultdict(float)
        for _, others, weights in rows:
            for other, weight in unpacked(others, weights):
                scores[other] += weight
        for beer, _, _ in rows:
            scores.pop(beer, None)
        near = [beer for beer in scores if scores[beer] > 0]
        best = sorted(near, key=lambda beer: (-scores[beer], beer))[:most]
        names = dict(
            self._database.execute(
                "SELECT rowid, beer_id FROM beers WHERE rowid IN (SELECT value FROM json_each(?))", (json.dumps(best),)
            )
        )
        return NearBeers(tuple(names[beer] for beer in best), tuple(scores[beer] for beer in best))
