"""SageMaker's endpoints of a stack: what they are doing, and which release is in service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    being updated to, None while it is not; `instances` how many it has, None for a serverless one.
    """

    name: str
    status: str
    config: str
    failure: str | None = None
    pending: str | None = None
    instances: int | None = None

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
    """Each archive of `layout` with its endpoint, None for one that does not exist; `prefix` is the stack's."""
    return {archive: described(sagemaker, names.endpoint_name(prefix, archive)) for archive in layout.archives}


def release_in_service(sagemaker: Any, prefix: str, layouts: Iterable[Layout] = tuple(Layout)) -> str | None:
    """The release that answers for both servables, None where nothing does.

    The layouts are tried in order, so that a release is found while a change of layout is being
    rolled out. While the two endpoints of a separate layout are between two releases it is the
    one that retrieval answers with.
    """
    for layout in layouts:
        releases = [
            endpoint.release if endpoint is not None and endpoint.answers else None
            for endpoint in of_layout(sagemaker, prefix, layout).values()
        ]
        if all(releases):
            return releases[0]
    return None
