"""The beers of catalogue files, beside those of the reviews: some of them nobody has reviewed yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from taproom.contract import LEARNT_COLUMNS
from trainer.data.reviews import Beers, Reviews
from trainer.sagemaker.failure import CannotTrain


def added(reviews: Reviews, folder: Path) -> Reviews:
    """`reviews` with the beers of the file in `folder`, if there is one: what it says of a beer wins.

    Raises
    ------
    CannotTrain
        Where the file can't be read.
    """
    files = sorted(folder.glob("**/*.parquet"))
    if not files:
        return reviews
    listed = pa.concat_tables([_read(file) for file in files])
    known = reviews.beers
    listed_ids = listed["beer_id"].to_numpy(zero_copy_only=False).astype(object)
    ids = np.union1d(known.ids.astype(object), listed_ids)
    of_known, of_listed = np.searchsorted(ids, known.ids), np.searchsorted(ids, listed_ids)

    def column(name: str, values: npt.NDArray[np.object_], unknown: str | float) -> npt.NDArray[np.object_]:
        found = np.full(len(ids), unknown, object)
        found[of_known] = values
        given = listed[name].is_valid().to_numpy()
        found[of_listed[given]] = listed[name].to_numpy(zero_copy_only=False).astype(object)[given]
        return found

    beers = Beers(
        ids=ids,
        names=column("beer_name", known.names, ""),
        breweries=column("brewery_name", known.breweries, ""),
        styles=column("style", known.styles, ""),
        abv=column("abv", known.abv.astype(object), -1.0).astype(np.float32),
    )
    ratings = replace(reviews.ratings, beer=of_known[reviews.ratings.beer].astype(np.int32))
    return Reviews(reviews.usernames, beers, ratings)


def _read(file: Path) -> pa.Table:
    try:
        return pq.read_table(file, columns=list(LEARNT_COLUMNS))
    except (OSError, pa.ArrowException) as error:
        raise CannotTrain(
            f"The catalogue's beers in {file.name} can't be read ({str(error).splitlines()[0]}): "
            "drop a catalogue file again, so that ingest writes them anew."
        ) from error
