"""The exported models of a release, called as TensorFlow Serving calls them: by signature, with strings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from taproom.contract import FUSED, RANKING, RETRIEVAL, SERVABLES
from trainer.data.histories import Histories, batches_of_similar_length, users_at_once
from trainer.data.reviews import Beers, Ids, Ratings, Texts

_USERS_AT_ONCE = 256

_TYPES = {"abv": tf.float32, "history_scores": tf.float32}


class Retrieved(NamedTuple):
    """Lists of beer ids, best first, -1 for a beer that is not in the catalogue, and scores: both [users, k]."""

    beers: Ids
    scores: npt.NDArray[np.float32]


class ReleaseModels:
    """The models of one release, loaded from `<folder>/fused/1`, or `<folder>/retrieval/1` and `<folder>/ranking/1`.

    `questions` are what they answer: RETRIEVAL and RANKING, fused ones RECOMMENDATION, too.
    """

    def __init__(self, folder: Path) -> None:
        # The loaded objects are kept: a signature alone does not keep its variables alive.
        self._loaded = {
            name: tf.saved_model.load(str(folder / name / "1"))
            for name in ((FUSED,) if (folder / FUSED).is_dir() else SERVABLES)
        }
        if FUSED in self._loaded:
            self._signatures = dict(self._loaded[FUSED].signatures)
        else:
            self._signatures = {name: each.signatures["serving_default"] for name, each in self._loaded.items()}
        self.questions = tuple(self._signatures)

    def answer(self, question: str, inputs: Mapping[str, Any]) -> dict[str, tf.Tensor]:
        """The outputs for columns of inputs."""
        signature = self._signatures[question]
        return dict(
            signature(**{name: tf.constant(column, _TYPES.get(name, tf.string)) for name, column in inputs.items()})
        )

    def release(self) -> str:
        """The release id that retrieval answers with."""
        return str(self._answer_to_nobody()["release"].numpy()[0].decode())

    def retrieve(self, histories: Histories, usernames: Texts, beers: Beers) -> Retrieved:
        """The beers found for each of `usernames` [users] with their `histories`, best first."""
        keys, places = tf.constant(beers.ids, tf.string), tf.range(len(beers), dtype=tf.int32)
        beer_of = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, places), -1)
        shape = (len(histories), self._answer_to_nobody()["beer_id"].shape[1])
        found = Retrieved(np.empty(shape, np.int32), np.empty(shape, np.float32))
        for users in batches_of_similar_length(histories, users_at_once(len(beers))):
            outputs = self.answer(RETRIEVAL, retrieval_inputs(usernames[users], histories.select(users), beers))
            found.beers[users] = beer_of.lookup(outputs["beer_id"])
            found.scores[users] = outputs["score"]
        return found

    def _answer_to_nobody(self) -> dict[str, tf.Tensor]:
        """What retrieval answers to a history of unknown beers."""
        return self.answer(RETRIEVAL, {"username": [""], "history_beer_ids": [[""]], "history_scores": [[0.0]]})

    def predict(
        self, ratings: Ratings, histories: Histories, usernames: Texts, beers: Beers
    ) -> npt.NDArray[np.float32]:
        """Predicted scores [ratings] of the users and beers of `ratings`; `user` counts in the other arguments."""
        order = np.argsort(ratings.user, kind="stable")
        by_user = ratings.select(order)
        predicted = np.empty(len(ratings), np.float32)
        users = np.unique(by_user.user)
        asked = histories.select(users)
        counts = np.bincount(by_user.user, minlength=len(histories))[users]
        for some in batches_of_similar_length(asked, _USERS_AT_ONCE, counts):
            begin, end = (np.searchsorted(by_user.user, users[some], side=side) for side in ("left", "right"))
            places = np.concatenate([np.arange(*span) for span in zip(begin, end, strict=True)])
            part = by_user.select(places)
            inputs = ranking_inputs(part.user, part.beer, usernames, asked.select(some), beers)
            predicted[order[places]] = self.answer(RANKING, inputs)["score"].numpy()
        return predicted


def retrieval_inputs(usernames: Texts, histories: Histories, beers: Beers) -> dict[str, npt.NDArray[Any]]:
    """Retrieval's columns of inputs for users [n] with their histories."""
    return {"username": usernames, **_history_inputs(histories, beers)}


def ranking_inputs(
    user: Ids, beer: Ids, usernames: Texts, histories: Histories, beers: Beers
) -> dict[str, npt.NDArray[Any]]:
    """Ranking's columns of inputs for ids [n]; `histories` are those of the distinct users in order."""
    return {
        "username": usernames[user],
        "beer_id": beers.ids[beer],
        "brewery_name": beers.breweries[beer],
        "style": beers.styles[beer],
        "abv": beers.abv[beer],
        **_history_inputs(histories, beers),
    }


def _history_inputs(histories: Histories, beers: Beers) -> dict[str, npt.NDArray[Any]]:
    ids, scores = histories.padded()
    return {"history_beer_ids": np.where(ids < 0, "", beers.ids[ids]), "history_scores": scores}
