"""What was prepared on Spark (training/prepare.py), read as if it had been prepared here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from taproom.contract import PREPARED_DESCRIPTION
from trainer.data.bursts import Bursts, Flags
from trainer.data.reviews import Beers, Ratings, Reviews
from trainer.sagemaker.failure import CannotTrain


def read(folder: Path, held_out_share: float) -> tuple[Reviews, Bursts, Flags]:
    """The reviews without those of bursts, what was left out, and which ratings [ratings] are held out.

    Raises
    ------
    CannotTrain
        Where it can't be read, or another share was held out.
    """
    try:
        description = json.loads((folder / PREPARED_DESCRIPTION).read_bytes())
        users, beers, ratings = (_table(folder, name) for name in ("users", "beers", "ratings"))
    except (OSError, ValueError) as error:
        raise CannotTrain(
            f"What was prepared in {folder} can't be read ({str(error).splitlines()[0]}): have it prepared again, "
            "or give the parts in the channel 'reviews' instead."
        ) from error
    if description["held_out_share"] != held_out_share:
        raise CannotTrain(
            f"What was prepared holds out a share of {description['held_out_share']}, the job {held_out_share}: have "
            "it prepared again with the job's hyper-parameters."
        )
    known = Reviews(
        usernames=_texts(users["username"]),
        beers=Beers(
            ids=_texts(beers["beer_id"]),
            names=_texts(beers["beer_name"]),
            breweries=_texts(beers["brewery_name"]),
            styles=_texts(beers["style"]),
            abv=beers["abv"].to_numpy(),
            aliases=description["aliases"],
        ),
        ratings=Ratings(*(ratings[name].to_numpy() for name in ("user", "beer", "score", "day"))),
    )
    return known, Bursts(**description["bursts"]), np.asarray(ratings["held_out"].to_numpy(), np.bool_)


def _table(folder: Path, name: str) -> pa.Table:
    return pa.concat_tables([pq.read_table(file) for file in sorted(folder.glob(f"{name}-*.parquet"))])


def _texts(column: pa.ChunkedArray) -> npt.NDArray[np.object_]:
    return column.to_numpy().astype(object)
