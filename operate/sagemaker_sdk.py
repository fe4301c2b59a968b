"""Starting jobs with the SageMaker SDK, and what it would send without sending it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

import boto3

TRAINING = "CreateTrainingJob"
TUNING = "CreateHyperParameterTuningJob"


class _Kept(Exception):
    """Ends a call on its way out."""


def start(operation: str, request: Mapping[str, Any], session: boto3.Session) -> Any:
    """Have the SDK do `operation` (TRAINING or TUNING) with boto3's arguments `request`: its TrainingJob or its
    HyperParameterTuningJob.

    Raises
    ------
    pydantic.ValidationError
        For a request that does not have the SDK's shapes.
    """
    # Seconds to import: not for --help.
    from sagemaker.core.resources import HyperParameterTuningJob, TrainingJob
    from sagemaker.core.utils.code_injection.codec import transform

    resource = {TRAINING: TrainingJob, TUNING: HyperParameterTuningJob}[operation]
    return resource.create(
        **transform(request, f"{operation}Request"), session=session, region=str(session.region_name)
    )


def tuning_job(name: str, session: boto3.Session) -> Any:
    """The SDK's HyperParameterTuningJob of this name."""
    from sagemaker.core.resources import HyperParameterTuningJob

    return HyperParameterTuningJob.get(name, session=session, region=str(session.region_name))


def would_send(operation: str, request: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The body of the call that `start` makes, taken when botocore has checked and serialised it and goes on to sign.

    Needs neither credentials nor a network.
    """
    kept: list[dict[str, Any]] = []

    def keep(params: Mapping[str, Any], **_: Any) -> NoReturn:
        kept.append(json.loads(params["body"]))
        raise _Kept

    # A session of its own: a client has the hooks that its session had when it was made.
    session = boto3.Session(region_name=region)
    session.events.register(f"before-call.sagemaker.{operation}", keep)
    with suppress(_Kept):
        start(operation, request, session)
    return kept[0]
