"""The exported models, called as TensorFlow Serving calls them: by signature, with strings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from reviews import Beers, Codes, Rows, Texts

from taproom.contract import RANKING, RETRIEVAL

_USERS_AT_ONCE = 1024
_ROWS_AT_ONCE = 8192


class Pair:
    """The two servables of one release, loaded from `<folder>/retrieval/1` and `<folder>/ranking/1`."""

    def __init__(self, folder: Path) -> None:
        # The loaded objects are kept: a signature alone does not keep its variables alive.
        self._loaded = {name: tf.saved_model.load(str(folder / name / "1")) for name in (RETRIEVAL, RANKING)}

    def answer(self, servable: str, inputs: Mapping[str, Any]) -> dict[str, tf.Tensor]:
        """The servable's outputs for columns of inputs, all [n]."""
        signature = self._loaded[servable].signatures["serving_default"]
        return dict(
            signature(**{name: tf.constant(column, _TYPES.get(name, tf.string)) for name, column in inputs.items()})
        )

    def release(self) -> str:
        """The release id that retrieval answers with."""
        return str(self.answer(RETRIEVAL, {"username": [""]})["release"].numpy()[0].decode())

    def retrieved(self, usernames: Texts, beers: Beers) -> npt.NDArray[np.int32]:
        """Beer codes [users, k], best first; -1 for a beer that `beers` does not hold."""
        keys, codes = tf.constant(beers.ids, tf.string), tf.range(len(beers), dtype=tf.int32)
        code_of = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, codes), -1)
        return np.concatenate(
            [
                code_of.lookup(
                    self.answer(RETRIEVAL, {"username": usernames[start : start + _USERS_AT_ONCE]})["beer_id"]
                )
                for start in range(0, len(usernames), _USERS_AT_ONCE)
            ]
        )

    def ranked(self, rows: Rows, usernames: Texts, beers: Beers) -> npt.NDArray[np.float32]:
        """Predicted scores [rows]."""
        return np.concatenate(
            [
                self.answer(RANKING, ranking_inputs(rows.user[part], rows.beer[part], usernames, beers))["score"]
                for start in range(0, len(rows), _ROWS_AT_ONCE)
                for part in [slice(start, start + _ROWS_AT_ONCE)]
            ]
        )


_TYPES = {"abv": tf.float32}


def ranking_inputs(user: Codes, beer: Codes, usernames: Texts, beers: Beers) -> dict[str, npt.NDArray[Any]]:
    """Ranking's columns of inputs for pairs of codes [n]."""
    return {
        "username": usernames[user],
        "beer_id": beers.ids[beer],
        "brewery_name": beers.breweries[beer],
        "style": beers.styles[beer],
        "abv": beers.abv[beer],
    }
