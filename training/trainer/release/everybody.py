"""Recommendations for all users, as files."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from taproom.contract import CATALOGUE
from taproom.messages.served_events import MOST_LOVED, PERSONAL
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Floats, Ids, Ratings, Reviews, Texts
from trainer.release import catalogue
from trainer.release.models import ReleaseModels
from trainer.release.top_lists import TopLists, top_lists
from trainer.sagemaker.progress import say

# Their lists, histories and logits are what is held in memory.
_USERS_AT_ONCE = 2048
SCHEMA = pa.schema(
    [
        ("username", pa.string()),
        ("place", pa.int32()),
        ("beer_id", pa.string()),
        ("beer_name", pa.string()),
        ("brewery_name", pa.string()),
        ("score", pa.float32()),
        ("basis", pa.string()),
    ]
)


def write_recommendations(release: Path, reviews: Reviews, retired: Collection[str], length: int, folder: Path) -> None:
    """Write `folder`/recommendations.parquet and .csv: the first `length` places of everybody's list.

    They are those that the API answers as long as no review comes, `score` being the predicted one; whose history the
    models do not know gets the most loved beers, with their `score`, as in the API. `release` holds what
    model.tar.gz does.
    """
    file = release / CATALOGUE
    of_release = _read(file, reviews.beers)
    beers, aliases = of_release.beers, of_release.beers.aliases
    models, weight = ReleaseModels(release), catalogue.ranking_weight(file)
    known = Histories.from_ratings(_of(beers, reviews), len(reviews.usernames))
    gone = sorted({aliases.get(beer_id, beer_id) for beer_id in retired})
    may_be_shown = of_release.has & ~np.isin(beers.ids.astype(str), gone)
    folder.mkdir(parents=True, exist_ok=True)
    users = len(reviews.usernames)
    with (
        pq.ParquetWriter(folder / "recommendations.parquet", SCHEMA) as parquet,
        csv.CSVWriter(folder / "recommendations.csv", SCHEMA) as text,
    ):
        for start in range(0, users, _USERS_AT_ONCE):
            some = np.arange(start, min(start + _USERS_AT_ONCE, users))
            histories, names = known.select(some), reviews.usernames[some]
            lists = top_lists(models, weight, histories, names, beers, may_be_shown, length)
            is_known = np.bincount(histories.user, of_release.has[histories.beer], len(some)) > 0
            for user in np.flatnonzero(~is_known):
                lists.replace(int(user), *of_release.most_loved(may_be_shown))
            table = _table(lists, is_known, names, beers)
            parquet.write_table(table)
            text.write_table(table)
            say(f"{some[-1] + 1:,} of {users:,} users")


class _Catalogue(NamedTuple):
    """The release's beers, then those of the reviews that it lacks; `has` [beers] are the former.

    `loved` [beers] are their scores by which the most loved come first, and `by_love` their places in that order.
    """

    beers: Beers
    has: npt.NDArray[np.bool_]
    loved: Floats
    by_love: Ids

    def most_loved(self, may_be_shown: npt.NDArray[np.bool_]) -> tuple[Ids, Floats]:
        """The beers that may be shown, the most loved first, with their scores."""
        shown = self.by_love[may_be_shown[self.by_love]]
        return shown, self.loved[shown]


def _read(file: Path, reviewed: Beers) -> _Catalogue:
    """The catalogue in `file`, beside the `reviewed` beers."""
    with closing(sqlite3.connect(file)) as database:
        columns = "beer_id, name, brewery, coalesce(style, ''), coalesce(abv, -1), loved"
        rows = database.execute(f"SELECT {columns} FROM beers ORDER BY beer_id").fetchall()
        order = database.execute("SELECT beer_id FROM beers ORDER BY loved DESC, reviews DESC, beer_id").fetchall()
        aliases = catalogue.aliases(database)
    place = {row[0]: number for number, row in enumerate(rows)}
    others = [number for number, beer_id in enumerate(reviewed.ids) if aliases.get(beer_id, beer_id) not in place]
    own = [np.array(column, object) for column in zip(*rows, strict=True)]
    ids, names, breweries, styles = (
        np.concatenate([column, more[others]])
        for column, more in zip(own, (reviewed.ids, reviewed.names, reviewed.breweries, reviewed.styles), strict=False)
    )
    abv = np.concatenate([own[4].astype(np.float32), reviewed.abv[others]])
    return _Catalogue(
        beers=Beers(ids, names, breweries, styles, abv, aliases),
        has=np.arange(len(ids)) < len(rows),
        loved=np.concatenate([own[5].astype(np.float32), np.zeros(len(others), np.float32)]),
        by_love=np.array([place[beer_id] for (beer_id,) in order], np.int32),
    )


def _of(beers: Beers, reviews: Reviews) -> Ratings:
    """The ratings with places in `beers`, the latest where two ids of the reviews are one beer there."""
    place = {beer_id: number for number, beer_id in enumerate(beers.ids)}
    of_beer = np.array([place[beers.aliases.get(beer_id, beer_id)] for beer_id in reviews.beers.ids], np.int32)
    ratings = reviews.ratings
    return Ratings(ratings.user, of_beer[ratings.beer], ratings.score)


def _table(lists: TopLists, is_known: npt.NDArray[np.bool_], names: Texts, beers: Beers) -> pa.Table:
    """A row for each place of each list."""
    user, place = np.nonzero(lists.beers >= 0)
    beer = lists.beers[user, place]
    columns = (
        *(names[user], (place + 1).astype(np.int32), beers.ids[beer], beers.names[beer], beers.breweries[beer]),
        *(lists.scores[user, place], np.where(is_known[user], PERSONAL, MOST_LOVED)),
    )
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], SCHEMA)
