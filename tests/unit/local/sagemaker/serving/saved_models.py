"""Small SavedModels, as the archives that endpoints load."""

from __future__ import annotations

import tempfile
from pathlib import Path

import tensorflow as tf

from tests.unit.local.sagemaker.cloud import tar_gz


class Tiny(tf.Module):
    """Signatures `serving_default` (name, number in; text, twice, release out), `double` (x in, one output),
    `whole` (whole numbers in, one output) and `tables` (texts, numbers in, both of two dimensions)."""

    def __init__(self, release: str) -> None:
        super().__init__()
        self.release = tf.Variable(release)

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.string, "name"), tf.TensorSpec([None], tf.float32, "number")]
    )
    def greet(self, name: tf.Tensor, number: tf.Tensor) -> dict[str, tf.Tensor]:
        return {
            "text": tf.strings.join(["Hello ", name]),
            "twice": number * 2,
            "release": tf.fill(tf.shape(name), self.release),
        }

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, "x")])
    def double(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"y": x * 2}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64, "x")])
    def whole(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"y": x}

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, None], tf.string, "texts"),
            tf.TensorSpec([None, None], tf.float32, "numbers"),
        ]
    )
    def tables(self, texts: tf.Tensor, numbers: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"joined": tf.strings.reduce_join(texts, 1, separator="+"), "sums": tf.reduce_sum(numbers, 1)}


def save(folder: Path, release: str = "one") -> Path:
    """Write a Tiny to `folder`."""
    tiny = Tiny(release)
    signatures = {
        "serving_default": tiny.greet,
        "double": tiny.double,
        "whole": tiny.whole,
        "tables": tiny.tables,
    }
    tf.saved_model.save(tiny, str(folder), signatures=signatures)
    return folder


def archive(**releases: str) -> bytes:
    """A model.tar.gz of `<servable>/1/`, each answering with its release; one of release "broken" can't be loaded."""
    files: dict[str, str | bytes] = {}
    for servable, release in releases.items():
        if release == "broken":
            files[f"{servable}/1/saved_model.pb"] = b"this is no SavedModel"
            continue
        with tempfile.TemporaryDirectory() as folder:
            saved = save(Path(folder), release)
            for path in saved.rglob("*"):
                if path.is_file():
                    files[f"{servable}/1/{path.relative_to(saved)}"] = path.read_bytes()
    return tar_gz(files)
