"""AWS's prebuilt TensorFlow and Spark images: which registry holds them in which region."""

from __future__ import annotations

import re

TRAINING = "tensorflow-training"
SERVING = "tensorflow-inference"
SPARK = "sagemaker-spark-processing"

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
# https://github.com/aws/sagemaker-spark-container, whose registry differs from region to region.
_SPARK_ACCOUNTS = {
    "af-south-1": "309385258863",
    "ap-east-1": "732049463269",
    "ap-east-2": "533267296287",
    "ap-northeast-1": "411782140378",
    "ap-northeast-2": "860869212795",
    "ap-northeast-3": "102471314380",
    "ap-south-1": "105495057255",
    "ap-south-2": "873151114052",
    "ap-southeast-1": "759080221371",
    "ap-southeast-2": "440695851116",
    "ap-southeast-3": "800295151634",
    "ap-southeast-4": "819679513684",
    "ap-southeast-5": "841784149062",
    "ap-southeast-6": "278240940207",
    "ap-southeast-7": "471112967968",
    "ca-central-1": "446299261295",
    "ca-west-1": "000907499111",
    "cn-north-1": "671472414489",
    "cn-northwest-1": "844356804704",
    "eu-central-1": "906073651304",
    "eu-central-2": "142351485170",
    "eu-north-1": "330188676905",
    "eu-south-1": "753923664805",
    "eu-south-2": "833944533722",
    "eu-west-1": "571004829621",
    "eu-west-2": "836651553127",
    "eu-west-3": "136845547031",
    "il-central-1": "408426139102",
    "me-central-1": "395420993607",
    "me-south-1": "750251592176",
    "mx-central-1": "211125459255",
    "sa-east-1": "737130764395",
    "us-east-1": "173754725891",
    "us-east-2": "314815235551",
    "us-gov-east-1": "260923028637",
    "us-gov-west-1": "271483468897",
    "us-west-1": "667973535471",
    "us-west-2": "153931337802",
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


def has_spark(region: str) -> bool:
    """Whether there is a Spark image in the region."""
    return region in _SPARK_ACCOUNTS


def spark_image(region: str, tag: str) -> str:
    """The ECR URI of the Spark image `tag`, such as `3.5-cpu-py312-v1.4`, in a region that `has_spark`."""
    return _uri_in(_SPARK_ACCOUNTS[region], SPARK, region, tag)


def _uri(repository: str, region: str, tag: str) -> str:
    account = _CHINA if region.startswith("cn-") else _ACCOUNTS.get(region, _MOST)
    return _uri_in(account, repository, region, tag)


def _uri_in(account: str, repository: str, region: str, tag: str) -> str:
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"{account}.dkr.ecr.{region}.{suffix}/{repository}:{tag}"
