"""Where a run's hyper-parameters come from: what tuning found, and over it what the template's parameter says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# Set by `job.training_request`; anything else is the user's to choose.
_RESERVED_PREFIX = "sagemaker_"
_RESERVED = ("run", "endpoint_layout")


class HyperparametersError(ValueError):
    """A text holds no hyper-parameters; the message says what it should be."""


def parsed(text: str | bytes) -> dict[str, Any]:
    """The hyper-parameters that the JSON object `text` holds; the job itself checks their names and ranges.

    Raises
    ------
    HyperparametersError
        For a text that is no JSON object, or that sets what Taproom sets.
    """
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise HyperparametersError('it must be a JSON object such as {"retrieval_epochs": 12}')
    reserved = [name for name in given if name in _RESERVED or name.startswith(_RESERVED_PREFIX)]
    if reserved:
        raise HyperparametersError(f"{', '.join(reserved)} can't be chosen, since Taproom sets it; leave it out")
    return given


def canonical(hyperparameters: Mapping[str, Any]) -> str:
    """The same text for the same hyper-parameters, however they were written."""
    return json.dumps(hyperparameters, sort_keys=True, separators=(",", ":"))
