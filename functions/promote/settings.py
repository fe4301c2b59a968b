"""The settings of the promote function, from its environment."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field

from taproom.names import LONGEST_NAME, Layout
from taproom.settings import Settings


class PromoteSettings(Settings):
    """Read from the variables that template.yaml sets on PromoteFunction."""

    # A release's configs are `<stack>-<12 hex>-<archive>-<4 hex>`, and SageMaker takes 63 characters.
    stack: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=LONGEST_NAME - len("-0123456789ab-99-retrieval-0123"))
    bucket: str
    aws_region: str
    role_arn: str
    outcomes_topic: str
    retrain_queue_url: str
    model_package_group: str
    endpoint_kind: str
    endpoint_layout: Layout
    serverless_memory: int = Field(ge=1024, le=6144, multiple_of=1024, description="MB")
    serverless_concurrency: int = Field(ge=1, le=200)
    serving_image_tag: str
    approval: Literal["automatic", "manual"]

    @property
    def endpoint_settings(self) -> str:
        """Four hexadecimal digits that change when an endpoint of the same release has to change."""
        kind = (
            f"serverless {self.serverless_memory} {self.serverless_concurrency}"
            if self.endpoint_kind == "serverless"
            else self.endpoint_kind
        )
        return hashlib.sha256(f"{kind} {self.serving_image_tag}".encode()).hexdigest()[:4]
