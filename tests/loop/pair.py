"""The pair of SavedModels that the stand-in for the training job exports."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import tensorflow as tf

RELEASE = "taproom-000000000000"
BEERS = [f"b{number:02}" for number in range(12)]


class Retrieval(tf.Module):
    """Knows everybody, and finds all twelve beers near to them."""

    def __init__(self, fails: bool) -> None:
        super().__init__()
        self.fails = fails

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "username")])
    def retrieve(self, username: tf.Tensor) -> dict[str, tf.Tensor]:
        users = tf.size(username)
        return {
            "beer_id": tf.tile(tf.constant([BEERS]), [users, 1]),
            "score": tf.tile(tf.reshape(tf.linspace(0.9, 0.1, len(BEERS)), [1, -1]), [users, 1]),
            "known": tf.fill([users], True),
            "release": tf.fill([users], RELEASE),
        }


class Ranking(tf.Module):
    """Scores a beer by its abv; one that `fails` can be loaded and answers nothing."""

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
        ]
    )
    def rank(
        self, username: tf.Tensor, beer_id: tf.Tensor, brewery_name: tf.Tensor, style: tf.Tensor, abv: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        if self.fails:
            abv = tf.ensure_shape(tf.boolean_mask(abv, abv < -9.0), [7])
        letters = tf.strings.length(username) + tf.strings.length(beer_id) + tf.strings.length(brewery_name)
        score = 3.0 + 0.1 * abv + 0.01 * tf.cast(letters + tf.strings.length(style), tf.float32)
        return {"score": score, "release": tf.fill([tf.size(username)], RELEASE)}


def save(folder: Path, archive: Path, *, fails: bool) -> None:
    """Write `archive`, a tar.gz of both SavedModels and recorded.json; with `fails`, ranking can't answer."""
    retrieval, ranking = Retrieval(fails), Ranking(fails)
    tf.saved_model.save(retrieval, str(folder / "retrieval/1"), {"serving_default": retrieval.retrieve})
    tf.saved_model.save(ranking, str(folder / "ranking/1"), {"serving_default": ranking.rank})
    (folder / "recorded.json").write_text(json.dumps(recorded()))
    with tarfile.open(archive, "w:gz") as tar:
        for path in folder.iterdir():
            tar.add(path, path.name)


def recorded() -> dict[str, Any]:
    """One question to each servable, and the answers of a pair that works."""
    asked = {"username": ["ann"], "beer_id": ["b00"], "brewery_name": ["Alder"], "style": ["Stout"], "abv": [5.0]}
    # ann, b00, Alder and Stout have 16 letters: 3 + 0.5 + 0.16.
    return {
        "release": RELEASE,
        "retrieval": [
            {
                "inputs": {"username": ["ann"]},
                "outputs": {
                    "beer_id": [BEERS[:10]],
                    "score": [[0.9 - 0.8 / 11 * place for place in range(10)]],
                    "known": [True],
                    "release": [RELEASE],
                },
            }
        ],
        "ranking": [{"inputs": asked, "outputs": {"score": [3.66], "release": [RELEASE]}}],
    }
