"""SageMaker endpoints over the model server: created, updated in place, removed, in the background as AWS does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.sagemaker.exceptions import AWSValidationException

from local.context import CloudContext
from local.sagemaker import api
from local.sagemaker.api import Request, milliseconds
from local.sagemaker.serving.deployments import Deployment, Deployments
from local.sagemaker.serving.model_server_process import CannotLoad
from local.sagemaker.serving.production_variants import Variant, described_variants, production_variant

# The statuses of the API, as events write them.
_IN_EVENTS = {
    "Creating": "CREATING",
    "InService": "IN_SERVICE",
    "Updating": "UPDATING",
    "Failed": "FAILED",
    "Deleting": "DELETING",
}
_CHANGING = ("Creating", "Updating", "Deleting")


@dataclass
class Endpoint:
    """`config` is the one in service (or being created), `pending` the one that an update brings."""

    name: str
    arn: str
    config: str
    created: datetime
    tags: list[dict[str, str]]
    status: str = "Creating"
    pending: str | None = None
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))
    failure: str | None = None
    live: Deployment | None = None
    # None for a serverless one. One process answers, however many there are.
    instances: int | None = None


class Endpoints:
    """The cloud's endpoints, by name. Each creation and update runs in a thread of its own."""

    def __init__(self, cloud: CloudContext, deployments: Deployments) -> None:
        self._cloud = cloud
        self._deployments = deployments
        # moto finds what tags belong to in its own dictionary, so they live there.
        self._endpoints: dict[str, Endpoint] = api.backend(cloud).endpoints  # type: ignore[assignment]
        self._lock = threading.RLock()
        # Whether the number of an endpoint's instances is scaled.
        self.is_scaled: Callable[[str], bool] = lambda _: False

    def create(self, request: Request) -> dict[str, Any]:
        name, config = request["EndpointName"], request["EndpointConfigName"]
        arn = api.arn(self._cloud, "endpoint", name)
        with self._lock:
            if name in self._endpoints:
                raise AWSValidationException(f'Cannot create already existing endpoint "{arn}".')
            variant = production_variant(self._cloud, config)
            endpoint = Endpoint(name, arn, config, datetime.now(UTC), request.get("Tags") or [])
            self._endpoints[name] = endpoint
        self._emit_state_change(endpoint)
        self._in_background(lambda: self._create(endpoint, variant))
        return {"EndpointArn": arn}

    def update(self, request: Request) -> dict[str, Any]:
        config = request["EndpointConfigName"]
        with self._lock:
            endpoint = self._find(request["EndpointName"])
            if endpoint.status in _CHANGING:
                raise AWSValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            if endpoint.status == "Failed":
                raise AWSValidationException(
                    f'Cannot update endpoint "{endpoint.arn}" in status Failed: it can only be deleted.'
                )
            # SageMaker looks at both; a config that is in service must not be deleted.
            old, variant = production_variant(self._cloud, endpoint.config), production_variant(self._cloud, config)
            if old.get("InstanceType") != variant.get("InstanceType") and self.is_scaled(endpoint.name):
                raise AWSValidationException(
                    f"The variant {variant['VariantName']} of {endpoint.arn} is a scalable target, and its instance "
                    "type can't be changed: deregister it first."
                )
            retained = endpoint.instances if request.get("RetainAllVariantProperties") else None
            endpoint.pending = config
            self._set_status(endpoint, "Updating")
        self._emit_state_change(endpoint)
        self._in_background(lambda: self._update(endpoint, config, variant, retained))
        return {"EndpointArn": endpoint.arn}

    def delete(self, request: Request) -> None:
        with self._lock:
            endpoint = self._find(request["EndpointName"])
            if endpoint.status in _CHANGING:
                raise AWSValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            del self._endpoints[endpoint.name]
            gone, endpoint.live = endpoint.live, None
            self._set_status(endpoint, "Deleting")
        self._emit_state_change(endpoint)
        if gone is not None:
            self._in_background(lambda: self._deployments.discard(gone))

    def describe(self, request: Request) -> dict[str, Any]:
        with self._lock:
            endpoint = self._find(request["EndpointName"])
            described = {
                "EndpointName": endpoint.name,
                "EndpointArn": endpoint.arn,
                "EndpointConfigName": endpoint.config,
                "EndpointStatus": endpoint.status,
                "CreationTime": endpoint.created,
                "LastModifiedTime": endpoint.changed,
                "ProductionVariants": described_variants(self._cloud, endpoint.config, endpoint.instances),
            }
            if endpoint.failure:
                described["FailureReason"] = endpoint.failure
            if endpoint.pending:
                described["PendingDeploymentSummary"] = {
                    "EndpointConfigName": endpoint.pending,
                    "ProductionVariants": described_variants(self._cloud, endpoint.pending, endpoint.instances),
                    "StartTime": endpoint.changed,
                }
            return described

    def list_endpoints(self, request: Request) -> dict[str, Any]:
        with self._lock:
            summaries = [
                {
                    "EndpointName": each.name,
                    "EndpointArn": each.arn,
                    "EndpointStatus": each.status,
                    "CreationTime": each.created,
                    "LastModifiedTime": each.changed,
                }
                for each in self._endpoints.values()
            ]
        return api.list_page(request, summaries, "Endpoints", "Endpoint", "Descending")

    def bound_instances(self, name: str, least: int, most: int) -> None:
        """Bring the number of instances within bounds.

        Raises
        ------
        ValueError
            If that is no endpoint with instances, in service.
        """
        with self._lock:
            endpoint = self._endpoints.get(name)
            if endpoint is None or endpoint.instances is None or endpoint.status != "InService":
                raise ValueError(f"There is no endpoint {name} with instances in service.")
            endpoint.instances = min(max(endpoint.instances, least), most)

    def _find(self, name: str) -> Endpoint:
        """
        Raises
        ------
        AWSValidationException
            As SageMaker words it, for a name that is no endpoint's.
        """
        found = self._endpoints.get(name)
        if found is None:
            arn = api.arn(self._cloud, "endpoint", name)
            raise AWSValidationException(f'Could not find endpoint "{arn}".')
        return found

    def live(self, name: str) -> Deployment | None:
        """What answers for the endpoint now; None where there is no such endpoint, or it can't answer."""
        endpoint = self._endpoints.get(name)
        return None if endpoint is None else endpoint.live

    def save(self) -> Any:
        """The endpoints that serve, as JSON; those in the making are made again by whoever wants them."""
        with self._lock:
            return [
                {
                    "name": each.name,
                    "config": each.config,
                    "created": each.created.isoformat(),
                    "tags": each.tags,
                    "instances": each.instances,
                }
                for each in self._endpoints.values()
                if each.live is not None
            ]

    def restore(self, saved: Any) -> None:
        """Bring saved endpoints back, each with its config's model loaded; Failed where that is gone."""
        for each in saved:
            arn = api.arn(self._cloud, "endpoint", each["name"])
            created = datetime.fromisoformat(each["created"])
            endpoint = Endpoint(each["name"], arn, each["config"], created, each["tags"])
            self._endpoints[endpoint.name] = endpoint
            try:
                variant = production_variant(self._cloud, endpoint.config)
            except ServiceException as error:
                endpoint.failure = error.message
                self._set_status(endpoint, "Failed")
                self._emit_state_change(endpoint)
            else:
                self._create(endpoint, variant)
                endpoint.instances = each["instances"]

    def _create(self, endpoint: Endpoint, variant: Variant) -> None:
        try:
            live = self._deployments.deploy(variant)
        except CannotLoad as error:
            with self._lock:
                endpoint.failure = str(error)
                self._set_status(endpoint, "Failed")
        else:
            with self._lock:
                endpoint.live = live
                endpoint.instances = variant.get("InitialInstanceCount")
                self._set_status(endpoint, "InService")
        self._emit_state_change(endpoint)

    def _update(self, endpoint: Endpoint, config: str, variant: Variant, retained: int | None) -> None:
        """The old model answers until the new one is loaded, and goes on if it can't be."""
        try:
            live = self._deployments.deploy(variant)
        except CannotLoad as error:
            with self._lock:
                endpoint.failure = str(error)
                endpoint.pending = None
                self._set_status(endpoint, "InService")
        else:
            with self._lock:
                old, endpoint.live = endpoint.live, live
                endpoint.config, endpoint.pending, endpoint.failure = config, None, None
                endpoint.instances = retained or variant.get("InitialInstanceCount")
                self._set_status(endpoint, "InService")
            if old is not None:
                self._deployments.discard(old)
        self._emit_state_change(endpoint)

    def _set_status(self, endpoint: Endpoint, status: str) -> None:
        endpoint.status = status
        endpoint.changed = datetime.now(UTC)

    def _emit_state_change(self, endpoint: Endpoint) -> None:
        with self._lock:
            detail: dict[str, Any] = {
                "EndpointName": endpoint.name,
                "EndpointArn": endpoint.arn,
                "EndpointConfigName": endpoint.pending or endpoint.config,
                "EndpointStatus": _IN_EVENTS[endpoint.status],
                "ProductionVariants": described_variants(self._cloud, endpoint.config, endpoint.instances),
                "CreationTime": milliseconds(endpoint.created),
                "LastModifiedTime": milliseconds(endpoint.changed),
                "Tags": {tag["Key"]: tag["Value"] for tag in endpoint.tags},
            }
            if endpoint.failure:
                detail["FailureReason"] = endpoint.failure
        line = f"{endpoint.name} {endpoint.status} {detail['EndpointConfigName']}"
        self._cloud.say("endpoint", line + (f": {endpoint.failure}" if endpoint.failure else ""))
        self._cloud.emit("SageMaker Endpoint State Change", "aws.sagemaker", detail, [endpoint.arn])
        self._cloud.changed()

    def _in_background(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()


def install(cloud: CloudContext, deployments: Deployments) -> Endpoints:
    """Put endpoints over `deployments` in moto's place."""
    endpoints = Endpoints(cloud, deployments)
    api.replace_operation(cloud, "CreateEndpoint", endpoints.create)
    api.replace_operation(cloud, "UpdateEndpoint", endpoints.update)
    api.replace_operation(cloud, "DeleteEndpoint", endpoints.delete)
    api.replace_operation(cloud, "DescribeEndpoint", endpoints.describe)
    api.replace_operation(cloud, "ListEndpoints", endpoints.list_endpoints)
    cloud.keep("endpoints", endpoints.save, endpoints.restore)
    return endpoints
