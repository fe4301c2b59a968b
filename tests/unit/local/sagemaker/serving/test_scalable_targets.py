"""Instances of endpoints are counted, and bounded, as SageMaker and Application Auto Scaling do it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.applicationautoscaling.models import applicationautoscaling_backends

from tests.unit.local.sagemaker.cloud import SageMakerCloud
from tests.unit.local.sagemaker.serving import saved_models
from tests.unit.local.sagemaker.serving.requests import config, endpoint, update


@pytest.fixture(scope="module")
def archive() -> bytes:
    return saved_models.archive(retrieval="one")


def target(name: str) -> dict[str, str]:
    resource = f"endpoint/{name}/variant/AllTraffic"
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": resource,
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }


def register(cloud: SageMakerCloud, name: str, least: int, most: int) -> None:
    scaling = cloud.client("application-autoscaling")
    scaling.register_scalable_target(**target(name), MinCapacity=least, MaxCapacity=most)


def instances(cloud: SageMakerCloud, name: str) -> int:
    (variant,) = cloud.client("sagemaker").describe_endpoint(EndpointName=name)["ProductionVariants"]
    return int(variant["CurrentInstanceCount"])


def put_policy(cloud: SageMakerCloud, name: str) -> None:
    metric = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    cloud.client("application-autoscaling").put_scaling_policy(
        **target(name),
        PolicyName="p",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 60, "PredefinedMetricSpecification": metric},
    )


def test_registering_brings_the_instances_within_the_bounds(cloud: SageMakerCloud, archive: bytes) -> None:
    name = endpoint(cloud, config(cloud, archive, instances="ml.c6i.large"))
    assert instances(cloud, name) == 1
    register(cloud, name, 3, 5)
    assert instances(cloud, name) == 3
    register(cloud, name, 1, 2)
    assert instances(cloud, name) == 2


def test_an_update_begins_anew_unless_it_is_told_to_retain_the_instances(cloud: SageMakerCloud, archive: bytes) -> None:
    name = endpoint(cloud, config(cloud, archive, instances="ml.c6i.large"))
    register(cloud, name, 3, 5)
    update(cloud, name, config(cloud, archive, instances="ml.c6i.large"), RetainAllVariantProperties=True)
    assert instances(cloud, name) == 3
    update(cloud, name, config(cloud, archive, instances="ml.c6i.large"))
    assert instances(cloud, name) == 1


def test_another_instance_type_is_refused_until_the_endpoint_is_deregistered(
    cloud: SageMakerCloud, archive: bytes
) -> None:
    name = endpoint(cloud, config(cloud, archive, instances="ml.c6i.large"))
    register(cloud, name, 1, 2)
    larger = config(cloud, archive, instances="ml.c6i.xlarge")
    with pytest.raises(ClientError, match="deregister it first"):
        update(cloud, name, larger)
    cloud.client("application-autoscaling").deregister_scalable_target(**target(name))
    assert update(cloud, name, larger)["EndpointConfigName"] == larger


def test_deregistering_takes_the_policy_along_and_is_refused_the_second_time(
    cloud: SageMakerCloud, archive: bytes
) -> None:
    name = endpoint(cloud, config(cloud, archive, instances="ml.c6i.large"))
    register(cloud, name, 1, 2)
    put_policy(cloud, name)
    scaling: Any = cloud.client("application-autoscaling")
    scaling.deregister_scalable_target(**target(name))
    found = scaling.describe_scaling_policies(**target(name))
    assert found["ScalingPolicies"] == []
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**target(name))
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        put_policy(cloud, name)


def test_what_has_no_instances_is_not_registered(cloud: SageMakerCloud, archive: bytes) -> None:
    name = endpoint(cloud, config(cloud, archive))
    for wrong in (name, "missing"):
        with pytest.raises(ClientError, match=f"no endpoint {wrong} with instances"):
            register(cloud, wrong, 1, 2)
    assert cloud.client("application-autoscaling").describe_scalable_targets(**targets(name))["ScalableTargets"] == []


def targets(name: str) -> dict[str, Any]:
    return {"ServiceNamespace": "sagemaker", "ResourceIds": [target(name)["ResourceId"]]}


def test_an_instance_type_that_does_not_exist_is_refused(cloud: SageMakerCloud, archive: bytes) -> None:
    with pytest.raises(ClientError, match=r"ml\.c6i\.tiny"):
        config(cloud, archive, instances="ml.c6i.tiny")


def test_targets_and_policies_come_back_with_the_cloud(cloud: SageMakerCloud, archive: bytes) -> None:
    name = endpoint(cloud, config(cloud, archive, instances="ml.c6i.large"))
    register(cloud, name, 2, 4)
    put_policy(cloud, name)
    save, restore = cloud.kept["scalable targets"]
    saved = save()
    backend = applicationautoscaling_backends[cloud.account][cloud.region]
    backend.targets.clear()
    backend.policies.clear()
    restore(saved)
    scaling = cloud.client("application-autoscaling")
    (found,) = scaling.describe_scalable_targets(**targets(name))["ScalableTargets"]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (2, 4)
    assert [one["PolicyName"] for one in scaling.describe_scaling_policies(**target(name))["ScalingPolicies"]] == ["p"]
