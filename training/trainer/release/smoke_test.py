"""A handful of requests and the exported models' answers, which a release must give again once it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from taproom.contract import RANKING, RECOMMENDATION, RETRIEVAL
from trainer.data.histories import Histories
from trainer.data.split import Split
from trainer.release.models import ReleaseModels, ranking_inputs, retrieval_inputs

_REQUESTS = 3
_LISTED = 10


def expected_answers(models: ReleaseModels, split: Split, release: str) -> dict[str, Any]:
    """Requests and answers in TensorFlow Serving's columnar format.

    Retrieval is asked for some fitted users with their reviews, and for one without any; ranking for held-out
    ratings, and for one of unknown everything; a fused servable for the beers of these ratings as further ones, too.
    """
    histories = Histories.from_ratings(split.observed, len(split.usernames))
    users = np.arange(min(_REQUESTS, len(split.usernames)))
    ratings = split.held_out.select(np.arange(min(_REQUESTS, len(split.held_out))))
    nothing: dict[str, list[Any]] = {"history_beer_ids": [[""]], "history_scores": [[0.0]]}
    unknown: dict[str, list[Any]] = {
        "username": [""],
        "beer_id": [""],
        "brewery_name": [""],
        "style": [""],
        "abv": [-1.0],
    }
    own = histories.select(np.unique(ratings.user))
    # Models tell users apart by their names and know nobody by them: a release names nobody.
    nobody = np.array([f"user {number}" for number in range(len(split.usernames))], object)
    retrieval = retrieval_inputs(nobody[users], histories.select(users), split.beers)
    ranking = ranking_inputs(ratings.user, ratings.beer, nobody, own, split.beers)
    recorded = {
        "release": release,
        RETRIEVAL: [
            _answered(models, RETRIEVAL, _as_lists(retrieval)),
            _answered(models, RETRIEVAL, {"username": [""], **nothing}),
        ],
        RANKING: [
            _answered(models, RANKING, _as_lists(ranking)),
            _answered(models, RANKING, {**unknown, **nothing}),
        ],
    }
    if RECOMMENDATION in models.questions:
        one = _as_lists(retrieval_inputs(nobody[:1], histories.select(users[:1]), split.beers))
        recorded[RECOMMENDATION] = [
            _answered(models, RECOMMENDATION, {**one, "further_beer_ids": split.beers.ids[ratings.beer].tolist()}),
            _answered(models, RECOMMENDATION, {"username": [""], "further_beer_ids": [""], **nothing}),
        ]
    return recorded


def _as_lists(inputs: Mapping[str, np.ndarray]) -> dict[str, list[Any]]:
    return {name: column.tolist() for name, column in inputs.items()}


def _answered(models: ReleaseModels, question: str, inputs: dict[str, list[Any]]) -> dict[str, Any]:
    outputs = {name: tensor.numpy() for name, tensor in models.answer(question, inputs).items()}
    # Retrieved beers of equal score may change places, and these with them.
    outputs.pop("predicted_score", None)
    return {"inputs": inputs, "outputs": {name: _as_json(values) for name, values in outputs.items()}}


def _as_json(values: np.ndarray) -> list[Any]:
    """A tensor as JSON: texts decoded, and of a list for each user the first 10."""
    if values.ndim == 2:
        values = values[:, :_LISTED]
    if values.dtype == object:
        values = np.char.decode(values.astype(bytes), "utf-8")
    return values.tolist()
