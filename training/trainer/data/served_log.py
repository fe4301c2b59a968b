"""What was served lately, and what users rated of it: the part of the data that no model has chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom.contract import LEAST_OF_POLICY, folded
from taproom.messages.served_events import COLUMNS, PERSONAL, RATED, SERVED, TAKING
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Ids, Ratings, Reviews
from trainer.sagemaker.progress import say

# All but what no model is judged by.
_COLUMNS = [name for name in COLUMNS if name not in ("score", "release", "ranking_release", "ratings")]
# So many of the requests of so many days are answered again: enough to tell a share to 3 %.
MOST_REQUESTS, DAYS = 300, 7
# Of what no outcome says that it was rated after an answer: it had been before.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# What a query may ask for where it can be asked again: the job knows neither places and prices nor named candidates.
_REPEATABLE = frozenset({"limit", "style", "brewery", "min_abv", "max_abv", "experiment"})


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Requests:
    """Requests of users that were answered by the models; each is an item of the sequences.

    `histories` [requests] is what the user had rated before the answer, `usernames` who it was, `wanted` how many
    beers were asked for, `is_explored` whether chance might have put any other beer into the answer, `allowed`
    [beers] which pass the query's filter, None for all. What was shown is flat, [shown]: `request`, `beer`, the
    probability `shown` with which it was to be in that answer, and whether it was `taken`.
    """

    histories: Histories
    usernames: npt.NDArray[np.object_]
    wanted: Ids
    is_explored: npt.NDArray[np.bool_]
    allowed: Sequence[npt.NDArray[np.bool_] | None]
    request: Ids
    beer: Ids
    shown: npt.NDArray[np.float64]
    taken: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.usernames)


def read(folder: Path) -> pa.Table | None:
    """The rows in the files below `folder`, None where there are none; a file that can't be read is left out."""
    tables = []
    for file in sorted(folder.glob("**/*.parquet")):
        try:
            tables.append(pq.ParquetFile(file).read(columns=_COLUMNS))
        except (OSError, pa.ArrowException) as error:
            # A model without these probes is better than none.
            say(f"{file.name} of the served log can't be read, and is left out: {str(error).splitlines()[0]}")
    return pa.concat_tables(tables) if tables else None


def rated_probes(log: pa.Table | None, reviews: Reviews) -> npt.NDArray[np.bool_]:
    """Which of the ratings [ratings] are of beers that chance had shown to the user, who then rated them.

    They are kept from fitting while the answer is in the `log`, whose 28 days end with the run. So no release has seen
    them that was made since the answer, nor one that was made before: what was rated then was in its log too.
    """
    if log is None:
        return np.zeros(len(reviews.ratings), np.bool_)
    probes = log.filter(pc.and_(pc.equal(log["event"], SERVED), pc.less(log["propensity"], LEAST_OF_POLICY)))
    shown = set(zip(*(probes[name].to_pylist() for name in ("recommendation_id", "beer_id")), strict=True))
    rated = log.filter(pc.equal(log["event"], RATED)).to_pylist()
    pairs = [(row["username"], row["beer_id"]) for row in rated if (row["recommendation_id"], row["beer_id"]) in shown]
    aliases, count = reviews.beers.aliases, len(reviews.beers)
    user = _places(reviews.usernames, [user for user, _ in pairs])
    beer = _places(reviews.beers.ids, [aliases.get(beer, beer) for _, beer in pairs])
    known = (user >= 0) & (beer >= 0)
    keys = user[known].astype(np.int64) * count + beer[known]
    ratings = reviews.ratings
    return np.isin(ratings.user.astype(np.int64) * count + ratings.beer, keys)


def _places(names: npt.NDArray[np.object_], wanted: list[str]) -> Ids:
    """The place of each of `wanted` among the sorted `names`, -1 for what is not there."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(name, -1) for name in wanted], np.int32)


def sampled_requests(log: pa.Table | None, reviews: Reviews) -> Requests | None:
    """Up to MOST_REQUESTS of the last DAYS of the `log`; None without any.

    Those of newcomers are left out, whose ratings the log does not have, and those that ask for what the job does not
    know. Ids are random: the first ones by id are a random sample.
    """
    if log is None:
        return None
    lists = log.filter(
        pc.and_(
            pc.and_(pc.equal(log["event"], SERVED), pc.is_valid(log["beer_id"])),
            pc.and_(pc.equal(log["route"], "recommendations"), pc.equal(log["basis"], PERSONAL)),
        )
    )
    contexts = [each for each in lists["context"].unique().to_pylist() if json.loads(each).keys() <= _REPEATABLE]
    lists = lists.filter(pc.is_in(lists["context"], pa.array(contexts, pa.string())))
    lists = lists.filter(pc.is_in(lists["username"], pa.array(reviews.usernames, pa.string())))
    if not lists.num_rows:
        return None
    since = pc.max(lists["at"]).as_py() - timedelta(days=DAYS)
    lists = lists.filter(pc.greater(lists["at"], pa.scalar(since, lists["at"].type)))
    chosen = pa.array(sorted(lists["recommendation_id"].unique().to_pylist())[:MOST_REQUESTS])
    answers: dict[str, list[Row]] = {each: [] for each in chosen.to_pylist()}
    for row in lists.filter(pc.is_in(lists["recommendation_id"], chosen)).to_pylist():
        answers[row["recommendation_id"]].append(row)
    outcomes = log.filter(pc.is_in(log["event"], pa.array(TAKING))).to_pylist()
    return _requests(list(answers.values()), outcomes, reviews)


def _requests(answers: Sequence[Sequence[Row]], outcomes: Sequence[Row], reviews: Reviews) -> Requests:
    users = {name: place for place, name in enumerate(reviews.usernames)}
    beers = {beer_id: place for place, beer_id in enumerate(reviews.beers.ids)}
    beers |= {alias: beers[beer_id] for alias, beer_id in reviews.beers.aliases.items()}
    taken = {(row["recommendation_id"], row["beer_id"]) for row in outcomes}
    rated_at: dict[tuple[str, int], datetime] = {}
    for row in outcomes:
        if row["event"] == RATED and row["beer_id"] in beers:
            key = row["username"], beers[row["beer_id"]]
            rated_at[key] = min(rated_at.get(key, row["at"]), row["at"])
    known = Histories.from_ratings(reviews.ratings, len(reviews.usernames))
    own, wanted, explored, allowed, flat = [], [], [], [], []
    for number, shown in enumerate(answers):
        first = shown[0]
        history = known.select(np.array([users[first["username"]]]))
        rated = (rated_at.get((first["username"], int(beer)), _NEVER) for beer in history.beer)
        before = np.fromiter((at < first["at"] for at in rated), np.bool_, len(history.beer))
        own.append(Ratings(np.full(before.sum(), number, np.int32), history.beer[before], history.score[before]))
        length = len({row["beer_id"] for row in shown})
        wanted.append(length)
        explored.append(any(row["propensity"] < 1 for row in shown))
        allowed.append(_allowed(json.loads(first["context"]), reviews.beers))
        places = {beers[row["beer_id"]]: row for row in shown if row["beer_id"] in beers}
        flat += [
            (number, beer, _shown(row, length), (row["recommendation_id"], row["beer_id"]) in taken)
            for beer, row in places.items()
        ]
    columns = list(zip(*flat, strict=True)) or [(), (), (), ()]
    return Requests(
        histories=Histories.from_ratings(Ratings.concatenate(*own), len(answers)),
        usernames=np.array([shown[0]["username"] for shown in answers], object),
        wanted=np.array(wanted, np.int32),
        is_explored=np.array(explored, np.bool_),
        allowed=allowed,
        request=np.array(columns[0], np.int32),
        beer=np.array(columns[1], np.int32),
        shown=np.array(columns[2], np.float64),
        taken=np.array(columns[3], np.bool_),
    )


def _shown(row: Row, length: int) -> float:
    """With which probability the beer was to be anywhere in its answer of so many.

    The policy's own beer has one place, and its propensity. A probe may be at any place of the lower half, and is at
    none of them twice.
    """
    propensity: float = row["propensity"]
    return propensity if propensity >= LEAST_OF_POLICY else propensity * max(1, length // 2)


def _allowed(asked: Row, beers: Beers) -> npt.NDArray[np.bool_] | None:
    """Which beers pass the query's filter by style, brewery and strength, as the API compares them."""
    passes = np.ones(len(beers), np.bool_)
    for name, values in (("style", beers.styles), ("brewery", beers.breweries)):
        if name in asked:
            wanted = folded(asked[name])
            passes &= np.array([folded(str(value)) == wanted for value in values], np.bool_)
    if "min_abv" in asked:
        passes &= beers.abv >= asked["min_abv"]
    if "max_abv" in asked:
        passes &= (beers.abv >= 0) & (beers.abv <= asked["max_abv"])
    return None if passes.all() else passes
