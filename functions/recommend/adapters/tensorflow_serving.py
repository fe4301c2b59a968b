"""TensorFlow Serving's REST bodies for the models, in its columnar format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, FiniteFloat, ValidationError

from recommend.adapters.histories_table import History
from taproom.catalogue_file import Beer

# What the servables take for unknown.
_UNKNOWN_STYLE = ""
_UNKNOWN_ABV = -1.0
# A history of no beers, or no further beers, are one cell of padding: servables are promised a cell a row at least.
_PADDING = {"": 0.0}
# The most recent reviews that a request carries. A serverless endpoint takes 4 MB: with ids as long as ingest
# lets through, 64 bytes, these are 1.5 MB, and the 500 beers beside them in a request to ranking far less.
MAX_HISTORY = 20_000


class MalformedResponse(ValueError):
    """A servable's response does not hold what was asked for."""


@dataclass(frozen=True)
class Retrieved:
    """Retrieval's response for one history: beers with their scores, nearest first.

    `knows_history` if it knows any beer of the history; else the order says nothing about the user. `predicted` has
    the predicted scores, 0 to 5, that came along, by beer: none where the two models were asked one by one.
    """

    beer_ids: tuple[str, ...]
    scores: tuple[float, ...]
    knows_history: bool
    release: str
    predicted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PredictedScores:
    """Ranking's response: a predicted score (0 to 5) a beer, in the order asked; `release` is empty for no beers."""

    scores: tuple[float, ...]
    release: str


class _RetrievalOutputs(BaseModel):
    beer_id: list[list[str]]
    score: list[list[FiniteFloat]]
    known: list[bool]
    release: list[str]
    predicted_score: list[list[FiniteFloat]] | None = None
    further_predicted_score: list[FiniteFloat] = []


class _RetrievalResponse(BaseModel):
    outputs: _RetrievalOutputs


class _RankingOutputs(BaseModel):
    score: list[FiniteFloat]
    release: list[str]


class _RankingResponse(BaseModel):
    outputs: _RankingOutputs


def retrieval_request(username: str, histories: Sequence[History], signature: str) -> bytes:
    """The body that asks for the beers nearest to each of `histories`: scores by beer, the most recent last."""
    return _request({"username": [username] * len(histories), **_history_inputs(histories)}, signature)


def parse_retrieval(body: bytes, histories: int) -> list[Retrieved]:
    """Read the response to `retrieval_request` for so many `histories`.

    Raises
    ------
    MalformedResponse
        When it is not a response for each of them, with a finite score for each beer.
    """
    return _retrieved(_retrieval_outputs(body), histories)


def recommendation_request(username: str, history: History, further: Sequence[str], signature: str) -> bytes:
    """The body that asks for the beers nearest to a history, and how its user would score these and `further` ones."""
    inputs: dict[str, Sequence[Any]] = {"username": [username], **_history_inputs([history])}
    return _request(inputs | {"further_beer_ids": list(further or _PADDING)}, signature)


def parse_recommendation(body: bytes, further: Sequence[str]) -> Retrieved:
    """Read the response to `recommendation_request`, or to `retrieval_request` for one history.

    Raises
    ------
    MalformedResponse
        As `parse_retrieval`, or when some beers have predicted scores and some have none.
    """
    outputs = _retrieval_outputs(body)
    (retrieved,) = _retrieved(outputs, 1)
    if outputs.predicted_score is None:
        return retrieved
    beer_ids = [*retrieved.beer_ids, *(further or _PADDING)]
    scores = [*(score for row in outputs.predicted_score for score in row), *outputs.further_predicted_score]
    if len(scores) != len(beer_ids):
        raise MalformedResponse(f"expected predicted scores of {len(beer_ids)} beers, got {len(scores)}")
    return replace(retrieved, predicted=dict(zip(beer_ids, scores, strict=True)))


def ranking_request(
    usernames: Sequence[str], beers: Sequence[Beer], histories: Sequence[History], signature: str
) -> bytes:
    """The body that asks how each of `usernames` would score the one of `beers` at the same place.

    `histories` has the scores that each distinct username gave, in the order in which they appear first.
    """
    return _request(
        {
            "username": usernames,
            "beer_id": [beer.beer_id for beer in beers],
            "brewery_name": [beer.brewery for beer in beers],
            "style": [_UNKNOWN_STYLE if beer.style is None else beer.style for beer in beers],
            "abv": [_UNKNOWN_ABV if beer.abv is None else beer.abv for beer in beers],
            **_history_inputs(histories),
        },
        signature,
    )


def parse_ranking(body: bytes, beers: int) -> PredictedScores:
    """Read the response to `ranking_request` for that many `beers`, at least one.

    Raises
    ------
    MalformedResponse
        When it does not hold a finite score for each of them.
    """
    try:
        outputs = _RankingResponse.model_validate_json(body).outputs
    except ValidationError as error:
        raise MalformedResponse(f"expected ranking's outputs, got {body[:200]!r}: {error}") from error
    if not len(outputs.score) == len(outputs.release) == beers:
        raise MalformedResponse(
            f"expected {beers} scores, got {len(outputs.score)} with {len(outputs.release)} releases"
        )
    return PredictedScores(tuple(outputs.score), outputs.release[0])


def _retrieval_outputs(body: bytes) -> _RetrievalOutputs:
    try:
        return _RetrievalResponse.model_validate_json(body).outputs
    except ValidationError as error:
        raise MalformedResponse(f"expected retrieval's outputs, got {body[:200]!r}: {error}") from error


def _retrieved(outputs: _RetrievalOutputs, histories: int) -> list[Retrieved]:
    columns = (outputs.beer_id, outputs.score, outputs.known, outputs.release)
    if {len(column) for column in columns} != {histories}:
        found = ", ".join(str(len(column)) for column in columns)
        raise MalformedResponse(f"expected retrieval's outputs for {histories} histories, got {found}")
    for beer_ids, scores in zip(outputs.beer_id, outputs.score, strict=True):
        if len(beer_ids) != len(scores):
            raise MalformedResponse(f"expected a score for each of {len(beer_ids)} beers, got {len(scores)}")
    return [
        Retrieved(tuple(beer_ids), tuple(scores), known, release)
        for beer_ids, scores, known, release in zip(*columns, strict=True)
    ]


def _history_inputs(histories: Sequence[History]) -> dict[str, list[list[Any]]]:
    """A row a history, filled up to the longest: [rows, H]."""
    rows = [list((history or _PADDING).items())[-MAX_HISTORY:] for history in histories]
    longest = max(map(len, rows))
    rows = [row + [("", 0.0)] * (longest - len(row)) for row in rows]
    return {
        "history_beer_ids": [[beer_id for beer_id, _ in row] for row in rows],
        "history_scores": [[score for _, score in row] for row in rows],
    }


def _request(inputs: Mapping[str, Sequence[Any]], signature: str) -> bytes:
    request = {"signature_name": signature, "inputs": inputs}
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
