"""The SavedModels that the stand-in for the training job exports: a pair, and both in one."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from trainer.data.reviews import Beers
from trainer.release import fused_servable

RELEASE = "taproom-00000000-000000000000"
BEERS = [f"b{number:02}" for number in range(12)]


# By the difference of their numbers: [12, 12].
NEARNESS = [[1 / (1 + abs(one - other)) for other in range(len(BEERS))] for one in range(len(BEERS))]
HISTORY = (
    tf.TensorSpec([None, None], tf.string, "history_beer_ids"),
    tf.TensorSpec([None, None], tf.float32, "history_scores"),
)


def pull(history_beer_ids: tf.Tensor, history_scores: tf.Tensor) -> tf.Tensor:
    """How much each beer gains by the scores given to its neighbours in number: [rows, 12]."""
    return tf.einsum("rhi,rh,ij->rj", of_beers(history_beer_ids), history_scores, tf.constant(NEARNESS))


def of_beers(beer_ids: tf.Tensor) -> tf.Tensor:
    """1 where an id is that of a beer, else 0: [..., 12]."""
    return tf.cast(beer_ids[..., tf.newaxis] == tf.constant(BEERS), tf.float32)


class Retrieval(tf.Module):
    """Finds all twelve beers, those next to what a user has rated first; without history in the order of number."""

    def __init__(self, fails: bool) -> None:
        super().__init__()
        self.fails = fails

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "username"), *HISTORY])
    def retrieve(
        self, username: tf.Tensor, history_beer_ids: tf.Tensor, history_scores: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        rated = tf.reduce_max(of_beers(history_beer_ids), axis=1)
        near = tf.linspace(0.9, 0.1, len(BEERS)) + pull(history_beer_ids, history_scores)
        score, place = tf.math.top_k(near - 100.0 * rated, len(BEERS))
        return {
            "beer_id": tf.gather(tf.constant(BEERS), place),
            "score": score,
            "known": tf.reduce_any(rated > 0.0, axis=1),
            "release": tf.fill([tf.size(username)], RELEASE),
        }


class Ranking(tf.Module):
    """Scores a beer by its abv and by what its neighbours were given; one that `fails` loads and answers nothing."""

    def __init__(self, fails: bool) -> None:
        super().__init__()
        self.fails = fails

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, "username"),
            tf.TensorSpec([None], tf.string, "beer_id"),
            tf.TensorSpec([None], tf.string, "brewery_name"),
            tf.TensorSpec([None], tf.string, "style"),
            tf.TensorSpec([None], tf.float32, "abv"),
            *HISTORY,
        ]
    )
    def rank(
        self,
        username: tf.Tensor,
        beer_id: tf.Tensor,
        brewery_name: tf.Tensor,
        style: tf.Tensor,
        abv: tf.Tensor,
        history_beer_ids: tf.Tensor,
        history_scores: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        if self.fails:
            abv = tf.ensure_shape(tf.boolean_mask(abv, abv < -9.0), [7])
        letters = tf.strings.length(username) + tf.strings.length(beer_id) + tf.strings.length(brewery_name)
        letters += tf.strings.length(style)
        # The rows of history are those of the distinct usernames, in the order of first appearance.
        pulls = tf.gather(pull(history_beer_ids, history_scores), tf.unique(username).idx)
        pulled = tf.reduce_sum(pulls * of_beers(beer_id), axis=1)
        score = tf.minimum(3.0 + 0.1 * abv + 0.01 * tf.cast(letters, tf.float32) + 0.1 * pulled, 5.0)
        return {"score": score, "release": tf.fill([tf.size(username)], RELEASE)}


def save(folder: Path, archive: Path, *, fails: bool) -> None:
    """Write `archive`, a tar.gz of all SavedModels and smoke_test.json; with `fails`, ranking can't answer."""
    retrieval, ranking = Retrieval(fails), Ranking(fails)
    tf.saved_model.save(retrieval, str(folder / "retrieval/1"), {"serving_default": retrieval.retrieve})
    tf.saved_model.save(ranking, str(folder / "ranking/1"), {"serving_default": ranking.rank})
    ids, breweries, styles = (np.array(texts, object) for texts in (BEERS, ["Alder"] * 12, ["Stout"] * 12))
    fused_servable.save(folder, Beers(ids, ids, breweries, styles, np.full(12, 5.0, np.float32)))
    (folder / "smoke_test.json").write_text(json.dumps(recorded()))
    with tarfile.open(archive, "w:gz") as tar:
        for path in folder.iterdir():
            tar.add(path, path.name)


def recorded() -> dict[str, Any]:
    """Questions about ann and about ben, who has no history, and the answers of models that work."""
    history: dict[str, list[Any]] = {"history_beer_ids": [["b11"], [""]], "history_scores": [[4.0], [0.0]]}
    # To b11 its neighbour b10 is nearest, with 4 / 2 more than without the history; b11 itself comes last.
    near = {place: 0.9 - 0.8 / 11 * place + 4.0 / (12 - place) for place in range(11)}
    nearest = sorted(near, key=lambda place: -near[place])[:10]
    asked = {
        "username": ["ann", "ben", "ann"],
        "beer_id": ["b10", "b10", "b00"],
        "brewery_name": ["Alder"] * 3,
        "style": ["Stout"] * 3,
        "abv": [5.0] * 3,
        **history,
    }
    # Username, beer id, brewery and style have 16 letters: 3 + 0.5 + 0.16, and for ann a tenth of 4 / 2 and of 4 / 12.
    scores = [3.86, 3.66, 3.69333]
    retrieved: dict[str, list[Any]] = {
        "beer_id": [[BEERS[place] for place in nearest], BEERS[:10]],
        "score": [[near[place] for place in nearest], [0.9 - 0.8 / 11 * place for place in range(10)]],
        "known": [True, False],
        "release": [RELEASE] * 2,
    }
    of_ann = {name: column[:1] for name, column in history.items()}
    return {
        "release": RELEASE,
        "retrieval": [{"inputs": {"username": ["ann", "ben"], **history}, "outputs": retrieved}],
        "ranking": [{"inputs": asked, "outputs": {"score": scores, "release": [RELEASE] * 3}}],
        "recommendation": [
            {
                "inputs": {"username": ["ann"], "further_beer_ids": ["b10", "b00"], **of_ann},
                "outputs": {name: column[:1] for name, column in retrieved.items()}
                | {"further_predicted_score": [scores[0], scores[2]]},
            }
        ],
    }
