"""A handful of questions and the exported models' answers, for the smoke test of a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from taproom.contract import RANKING, RETRIEVAL
from trainer.data import histories
from trainer.data.split import Split
from trainer.release.models import Pair, ranking_inputs, retrieval_inputs

_QUESTIONS = 3
_LISTED = 10


def answers(pair: Pair, split: Split, release: str) -> dict[str, Any]:
    """Questions and answers in TensorFlow Serving's columnar format.

    Some fitted users with a few reviews of theirs, and one without any; ranking is asked for held-out rows, and for
    one pair of unknown everything.
    """
    known = histories.of_rows(split.fitted, len(split.usernames))
    users = np.arange(min(_QUESTIONS, len(split.usernames)))
    rows = split.held_out.where(np.arange(min(_QUESTIONS, len(split.held_out))))
    nothing: dict[str, list[Any]] = {"history_beer_ids": [[""]], "history_scores": [[0.0]]}
    unknown: dict[str, list[Any]] = {
        "username": [""],
        "beer_id": [""],
        "brewery_name": [""],
        "style": [""],
        "abv": [-1.0],
    }
    asked = known.of(np.unique(rows.user))
    return {
        "release": release,
        RETRIEVAL: [
            _asked(pair, RETRIEVAL, _columns(retrieval_inputs(split.usernames[users], known.of(users), split.beers))),
            _asked(pair, RETRIEVAL, {"username": [""], **nothing}),
        ],
        RANKING: [
            _asked(pair, RANKING, _columns(ranking_inputs(rows.user, rows.beer, split.usernames, asked, split.beers))),
            _asked(pair, RANKING, {**unknown, **nothing}),
        ],
    }


def _columns(inputs: Mapping[str, np.ndarray]) -> dict[str, list[Any]]:
    return {name: column.tolist() for name, column in inputs.items()}


def _asked(pair: Pair, servable: str, inputs: dict[str, list[Any]]) -> dict[str, Any]:
    outputs = {name: tensor.numpy() for name, tensor in pair.answer(servable, inputs).items()}
    return {"inputs": inputs, "outputs": {name: _plain(values) for name, values in outputs.items()}}


def _plain(values: np.ndarray) -> list[Any]:
    """A tensor as JSON: texts decoded, and of a list for each user the first 10."""
    if values.ndim == 2:
        values = values[:, :_LISTED]
    if values.dtype == object:
        values = np.char.decode(values.astype(bytes), "utf-8")
    return values.tolist()
