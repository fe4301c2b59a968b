"""The exported models, called as TensorFlow Serving calls them: by signature, with strings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from taproom.contract import RANKING, RETRIEVAL
from trainer.data.histories import Histories, alike_long
from trainer.data.reviews import Beers, Codes, Rows, Texts

# Each has a logit for every beer.
_USERS_AT_ONCE = 256

_TYPES = {"abv": tf.float32, "history_scores": tf.float32}


class Lists(NamedTuple):
    """What retrieval finds: beer codes, -1 for a beer that is not in the catalogue, and scores, both [users, k]."""

    beers: Codes
    scores: npt.NDArray[np.float32]


class Pair:
    """The two servables of one release, loaded from `<folder>/retrieval/1` and `<folder>/ranking/1`."""

    def __init__(self, folder: Path) -> None:
        # The loaded objects are kept: a signature alone does not keep its variables alive.
        self._loaded = {name: tf.saved_model.load(str(folder / name / "1")) for name in (RETRIEVAL, RANKING)}

    def answer(self, servable: str, inputs: Mapping[str, Any]) -> dict[str, tf.Tensor]:
        """The servable's outputs for columns of inputs."""
        signature = self._loaded[servable].signatures["serving_default"]
        return dict(
            signature(**{name: tf.constant(column, _TYPES.get(name, tf.string)) for name, column in inputs.items()})
        )

    def release(self) -> str:
        """The release id that retrieval answers with."""
        return str(self._for_nobody()["release"].numpy()[0].decode())

    def retrieved(self, known: Histories, usernames: Texts, beers: Beers) -> Lists:
        """The beers found for each of `usernames` [users] with their histories in `known`, best first."""
        keys, codes = tf.constant(beers.ids, tf.string), tf.range(len(beers), dtype=tf.int32)
        code_of = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, codes), -1)
        shape = (len(known), self._for_nobody()["beer_id"].shape[1])
        found = Lists(np.empty(shape, np.int32), np.empty(shape, np.float32))
        for users in alike_long(known, _USERS_AT_ONCE):
            outputs = self.answer(RETRIEVAL, retrieval_inputs(usernames[users], known.of(users), beers))
            found.beers[users] = code_of.lookup(outputs["beer_id"])
            found.scores[users] = outputs["score"]
        return found

    def _for_nobody(self) -> dict[str, tf.Tensor]:
        """What retrieval answers to a history of unknown beers."""
        return self.answer(RETRIEVAL, {"username": [""], "history_beer_ids": [[""]], "history_scores": [[0.0]]})

    def ranked(self, rows: Rows, known: Histories, usernames: Texts, beers: Beers) -> npt.NDArray[np.float32]:
        """Predicted scores of pairs [rows], whose `user` counts in `known` and `usernames`."""
        order = np.argsort(rows.user, kind="stable")
        by_user = rows.where(order)
        found = np.empty(len(rows), np.float32)
        asked = known.of(np.unique(by_user.user))
        names = np.unique(by_user.user)
        for some in alike_long(asked, _USERS_AT_ONCE, np.bincount(by_user.user, minlength=len(known))[names]):
            begin, end = (np.searchsorted(by_user.user, names[some], side=side) for side in ("left", "right"))
            places = np.concatenate([np.arange(*span) for span in zip(begin, end, strict=True)])
            part = by_user.where(places)
            inputs = ranking_inputs(part.user, part.beer, usernames, asked.of(some), beers)
            found[order[places]] = self.answer(RANKING, inputs)["score"].numpy()
        return found


def retrieval_inputs(usernames: Texts, known: Histories, beers: Beers) -> dict[str, npt.NDArray[Any]]:
    """Retrieval's columns of inputs for users [n] with their histories."""
    return {"username": usernames, **_history_inputs(known, beers)}


def ranking_inputs(
    user: Codes, beer: Codes, usernames: Texts, known: Histories, beers: Beers
) -> dict[str, npt.NDArray[Any]]:
    """Ranking's columns of inputs for pairs of codes [n]; `known` has the histories of the distinct users in order."""
    return {
        "username": usernames[user],
        "beer_id": beers.ids[beer],
        "brewery_name": beers.breweries[beer],
        "style": beers.styles[beer],
        "abv": beers.abv[beer],
        **_history_inputs(known, beers),
    }


def _history_inputs(known: Histories, beers: Beers) -> dict[str, npt.NDArray[Any]]:
    codes, scores = known.padded()
    return {"history_beer_ids": np.where(codes < 0, "", beers.ids[codes]), "history_scores": scores}
