"""What was served lately, and what users rated of it: the part of the data that no model has chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from taproom.contract import LEAST_OF_POLICY
from trainer.data.reviews import Ids, Reviews
from trainer.sagemaker.progress import say

_COLUMNS = ["event", "recommendation_id", "username", "beer_id", "propensity"]
_SERVED, _RATED = "served", "rated"


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
    probes = log.filter(pc.and_(pc.equal(log["event"], _SERVED), pc.less(log["propensity"], LEAST_OF_POLICY)))
    shown = set(zip(*(probes[name].to_pylist() for name in ("recommendation_id", "beer_id")), strict=True))
    rated = log.filter(pc.equal(log["event"], _RATED)).to_pylist()
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
