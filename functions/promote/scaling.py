"""Application Auto Scaling: how many instances answer for an endpoint, by how often each of them is asked."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from promote.settings import PromoteSettings

VARIANT = "AllTraffic"
POLICY = "invocations"
# Seconds after a change before the next one: more instances soon, fewer late.
SCALE_OUT_COOLDOWN, SCALE_IN_COOLDOWN = 60, 300


class Scaling:
    """The scalable targets of endpoints, through `client`, a boto3 client of `application-autoscaling`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def register(self, endpoint: str, settings: PromoteSettings) -> None:
        """Keep the instances of an endpoint that is in service within the settings' bounds, by their policy.

        A count outside of the bounds is brought inside at once. May run again.
        """
        target = _target(endpoint)
        self._client.register_scalable_target(
            **target, MinCapacity=settings.minimum_instances, MaxCapacity=settings.maximum_instances
        )
        self._client.put_scaling_policy(
            **target,
            PolicyName=POLICY,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": float(settings.invocations_per_instance),
                "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
                "ScaleOutCooldown": SCALE_OUT_COOLDOWN,
                "ScaleInCooldown": SCALE_IN_COOLDOWN,
            },
        )

    def deregister(self, endpoint: str) -> None:
        """Leave the endpoint's instances as they are, if they were scaled; its policy goes, too."""
        with suppress(self._client.exceptions.ObjectNotFoundException):
            self._client.deregister_scalable_target(**_target(endpoint))


def _target(endpoint: str) -> dict[str, str]:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{endpoint}/variant/{VARIANT}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
