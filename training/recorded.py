"""A handful of questions and the exported models' answers, for the smoke test of a release."""

from __future__ import annotations

from typing import Any

import numpy as np
from servables import Pair, ranking_inputs
from split import Split

from taproom.contract import RANKING, RETRIEVAL

_QUESTIONS = 3
_LISTED = 10


def answers(pair: Pair, split: Split, release: str) -> dict[str, Any]:
    """Questions and answers in TensorFlow Serving's columnar format.

    Retrieval: some fitted users, and one who is unknown (the empty name). Ranking: held-out rows of those users'
    kind, and one pair of unknown everything.
    """
    users = [str(name) for name in split.usernames[:_QUESTIONS]]
    rows = split.held_out.where(np.arange(min(_QUESTIONS, len(split.held_out))))
    known = ranking_inputs(rows.user, rows.beer, split.usernames, split.beers)
    unknown = {"username": "", "beer_id": "", "brewery_name": "", "style": "", "abv": -1.0}
    return {
        "release": release,
        RETRIEVAL: [_asked(pair, RETRIEVAL, {"username": users}), _asked(pair, RETRIEVAL, {"username": [""]})],
        RANKING: [
            _asked(pair, RANKING, {name: column.tolist() for name, column in known.items()}),
            _asked(pair, RANKING, {name: [value] for name, value in unknown.items()}),
        ],
    }


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
