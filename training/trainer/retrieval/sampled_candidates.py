"""Which beers a step's softmax runs over where a catalogue is too large for all of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tensorflow as tf

# Beers drawn for each step, beside those that are masked in it.
_DRAWN = 4096


class Chance(NamedTuple):
    """How probable it is that a beer is among the `masked` ones of a step, the `visible` ones, and its `candidates`.

    All are [beers], and above 0.
    """

    masked: npt.NDArray[np.float64]
    visible: npt.NDArray[np.float64]
    candidates: npt.NDArray[np.float64]

    @classmethod
    def of(cls, counts: npt.NDArray[np.integer], users: int, batch: int, masked_share: float) -> Chance:
        """For beers with `counts` [beers] reviews by `users`, `batch` of whom are drawn for a step.

        A beer is expected batch * count / users times in a step's histories, and each time is apart from the others.
        """
        expected = np.maximum(counts, 1) * min(batch / max(users, 1), 1.0)
        masked, visible = masked_share * expected, (1 - masked_share) * expected
        drawn = _DRAWN / int((counts > 0).sum())
        return cls(-np.expm1(-masked), -np.expm1(-visible), -np.expm1(-(masked + drawn)))


class SampledCandidates(tf.Module):
    """The masked beers of a step, and 4,096 drawn uniformly from all with a review.

    Their logits stand for those of the whole catalogue once the logarithm of how probable it was that they came is
    taken off (the correction of sampled softmax: Bengio and Senecal, "Adaptive importance sampling to accelerate
    training of a neural probabilistic language model", 2008; Horvitz and Thompson, 1952, for draws without
    repetition): the expected sum of the exponentials is that over all beers. Those that a user has masked are sure to
    be among them, so theirs stay as they are.
    """

    def __init__(self, counts: npt.NDArray[np.integer], chance: Chance, seed: int) -> None:
        super().__init__()
        self._reviewed = tf.constant(np.flatnonzero(counts).astype(np.int32))
        self._log_chance = tf.constant(np.log(chance.candidates).astype(np.float32))
        self._seed = seed

    def draw(self, masked: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
        """Distinct beers [candidates], ascending, the `masked` ones [n] among them; a step draws the same again."""
        places = tf.random.stateless_uniform(
            [_DRAWN], tf.stack([self._seed, tf.cast(step, tf.int32)]), 0, tf.size(self._reviewed), tf.int32
        )
        return tf.sort(tf.unique(tf.concat([masked, tf.gather(self._reviewed, places)], axis=0)).y)

    def corrected(self, logits: tf.Tensor, candidates: tf.Tensor, masked: Any) -> tf.Tensor:
        """The `logits` [users, candidates]; `masked` are interactions whose beers are places among the candidates."""
        log_chance = tf.gather(self._log_chance, candidates)
        own = tf.gather(log_chance, masked.beer)
        return tf.tensor_scatter_nd_add(logits - log_chance, masked.places, own)


def places_among(candidates: tf.Tensor, beers: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Where `beers` [n] are among the ascending `candidates`, and whether they are, both [n]."""
    place = tf.minimum(tf.searchsorted(candidates, beers), tf.size(candidates) - 1)
    return place, tf.gather(candidates, place) == beers
