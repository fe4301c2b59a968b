"""What a person can mend, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)

from retrain.hyperparameters import HyperparametersError
from retrain.source import SourceError
from taproom.settings import SettingsError
from trainer.sagemaker.failure import CannotTrain

# Without credentials, a region or a network there is nobody to ask.
UNREACHABLE = (NoCredentialsError, NoRegionError, EndpointConnectionError, ConnectTimeoutError)


class CannotOperate(Exception):
    """What was asked for can't be done; the message says why, and what to do."""


_MENDABLE = (
    CannotOperate,
    CannotTrain,
    HyperparametersError,
    SettingsError,
    SourceError,
    BotoCoreError,
    ClientError,
)


@contextmanager
def exit_on_error() -> Iterator[None]:
    """End the program with the message of what a person can mend, and exit status 1."""
    try:
        yield
    except UNREACHABLE as error:
        raise SystemExit(
            f"AWS can't be asked: {reason(error)}. Set credentials and a region as for the AWS CLI (or --profile and "
            "--region), name a laptop cloud that runs with --local, or see the request with --dry-run."
        ) from error
    except _MENDABLE as error:
        raise SystemExit(str(error)) from error


def reason(error: Exception) -> str:
    """The error's message as the end of a sentence."""
    return str(error).rstrip(".")
