"""The settings of the promote function, from its environment."""

from __future__ import annotations

import hashlib
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator

from taproom.names import LONGEST_PREFIX, challenger_prefix
from taproom.settings import Settings


class RemovalSettings(Settings):
    """What it takes to remove everything: nothing of it can be chosen, so that a stack can always be deleted."""

    # Of the model package group it is the whole name.
    prefix: str = Field(max_length=LONGEST_PREFIX)


class PromoteSettings(RemovalSettings):
    """Read from the variables that template.yaml sets on PromoteFunction."""

    stack: str
    bucket: str
    aws_region: str
    role_arn: str
    outcomes_topic: str
    retrain_queue_url: str
    endpoint_kind: str
    serverless_memory: int = Field(ge=1024, le=6144, multiple_of=1024, description="MB")
    serverless_concurrency: int = Field(ge=1, le=200)
    # Of each serverless endpoint, what runs while nobody asks.
    provisioned_concurrency: int = Field(ge=0, le=200)
    # Of each endpoint with an instance type.
    minimum_instances: int = Field(ge=1)
    maximum_instances: int = Field(ge=1)
    invocations_per_instance: int = Field(ge=1, description="a minute, beyond which there are more instances")
    serving_image_tag: str
    approval: Literal["automatic", "manual"]
    # The gate's ten, and one that came into service while a run was compared with them.
    kept_releases: int = Field(ge=11)
    # Of users who get a candidate that passed the gate; 0: it goes in service at once.
    experiment_share: float = Field(ge=0, le=0.5)

    @field_validator("provisioned_concurrency")
    @classmethod
    def _is_no_more_than_all(cls, provisioned: int, info: ValidationInfo) -> int:
        most = info.data.get("serverless_concurrency", provisioned)
        if provisioned > most:
            raise ValueError(f"must be SERVERLESS_CONCURRENCY, {most}, or less")
        return provisioned

    @field_validator("maximum_instances")
    @classmethod
    def _is_no_less_than_the_minimum(cls, maximum: int, info: ValidationInfo) -> int:
        minimum = info.data.get("minimum_instances", maximum)
        if maximum < minimum:
            raise ValueError(f"must be MINIMUM_INSTANCES, {minimum}, or more")
        return maximum

    @property
    def is_scaled(self) -> bool:
        """Whether endpoints have instances, whose number changes."""
        return self.endpoint_kind != "serverless"

    @property
    def of_challenger(self) -> Self:
        """The same for the endpoints of an experiment's challenger."""
        return self.model_copy(update={"prefix": challenger_prefix(self.prefix)})

    @property
    def endpoint_settings(self) -> str:
        """Four hexadecimal digits that change when an endpoint of the same release has to change."""
        kind = f"{self.endpoint_kind} {self.minimum_instances}"
        if not self.is_scaled:
            kind = f"serverless {self.serverless_memory} {self.serverless_concurrency}"
            if self.provisioned_concurrency:
                kind += f" {self.provisioned_concurrency}"
        return hashlib.sha256(f"{kind} {self.serving_image_tag}".encode()).hexdigest()[:4]
