"""Data sets, split as the job would split them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trainer import hyperparameters
from trainer.data import split as splitting
from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Beers, Ratings, Reviews
from trainer.data.split import Split

# Everybody is fitted, as in the benchmark.
EVERYBODY = {"minimum_reviews": 1, "held_out_share": 0.2, "validation_share": 0.1}
NEWCOMER_SHARE, GIVEN = 0.05, 5


@dataclass(frozen=True, eq=False)
class Data:
    """A data set as the job would see it, `whole`; newcomers' `given` and `asked` rows are in no part of `split`."""

    whole: Split
    split: Split
    given: Ratings
    asked: Ratings
    attributes: ItemAttributes


def prepare(file: Path) -> Data:
    """The reviews of `file`, split by the job's own rules, and a few users left out."""
    known = read(file)
    config = hyperparameters.parsed(EVERYBODY)
    whole = splitting.split(known, config)
    chance = np.random.default_rng(config.seed)
    users = len(whole.usernames)
    is_new = np.zeros(users, np.bool_)
    is_new[chance.choice(users, round(users * NEWCOMER_SHARE), replace=False)] = True
    training, validation = (ratings.select(~is_new[ratings.user]) for ratings in (whole.training, whole.validation))
    rows = whole.observed.select(is_new[whole.observed.user])
    rows = rows.select(chance.permutation(len(rows)))
    rows = rows.select(np.argsort(rows.user, kind="stable"))
    place = np.arange(len(rows)) - np.searchsorted(rows.user, rows.user)
    parts = Split(whole.usernames, whole.beers, training, validation, whole.held_out)
    given, asked = rows.select(place < GIVEN), rows.select(place >= GIVEN)
    return Data(whole, parts, given, asked, ItemAttributes.from_beers(whole.beers))


def read(file: Path) -> Reviews:
    """A CSV in the drop format whose beers have ids; of a user and a beer the last review counts."""
    rows = pd.read_csv(
        file, dtype={"username": str, "beer_id": str, "beer_name": str, "brewery_name": str, "style": str}
    )
    rows = rows.drop_duplicates(["username", "beer_id"], keep="last").fillna({"abv": -1.0})
    user, usernames = pd.factorize(rows["username"], sort=True)
    beer, ids = pd.factorize(rows["beer_id"], sort=True)
    each = rows.drop_duplicates("beer_id", keep="last").sort_values("beer_id")
    names, breweries, styles = (each[name].to_numpy(object) for name in ("beer_name", "brewery_name", "style"))
    ratings = Ratings(user.astype(np.int32), beer.astype(np.int32), rows["score"].to_numpy(np.float32))
    return Reviews(
        np.asarray(usernames, object),
        Beers(np.asarray(ids, object), names, breweries, styles, each["abv"].to_numpy(np.float32)),
        ratings.select(np.lexsort((ratings.beer, ratings.user))),
    )
