"""Where AWS keeps its TensorFlow images."""

from __future__ import annotations

import pytest

from taproom import images


@pytest.mark.parametrize(
    ("region", "registry"),
    [
        ("us-east-1", "763104351884.dkr.ecr.us-east-1.amazonaws.com"),
        ("eu-west-1", "763104351884.dkr.ecr.eu-west-1.amazonaws.com"),
        ("af-south-1", "626614931356.dkr.ecr.af-south-1.amazonaws.com"),
        ("ap-east-1", "871362719292.dkr.ecr.ap-east-1.amazonaws.com"),
        ("eu-south-1", "692866216735.dkr.ecr.eu-south-1.amazonaws.com"),
        ("me-south-1", "217643126080.dkr.ecr.me-south-1.amazonaws.com"),
        ("eu-central-2", "380420809688.dkr.ecr.eu-central-2.amazonaws.com"),
        ("il-central-1", "780543022126.dkr.ecr.il-central-1.amazonaws.com"),
        ("cn-north-1", "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn"),
        ("cn-northwest-1", "727897471807.dkr.ecr.cn-northwest-1.amazonaws.com.cn"),
    ],
)
def test_each_region_has_its_registry(region: str, registry: str) -> None:
    assert images.training_image(region, "2.21-cpu", "ml.m5.xlarge") == f"{registry}/tensorflow-training:2.21-cpu"
    assert images.serving_image(region, "2.20-cpu") == f"{registry}/tensorflow-inference:2.20-cpu"


@pytest.mark.parametrize(
    ("instance_type", "tag"),
    [
        ("ml.m5.xlarge", "2.21-cpu-py312-amzn2023-sagemaker-v1"),
        ("ml.c6i.4xlarge", "2.21-cpu-py312-amzn2023-sagemaker-v1"),
        ("ml.g5.xlarge", "2.21-gpu-py312-cu129-amzn2023-sagemaker-v1"),
        ("ml.g4dn.12xlarge", "2.21-gpu-py312-cu129-amzn2023-sagemaker-v1"),
        ("ml.p3.2xlarge", "2.21-gpu-py312-cu129-amzn2023-sagemaker-v1"),
    ],
)
def test_instances_with_gpus_train_in_the_image_for_gpus(instance_type: str, tag: str) -> None:
    uri = images.training_image("eu-west-1", "2.21-cpu-py312-amzn2023-sagemaker-v1", instance_type)
    assert uri.rpartition(":")[2] == tag


def test_another_tag_is_taken_as_it_is() -> None:
    uri = images.training_image("eu-west-1", "2.22-gpu-py313-cu130-amzn2023-sagemaker-v1", "ml.g5.xlarge")
    assert uri.rpartition(":")[2] == "2.22-gpu-py313-cu130-amzn2023-sagemaker-v1"
