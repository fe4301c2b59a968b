"""SageMaker's endpoints of a stack: what they are doing, and which release is in service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from taproom import names
from taproom.names import Layout
from taproom.sagemaker_errors import is_absent

# An endpoint that is being updated or patched goes on answering with the config that it has.
_ANSWERING = frozenset({"InService", "Updating", "SystemUpdating", "RollingBack"})


@dataclass(frozen=True)
class Endpoint:
    """One endpoint as DescribeEndpoint shows it.

    `config` is the endpoint config that answers now; it changes only when an update has succeeded.
    `failure` is SageMaker's FailureReason, None while all is well; `pending` the config that it is
    being updated to, None while it is not; `instances` how many it has, None for a serverless one;
    `created` when it was made, which an update does not change.
    """

    name: str
    status: str
    config: str
    failure: str | None = None
    pending: str | None = None
    instances: int | None = None
    created: datetime = field(default=datetime.min.replace(tzinfo=UTC), compare=False)

    @property
    def release(self) -> str | None:
        """The release that `config` belongs to, None for a config that is not Taproom's."""
        return names.release_of_config(self.config)

    @property
    def next_release(self) -> str | None:
        """The release that `pending` belongs to, None where there is none."""
        return None if self.pending is None else names.release_of_config(self.pending)

    @property
    def answers(self) -> bool:
        """Whether it takes requests: it was created, and has not failed."""
        return self.status in _ANSWERING


def described(sagemaker: Any, name: str) -> Endpoint | None:
    """The endpoint `name`, None where there is none; `sagemaker` is a boto3 client."""
    try:
        answer = sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as error:
        if is_absent(error):
            return None
        raise
    return Endpoint(
        name=answer["EndpointName"],
        status=answer["EndpointStatus"],
        config=answer["EndpointConfigName"],
        failure=answer.get("FailureReason"),
        pending=answer.get("PendingDeploymentSummary", {}).get("EndpointConfigName"),
        instances=_instances(answer),
        created=answer["CreationTime"],
    )


def _instances(answer: Mapping[str, Any]) -> int | None:
    # One variant, or none before the endpoint is in service; a serverless one may be said to have no instances.
    counts = [
        int(variant["CurrentInstanceCount"])
        for variant in answer.get("ProductionVariants", [])
        if "CurrentInstanceCount" in variant and "CurrentServerlessConfig" not in variant
    ]
    return counts[0] if counts else None


def of_layout(sagemaker: Any, prefix: str, layout: Layout) -> dict[str, Endpoint | None]:
    """Each servable of `layout` with its endpoint, None for one that does not exist; `prefix` is the stack's."""
    return {servable: described(sagemaker, names.endpoint_name(prefix, servable)) for servable in layout.servables}


def release_in_service(sagemaker: Any, prefix: str) -> str | None:
    """The release whose servables all answer, None where nothing does.

    While a release of another layout is being rolled out there are the endpoints of both: the one that was made later
    counts. While the two endpoints of a separate layout are between two releases it is the one that retrieval answers
    with.
    """
    answering: list[list[Endpoint]] = []
    for layout in Layout:
        endpoints = of_layout(sagemaker, prefix, layout).values()
        found = [each for each in endpoints if each is not None and each.answers and each.release]
        if len(found) == len(layout.servables):
            answering.append(found)
    latest = max(answering, key=lambda found: max(each.created for each in found), default=None)
    return latest[0].release if latest else None
