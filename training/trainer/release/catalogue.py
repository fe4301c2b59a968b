"""The release's catalogue: every known beer with its statistics."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import starmap
from pathlib import Path

import numpy as np

from taproom import catalogue_file
from taproom.catalogue_file import MAX_DAYS, Beer, BeerNeighbours, DailyReviews, score_shares
from trainer.data.reviews import Beers, Floats, Ratings
from trainer.data.split import Split
from trainer.evaluation.baselines import BEER_SHRINKAGE
from trainer.evaluation.score_drift import BeerScores
from trainer.retrieval.linear import FewNeighbours

_SCORES_AT_ONCE = 65_536


def write(file: Path, split: Split, release: str, ranking_weight: float, few: FewNeighbours | None = None) -> None:
    """Write the catalogue; statistics are those of observed ratings, `ranking_weight` is blending's.

    The `few` neighbours are what lists are made of while no model answers.

    A beer without an observed rating has 0 reviews, no mean score, and is loved as much as the mean. Held-out ratings
    are not counted by the day either: what they are asked of must not know when they came.
    """
    observed, beers = split.observed, split.beers
    scores = observed.score.astype(np.float64)
    counts = np.bincount(observed.beer, minlength=len(beers))
    sums = np.bincount(observed.beer, weights=scores, minlength=len(beers))
    loved = (sums + BEER_SHRINKAGE * scores.mean()) / (counts + BEER_SHRINKAGE)
    rows = zip(
        beers.ids,
        beers.names,
        beers.breweries,
        (style or None for style in beers.styles),
        (None if abv < 0 else round(float(abv), 2) for abv in beers.abv),
        counts.tolist(),
        (total / count if count else None for total, count in zip(sums.tolist(), counts.tolist(), strict=True)),
        loved.tolist(),
        strict=True,
    )
    about = {
        "release": release,
        "reviews": len(observed),
        "users": len(split.usernames),
        "beers": len(beers),
        "ranking_weight": ranking_weight,
        "score_shares": json.dumps(score_shares(_in_turn(observed.score))),
    }
    neighbours = () if few is None else starmap(BeerNeighbours, zip(few.beer.tolist(), *few[1:], strict=True))
    catalogue_file.write(file, starmap(Beer, rows), about, _daily_reviews(observed, beers), beers.aliases, neighbours)


def _in_turn(scores: Floats) -> Iterator[float]:
    """All of `scores` [ratings] as Python's numbers, few of them at once."""
    for start in range(0, len(scores), _SCORES_AT_ONCE):
        yield from scores[start : start + _SCORES_AT_ONCE].tolist()


def _daily_reviews(ratings: Ratings, beers: Beers) -> Iterator[DailyReviews]:
    """Each beer's ratings on each of the last days; none where all are of one day, as those without times are."""
    newest = ratings.day.max(initial=0)
    if (ratings.day == newest).all():
        return
    latest = ratings.select(ratings.day > newest - MAX_DAYS)
    days_and_beers, counts = np.unique(latest.day.astype(np.int64) * len(beers) + latest.beer, return_counts=True)
    for day_and_beer, count in zip(days_and_beers.tolist(), counts.tolist(), strict=True):
        day, beer = divmod(day_and_beer, len(beers))
        yield DailyReviews(beers.ids[beer], day, count)


def aliases(database: sqlite3.Connection) -> dict[str, str]:
    """The other ids of its beers; none in a catalogue of before there were any."""
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'aliases'").fetchone() is None:
        return {}
    return dict(database.execute("SELECT alias, beer_id FROM aliases"))


def ranking_weight(file: Path) -> float:
    """The weight that a release's catalogue was written with."""
    with closing(sqlite3.connect(file)) as database:
        (value,) = database.execute("SELECT value FROM about WHERE key = 'ranking_weight'").fetchone()
        return float(value)


def beer_scores(file: Path, beers: Beers) -> BeerScores:
    """What the catalogue in `file` says of the scores of `beers`, by any ids; 0 reviews of those that it lacks."""
    place = {beer_id: number for number, beer_id in enumerate(beers.ids)}
    count, total = np.zeros(len(beers), np.int64), np.zeros(len(beers))
    with closing(sqlite3.connect(file)) as database:
        for beer_id, reviews, mean in database.execute("SELECT beer_id, reviews, mean_score FROM beers WHERE reviews"):
            beer = place.get(beers.aliases.get(beer_id, beer_id))
            if beer is not None:
                count[beer] += reviews
                total[beer] += reviews * mean
    return BeerScores(count, total)
