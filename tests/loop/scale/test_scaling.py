"""Endpoints with instances: as many as the load asks for, through releases, changes of type and the stack's end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.loop.conftest import World

SETTINGS = {"EndpointKind": "ml.c6i.large", "MinimumInstances": "2", "MaximumInstances": "6"}


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack with a release in service, on instances."""
    world = deployed(**SETTINGS)
    assert world.drop().kind == "promoted"
    return world


def instances(world: World) -> list[int]:
    """How many each endpoint has."""
    variants = [variant for endpoint in world.loop.endpoints() for variant in endpoint["ProductionVariants"]]
    return [variant["CurrentInstanceCount"] for variant in variants]


def targets(world: World) -> list[tuple[str, int, int]]:
    scaling = world.cloud.client("application-autoscaling")
    found = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    return sorted((one["ResourceId"].split("/")[1], one["MinCapacity"], one["MaxCapacity"]) for one in found)


def bounds(world: World, least: int, most: int) -> list[tuple[str, int, int]]:
    return [(f"{world.prefix}-{archive}", least, most) for archive in ("ranking", "retrieval")]


def more_load(world: World, wanted: int) -> None:
    """What Application Auto Scaling does then: more instances, within the same bounds."""
    scaling = world.cloud.client("application-autoscaling")
    for least in (wanted, 2):
        for name, _, most in targets(world):
            scaling.register_scalable_target(
                ServiceNamespace="sagemaker",
                ResourceId=f"endpoint/{name}/variant/AllTraffic",
                ScalableDimension="sagemaker:variant:DesiredInstanceCount",
                MinCapacity=least,
                MaxCapacity=most,
            )


def deploy(world: World, **parameters: str) -> Any:
    world.cloud.deploy(parameters=parameters)
    return world.loop.outcome()


def test_the_first_release_has_the_fewest_instances_and_they_are_scaled(world: World) -> None:
    assert instances(world) == [2, 2]
    assert targets(world) == bounds(world, 2, 6)


def test_the_next_release_has_as_many_instances_as_the_load_asked_for(world: World) -> None:
    more_load(world, 4)
    outcome = world.drop()
    assert outcome.kind == "promoted"
    assert world.serving() == {outcome.run}
    assert instances(world) == [4, 4]
    assert targets(world) == bounds(world, 2, 6)


def test_so_has_a_release_that_is_gone_back_to(world: World) -> None:
    assert world.drop("ann,answers wrongly").kind == "rolled back"
    assert instances(world) == [4, 4]
    assert targets(world) == bounds(world, 2, 6)


def test_other_bounds_and_another_instance_type_are_taken_in_place(world: World) -> None:
    (before,) = world.serving()
    assert deploy(world, **SETTINGS | {"MaximumInstances": "3"}).kind == "promoted"
    assert instances(world) == [3, 3]
    assert targets(world) == bounds(world, 2, 3)
    assert deploy(world, **SETTINGS | {"EndpointKind": "ml.c6i.xlarge"}).kind == "promoted"
    configs = [endpoint["EndpointConfigName"] for endpoint in world.loop.endpoints()]
    described = [world.cloud.client("sagemaker").describe_endpoint_config(EndpointConfigName=one) for one in configs]
    assert [one["ProductionVariants"][0]["InstanceType"] for one in described] == ["ml.c6i.xlarge"] * 2
    assert world.serving() == {before}
    assert instances(world) == [3, 3]
    assert targets(world) == bounds(world, 2, 6)


def test_with_the_stack_nothing_is_left_that_is_scaled(world: World) -> None:
    world.cloud.delete()
    assert targets(world) == []
