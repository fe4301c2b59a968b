"""What both servables are made of, so that stock TensorFlow Serving loads them: strings in, no Keras inside."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import tensorflow as tf

from trainer.data.attributes import UNKNOWN
from trainer.data.reviews import Texts

# The inputs by which both get the histories of users: [users, longest history].
HISTORY_INPUTS = (
    tf.TensorSpec([None, None], tf.string, name="history_beer_ids"),
    tf.TensorSpec([None, None], tf.float32, name="history_scores"),
)


class KnownReviews(NamedTuple):
    """The known beers of histories, flat: all [reviews], in the order of the users."""

    user: tf.Tensor
    beer: tf.Tensor
    score: tf.Tensor


class Servable(Protocol):
    """A tf.Module whose `answer` is a tf.function with an input signature."""

    servable_name: str
    answer: tf.types.experimental.GenericFunction


def save(servable: Servable, folder: Path) -> None:
    """Write `<folder>/<name of the servable>/1`."""
    path = folder / servable.servable_name / "1"
    tf.saved_model.save(servable, str(path), signatures={"serving_default": servable.answer})


def flatten_known(ids: tf.lookup.StaticHashTable, beer_ids: tf.Tensor, scores: tf.Tensor) -> KnownReviews:
    """The known ones of histories [users, H]; padding and unknown beers are left out."""
    beers = ids.lookup(beer_ids)
    known = tf.where(beers != UNKNOWN)
    return KnownReviews(tf.cast(known[:, 0], tf.int32), tf.gather_nd(beers, known), tf.gather_nd(scores, known))


def lookup_table(texts: Texts) -> tf.lookup.StaticHashTable:
    """Texts to their place; any other text to UNKNOWN."""
    keys, places = tf.constant(texts.astype(str), tf.string), tf.range(len(texts), dtype=tf.int32)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, places), UNKNOWN)
