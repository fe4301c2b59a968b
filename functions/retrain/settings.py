"""The settings of the retrain function, from its environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field

from retrain.hyperparameters import canonical, parsed
from taproom.contract import CATALOGUE_BEERS, run_id
from taproom.names import LONGEST_PREFIX, Layout
from taproom.settings import Settings


class RetrainSettings(Settings):
    """`training_maximum_runtime` is in seconds; `training_source` is the folder that holds train.py.

    With `monthly_training_minutes` 0 there is no budget. With `preparation` automatic, runs of
    `preparation_minimum_reviews` or more are prepared on Spark, in `preparation_maximum_runtime` seconds at most.
    """

    stack: str
    prefix: str = Field(max_length=LONGEST_PREFIX)
    bucket: str
    role_arn: str
    retrain_queue_url: str
    deferred_queue_url: str
    outcomes_topic: str
    training_source: Path
    training_instance_type: str
    training_instance_count: int = Field(ge=1)
    training_spot: bool
    training_maximum_runtime: int = Field(ge=1)
    training_image_tag: str
    minimum_new_reviews: int = Field(ge=1)
    minimum_minutes_between_runs: int = Field(ge=0)
    monthly_training_minutes: int = Field(ge=0)
    preparation: Literal["automatic", "off"]
    preparation_minimum_reviews: int = Field(ge=0)
    preparation_instance_type: str
    preparation_maximum_runtime: int = Field(ge=1)
    preparation_image_tag: str
    endpoint_layout: Layout
    hyperparameters: Annotated[dict[str, Any], BeforeValidator(parsed)] = Field(default_factory=dict)

    @property
    def canonical_hyperparameters(self) -> str:
        """The same text for the same hyper-parameters, the layout among them, however they were written."""
        return canonical({**self.hyperparameters, "endpoint_layout": self.endpoint_layout})

    def run_id(self, parts: Iterable[str], learnt: str, code: str, attempt: int = 1) -> str:
        """The name of the run over `parts` and what is `learnt` of catalogue files, empty for nothing."""
        inputs = [*parts, f"{CATALOGUE_BEERS}{learnt}"] if learnt else parts
        return run_id(self.prefix, inputs, code, self.canonical_hyperparameters, attempt)

    def over(self, tuned: Mapping[str, Any]) -> Self:
        """These settings with the hyper-parameters of `tuned` that they do not set themselves."""
        return self.model_copy(update={"hyperparameters": {**tuned, **self.hyperparameters}})
