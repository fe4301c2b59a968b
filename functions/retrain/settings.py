"""What the retrain function is told by its environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from taproom.settings import Settings

# Set by `job.request`; anything else is the user's to choose.
_RESERVED_PREFIX = "sagemaker_"
_RESERVED = "run"


def _json_object(text: Any) -> Any:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ValueError('it must be a JSON object such as {"retrieval_epochs": 12}')
    reserved = [name for name in given if name == _RESERVED or name.startswith(_RESERVED_PREFIX)]
    if reserved:
        raise ValueError(f"{', '.join(reserved)} can't be chosen, since Taproom sets it; leave it out")
    return given


class RetrainSettings(Settings):
    """`training_maximum_runtime` is in seconds; `training_source` is the folder that holds train.py."""

    stack: str
    bucket: str
    role_arn: str
    training_source: Path
    training_instance_type: str
    training_instance_count: int = Field(ge=1)
    training_spot: bool
    training_maximum_runtime: int = Field(ge=1)
    training_image_tag: str
    minimum_new_reviews: int = Field(ge=1)
    hyperparameters: Annotated[dict[str, Any], BeforeValidator(_json_object)] = Field(default_factory=dict)

    @property
    def canonical_hyperparameters(self) -> str:
        """The same text for the same hyper-parameters, however they were written."""
        return json.dumps(self.hyperparameters, sort_keys=True, separators=(",", ":"))
