"""AWS's prebuilt TensorFlow images: which registry holds them in which region."""

from __future__ import annotations

import re

TRAINING = "tensorflow-training"
SERVING = "tensorflow-inference"

_MOST = "763104351884"
_CHINA = "727897471807"
# Families g4dn, g5, p3, p5en and so on.
_WITH_GPUS = re.compile(r"ml\.[gp]\d")
# Which the tags of images for GPUs name: https://github.com/aws/deep-learning-containers, TensorFlow 2.21.
_CUDA = "cu129"
# https://github.com/aws/deep-learning-containers: the regions that came with accounts of their own.
_ACCOUNTS = {
    "af-south-1": "626614931356",
    "ap-east-1": "871362719292",
    "eu-central-2": "380420809688",
    "eu-south-1": "692866216735",
    "il-central-1": "780543022126",
    "me-south-1": "217643126080",
}


def training_image(region: str, tag: str, instance_type: str) -> str:
    """The ECR URI of the training image `tag`, such as `2.21-cpu-py312-amzn2023-sagemaker-v1`.

    Instance types with GPUs get the image for GPUs in the place of such a tag; any other tag is taken as it is.
    """
    if _WITH_GPUS.match(instance_type):
        tag = tag.replace("-cpu-py312-", f"-gpu-py312-{_CUDA}-")
    return _uri(TRAINING, region, tag)


def serving_image(region: str, tag: str) -> str:
    """The ECR URI of the TensorFlow Serving image `tag`, such as `2.20-cpu-py312-amzn2023-sagemaker-v1`."""
    return _uri(SERVING, region, tag)


def _uri(repository: str, region: str, tag: str) -> str:
    in_china = region.startswith("cn-")
    account = _CHINA if in_china else _ACCOUNTS.get(region, _MOST)
    suffix = "amazonaws.com.cn" if in_china else "amazonaws.com"
    return f"{account}.dkr.ecr.{region}.{suffix}/{repository}:{tag}"
