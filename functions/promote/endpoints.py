"""The stack's endpoints: created once, then updated in place from one release's config to another's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError

from promote.scaling import VARIANT, Scaling
from promote.settings import PromoteSettings
from taproom import images, sagemaker_endpoints
from taproom.names import Layout, challenger_prefix, config_name, endpoint_name, has_settings_of
from taproom.sagemaker_endpoints import Endpoint

IN_TRANSITION = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})


class StillChanging(Exception):
    """Time ran out while endpoints changed; whoever comes next goes on from there."""


class RolloutFailed(Exception):
    """An endpoint did not take the release; the message is SageMaker's reason."""


def model_request(release: str, servable: str, archive_uri: str, settings: PromoteSettings) -> dict[str, Any]:
    """CreateModel's arguments: the TensorFlow Serving container over the archive of one servable."""
    return {
        "ModelName": config_name(release, servable, settings.endpoint_settings),
        "ExecutionRoleArn": settings.role_arn,
        "PrimaryContainer": {
            "Image": images.serving_image(settings.aws_region, settings.serving_image_tag),
            "ModelDataUrl": archive_uri,
            "Environment": {"SAGEMAKER_TFS_DEFAULT_MODEL_NAME": servable},
        },
        "Tags": _tags(release, settings),
    }


def config_request(release: str, servable: str, settings: PromoteSettings) -> dict[str, Any]:
    """CreateEndpointConfig's arguments: serverless, or as many instances of the chosen type as there are at least."""
    name = config_name(release, servable, settings.endpoint_settings)
    if settings.is_scaled:
        capacity: dict[str, Any] = {
            "InstanceType": settings.endpoint_kind,
            "InitialInstanceCount": settings.minimum_instances,
        }
    else:
        serverless = {
            "MemorySizeInMB": settings.serverless_memory,
            "MaxConcurrency": settings.serverless_concurrency,
        }
        if settings.provisioned_concurrency:
            serverless["ProvisionedConcurrency"] = settings.provisioned_concurrency
        capacity = {"ServerlessConfig": serverless}
    return {
        "EndpointConfigName": name,
        # UpdateEndpoint replaces in place only while the variant keeps its name.
        "ProductionVariants": [{"VariantName": VARIANT, "ModelName": name, **capacity}],
        "Tags": _tags(release, settings),
    }


def _tags(release: str, settings: PromoteSettings) -> list[dict[str, str]]:
    return [{"Key": "taproom:stack", "Value": settings.stack}, {"Key": "taproom:release", "Value": release}]


class SettledEndpoints:
    """The endpoints whose names begin with `prefix`.

    Parameters
    ----------
    sagemaker
        A boto3 client.
    time_left, sleep
        How many seconds the invocation has left; wait for that many seconds.
    """

    def __init__(
        self,
        sagemaker: Any,
        scaling: Scaling,
        prefix: str,
        time_left: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sagemaker = sagemaker
        self._scaling = scaling
        self._prefix = prefix
        self._time_left = time_left
        self._sleep = sleep

    def settle(self) -> None:
        """Wait until no endpoint of the stack is changing."""
        for layout in Layout:
            for servable in layout.servables:
                self._settled(endpoint_name(self._prefix, servable))

    def wait(self, seconds: float) -> None:
        """Wait for whoever changes the endpoints.

        Raises
        ------
        StillChanging
            If the invocation's time does not suffice.
        """
        # Some time is kept to write down how things stand.
        if self._time_left() < seconds + 15:
            raise StillChanging("The endpoints were still changing when this invocation's time was up")
        self._sleep(seconds)

    def remove(self, layout: Layout, but: Collection[str] = ()) -> None:
        """Delete the layout's endpoints, those that exist, except of the servables in `but`."""
        for servable in layout.servables:
            if servable in but:
                continue
            endpoint = self._settled(endpoint_name(self._prefix, servable))
            if endpoint is not None:
                self._delete(endpoint)

    def _delete(self, endpoint: Endpoint) -> None:
        if endpoint.instances is not None:
            self._scaling.deregister(endpoint.name)
        self._sagemaker.delete_endpoint(EndpointName=endpoint.name)

    def _settled(self, name: str) -> Endpoint | None:
        pause = 0.25
        while True:
            endpoint = sagemaker_endpoints.described(self._sagemaker, name)
            if endpoint is None or endpoint.status not in IN_TRANSITION:
                return endpoint
            self.wait(pause)
            pause = min(pause * 1.5, 15.0)


class Endpoints(SettledEndpoints):
    """SageMaker as promote uses it.

    Parameters
    ----------
    sagemaker, runtime
        Clients of `sagemaker` and `sagemaker-runtime`.
    settings
        With `is_scaled`, what is in service has its instances scaled by them.
    sleep, time_left
        Wait for that many seconds; how many seconds the invocation has left.
    """

    def __init__(
        self,
        sagemaker: Any,
        runtime: Any,
        scaling: Scaling,
        settings: PromoteSettings,
        time_left: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(sagemaker, scaling, settings.prefix, time_left, sleep)
        self._runtime = runtime
        self._settings = settings

    def release_in_service(self) -> str | None:
        """The release that the endpoints serve, in whichever layout; None while nothing serves."""
        return sagemaker_endpoints.release_in_service(self._sagemaker, self._settings.prefix)

    def configs_in_service(self, layout: Layout) -> dict[str, str]:
        """The config by servable of the layout's endpoints, those that exist and can answer."""
        found = sagemaker_endpoints.of_layout(self._sagemaker, self._settings.prefix, layout)
        return {servable: endpoint.config for servable, endpoint in found.items() if endpoint and endpoint.answers}

    def releases_in_use(self) -> set[str]:
        """The releases that any endpoint of the stack has, a challenger's too, or is being updated to."""
        prefix = self._settings.prefix
        found = (
            endpoint
            for prefix in (prefix, challenger_prefix(prefix))
            for layout in Layout
            for endpoint in sagemaker_endpoints.of_layout(self._sagemaker, prefix, layout).values()
            if endpoint is not None
        )
        return {release for each in found for release in (each.release, each.next_release) if release is not None}

    def put_in_service(self, release: str, layout: Layout, archive_uri: Callable[[str], str]) -> None:
        """Bring every endpoint of its layout to the release, side by side, and wait until all have it.

        Raises
        ------
        RolloutFailed
            If SageMaker reports that an endpoint did not take it; it has gone back by itself.
        StillChanging
            If the invocation's time runs out first.
        """
        for servable in layout.servables:
            model = model_request(release, servable, archive_uri(servable), self._settings)
            self._create(self._sagemaker.create_model, model)
            self._create(self._sagemaker.create_endpoint_config, config_request(release, servable, self._settings))
        settings = self._settings.endpoint_settings
        self.switch({servable: config_name(release, servable, settings) for servable in layout.servables})

    def switch(self, configs: Mapping[str, str]) -> None:
        """Bring the endpoint of each servable to its config, all side by side, and wait for them.

        Raises
        ------
        RolloutFailed, StillChanging
            As `put_in_service`.
        """
        for servable, config in configs.items():
            self._begin(endpoint_name(self._settings.prefix, servable), config)
        faults = []
        for servable, config in configs.items():
            name = endpoint_name(self._settings.prefix, servable)
            endpoint = self._settled(name)
            if endpoint is None or endpoint.status != "InService" or endpoint.config != config:
                reason = (endpoint and endpoint.failure) or "SageMaker gave no reason"
                faults.append(f"the endpoint {name} did not take {config}: {reason}")
        if faults:
            raise RolloutFailed("; ".join(faults))
        if self._settings.is_scaled:
            for servable in configs:
                self._scaling.register(endpoint_name(self._settings.prefix, servable), self._settings)

    def ask(self, layout: Layout, question: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """What an endpoint of the layout answers to a question with columnar inputs."""
        servable = layout.servable_of(question)
        answer = self._runtime.invoke_endpoint(
            EndpointName=endpoint_name(self._settings.prefix, servable),
            ContentType="application/json",
            CustomAttributes=f"tfs-model-name={servable}",
            Body=json.dumps({"signature_name": layout.signature_of(question), "inputs": inputs}),
        )
        outputs: Mapping[str, Any] = json.loads(answer["Body"].read())["outputs"]
        return outputs

    def _begin(self, name: str, config: str) -> None:
        endpoint = self._settled(name)
        if endpoint is not None and endpoint.status == "Failed":
            # A failed endpoint takes no update, and it serves nobody.
            self._delete(endpoint)
            endpoint = self._settled(name)
        if endpoint is None:
            self._sagemaker.create_endpoint(
                EndpointName=name,
                EndpointConfigName=config,
                Tags=[{"Key": "taproom:stack", "Value": self._settings.stack}],
            )
        elif endpoint.config != config:
            self._update(endpoint, config)

    def _update(self, endpoint: Endpoint, config: str) -> None:
        name, has_instances = endpoint.name, endpoint.instances is not None
        if has_instances and not has_settings_of(endpoint.config, config):
            # SageMaker refuses another instance type while the number of instances is scaled.
            self._scaling.deregister(name)
        try:
            # As many instances as the load asks for now, not as many as there were at first.
            self._sagemaker.update_endpoint(
                EndpointName=name, EndpointConfigName=config, RetainAllVariantProperties=has_instances
            )
        except ClientError as error:
            # Somebody else's update came in between; after it, ours is due.
            if "in-progress" not in error.response["Error"]["Message"]:
                raise
            self.wait(1.0)
            self._begin(name, config)

    @staticmethod
    def _create(create: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
        try:
            create(**arguments)
        except ClientError as error:
            # Named by content: what exists under this name is what was asked for.
            if "already exist" not in error.response["Error"]["Message"]:
                raise
