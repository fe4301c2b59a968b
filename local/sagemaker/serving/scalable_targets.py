"""Application Auto Scaling of endpoints: a count of instances within bounds, which no load changes on a laptop."""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
    FakeScalableTarget,
    applicationautoscaling_backends,
)
from moto.core.exceptions import JsonRESTError

from local.context import CloudContext
from local.sagemaker.serving.endpoints import Endpoints

DIMENSION = "sagemaker:variant:DesiredInstanceCount"


class ObjectNotFound(JsonRESTError):
    """What is to be deregistered is not registered; moto has another error for it."""

    def __init__(self, resource: str) -> None:
        super().__init__("ObjectNotFoundException", f"No scalable target was found for {resource}.")


def install(cloud: CloudContext, endpoints: Endpoints) -> None:
    """Have moto's scalable targets know `endpoints`: their instances are brought within the bounds."""
    backend: ApplicationAutoscalingBackend = applicationautoscaling_backends[cloud.account][cloud.region]
    endpoints.is_scaled = lambda name: any(_endpoint(one) == name for one in backend.targets.get(DIMENSION, {}))
    register = ApplicationAutoscalingBackend.register_scalable_target
    deregister = ApplicationAutoscalingBackend.deregister_scalable_target
    put = ApplicationAutoscalingBackend.put_scaling_policy

    def register_scalable_target(
        backend: ApplicationAutoscalingBackend, *given: Any, **named: Any
    ) -> FakeScalableTarget:
        target = register(backend, *given, **named)
        try:
            endpoints.bound_instances(_endpoint(target.resource_id), named["min_capacity"], named["max_capacity"])
        except ValueError as error:
            deregister(backend, target.service_namespace, target.resource_id, target.scalable_dimension)
            raise AWSValidationException(str(error)) from error
        cloud.changed()
        return target

    def deregister_scalable_target(
        backend: ApplicationAutoscalingBackend, namespace: str, r_id: str, dimension: str
    ) -> None:
        if r_id not in backend.targets.get(dimension, {}):
            raise ObjectNotFound(r_id)
        deregister(backend, namespace, r_id, dimension)
        for key, policy in list(backend.policies.items()):
            if policy.resource_id == r_id:
                del backend.policies[key]
        cloud.changed()

    def put_scaling_policy(
        backend: ApplicationAutoscalingBackend, *given: Any, **named: Any
    ) -> FakeApplicationAutoscalingPolicy:
        if named["resource_id"] not in backend.targets.get(named["scalable_dimension"], {}):
            raise ObjectNotFound(named["resource_id"])
        return put(backend, *given, **named)

    def save() -> Any:
        return {
            "targets": [
                [one.resource_id, DIMENSION, one.min_capacity, one.max_capacity, one.role_arn, one.suspended_state]
                for one in backend.targets.get(DIMENSION, {}).values()
            ],
            "policies": [
                [one.policy_name, one.resource_id, one.policy_type, one._policy_body]
                for one in backend.policies.values()
            ],
        }

    def restore(saved: Any) -> None:
        for given in saved["targets"]:
            register(backend, "sagemaker", *given)
        for name, resource, kind, body in saved["policies"]:
            put(backend, name, "sagemaker", resource, DIMENSION, body, kind)

    for name, replacement in (
        ("register_scalable_target", register_scalable_target),
        ("deregister_scalable_target", deregister_scalable_target),
        ("put_scaling_policy", put_scaling_policy),
    ):
        cloud.replace(ApplicationAutoscalingBackend, name, replacement)
    cloud.keep("scalable targets", save, restore)


def _endpoint(resource: str) -> str:
    """The endpoint of `endpoint/<name>/variant/<variant>`."""
    return resource.split("/")[1]
