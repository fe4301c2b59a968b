"""How many instances an endpoint has is left to Application Auto Scaling, within the settings' bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from promote.endpoints import config_request
from promote.scaling import Scaling
from promote.settings import PromoteSettings
from taproom.settings import SettingsError

RESOURCE = "endpoint/taproom-retrieval/variant/AllTraffic"


@pytest.fixture
def scaled(environment: dict[str, str]) -> PromoteSettings:
    """Two to five instances."""
    environment |= {"ENDPOINT_KIND": "ml.c6i.large", "MINIMUM_INSTANCES": "2", "MAXIMUM_INSTANCES": "5"}
    return PromoteSettings.from_environment(environment)


def targets(aws: Callable[[str], Any]) -> list[tuple[str, int, int]]:
    found = aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    return [(one["ResourceId"], one["MinCapacity"], one["MaxCapacity"]) for one in found]


def test_an_endpoint_is_registered_with_the_bounds_and_one_policy(
    aws: Callable[[str], Any], scaled: PromoteSettings
) -> None:
    scaling = Scaling(aws("application-autoscaling"))
    for _ in range(2):
        scaling.register("taproom-retrieval", scaled)
    assert targets(aws) == [(RESOURCE, 2, 5)]
    found = aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="sagemaker")
    (policy,) = found["ScalingPolicies"]
    followed = policy["TargetTrackingScalingPolicyConfiguration"]
    assert policy["ResourceId"] == RESOURCE
    assert followed["TargetValue"] == 3000
    assert followed["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
    }


def test_other_bounds_replace_those_before(aws: Callable[[str], Any], scaled: PromoteSettings) -> None:
    scaling = Scaling(aws("application-autoscaling"))
    scaling.register("taproom-retrieval", scaled)
    scaling.register("taproom-retrieval", scaled.model_copy(update={"maximum_instances": 3}))
    assert targets(aws) == [(RESOURCE, 2, 3)]


def test_a_deregistered_endpoint_is_scaled_no_more(aws: Callable[[str], Any], scaled: PromoteSettings) -> None:
    scaling = Scaling(aws("application-autoscaling"))
    scaling.register("taproom-retrieval", scaled)
    scaling.deregister("taproom-retrieval")
    assert targets(aws) == []


def test_an_endpoint_begins_with_as_many_instances_as_there_are_at_least(scaled: PromoteSettings) -> None:
    (variant,) = config_request("taproom-0123456789ab", "retrieval", scaled)["ProductionVariants"]
    assert (variant["InstanceType"], variant["InitialInstanceCount"]) == ("ml.c6i.large", 2)
    assert "ServerlessConfig" not in variant


def test_a_maximum_below_the_minimum_is_refused(environment: dict[str, str]) -> None:
    environment |= {"MINIMUM_INSTANCES": "3", "MAXIMUM_INSTANCES": "2"}
    with pytest.raises(SettingsError, match=r"MAXIMUM_INSTANCES: .*must be MINIMUM_INSTANCES, 3, or more \(got '2'\)"):
        PromoteSettings.from_environment(environment)
