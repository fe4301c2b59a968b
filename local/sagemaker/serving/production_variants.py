"""The production variant of an endpoint config, of which this cloud serves one, and how it is described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.sagemaker.exceptions import AWSValidationException

from local.context import CloudContext
from local.sagemaker import api

# An element of an endpoint config's ProductionVariants.
Variant = dict[str, Any]


def production_variant(cloud: CloudContext, config: str) -> Variant:
    """The config's production variant.

    Raises
    ------
    ServiceException
        If there is no such config, it has several variants, or its model is gone.
    """
    backend = api.backend(cloud)
    if config not in backend.endpoint_configs:
        arn = api.arn(cloud, "endpoint-config", config)
        raise AWSValidationException(f'Could not find endpoint configuration "{arn}".')
    variants: list[Variant] = backend.endpoint_configs[config].production_variants
    if len(variants) != 1:
        raise AWSValidationException(f"{config} has {len(variants)} production variants; this cloud serves one.")
    backend.describe_model(variants[0]["ModelName"])
    return variants[0]


def sleeps(variant: Mapping[str, Any]) -> bool:
    """Whether nothing runs while nobody asks: so it is without an instance and without provisioned concurrency."""
    serverless = variant.get("ServerlessConfig")
    return serverless is not None and not serverless.get("ProvisionedConcurrency")


def described_variants(cloud: CloudContext, config: str, instances: int | None) -> list[dict[str, Any]]:
    """Its variants as DescribeEndpoint shows them, with so many `instances`; None: as many as at first."""
    found = api.backend(cloud).endpoint_configs.get(config)
    described = []
    for variant in found.production_variants if found else []:
        weight = variant.get("InitialVariantWeight", 1.0)
        shown = {"VariantName": variant["VariantName"], "CurrentWeight": weight, "DesiredWeight": weight}
        if "ServerlessConfig" in variant:
            shown["CurrentServerlessConfig"] = dict(variant["ServerlessConfig"])
        else:
            count = variant["InitialInstanceCount"] if instances is None else instances
            shown["CurrentInstanceCount"] = shown["DesiredInstanceCount"] = count
        described.append(shown)
    return described
