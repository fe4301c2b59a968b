"""The command lines' common part: arguments, the stack they name, what they print."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operate import deployed_stack as deployed
from operate.deployed_stack import CannotStart, Deployed
from operate.training_code import CannotTrain
from retrain import job
from retrain.hyperparameters import HyperparametersError
from retrain.s3_bucket import Bucket
from retrain.source import Source, SourceError
from taproom.settings import SettingsError

_FAULTS = (CannotStart, CannotTrain, HyperparametersError, SettingsError, SourceError, BotoCoreError, ClientError)
_SOMEWHERE = "us-east-1"


def parser(about: str) -> argparse.ArgumentParser:
    """A parser with the options that both commands have; `about` is shown as it is."""
    made = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    made.add_argument("--stack", default="taproom", help="the stack that `sam deploy` made (default: taproom)")
    made.add_argument(
        "--source",
        type=Path,
        metavar="FOLDER",
        help=f"training code to use instead of the newest run's: `sam build` leaves it in {deployed.BUILT}",
    )
    made.add_argument("--dry-run", action="store_true", help="print the request that would be sent, as JSON, and end")
    return made


@contextmanager
def told() -> Iterator[None]:
    """End the program with the sentence of what a person can mend."""
    try:
        yield
    except deployed.UNREACHABLE as fault:
        raise SystemExit(
            f"AWS can't be asked: {_reason(fault)}. Set credentials and a region as for the AWS CLI "
            "(AWS_PROFILE, AWS_DEFAULT_REGION), or see the request with --dry-run."
        ) from fault
    except _FAULTS as fault:
        raise SystemExit(str(fault)) from fault


def find(session: boto3.Session, stack: str, own: Source | None, *, dry_run: bool) -> Deployed:
    """The deployed stack; in a dry run that can't ask AWS, the one that the template describes, and a note."""
    try:
        return deployed.ask(session, stack, own)
    except deployed.UNREACHABLE as unreachable:
        if not dry_run:
            raise
        region = session.region_name or _SOMEWHERE
        print(
            f"AWS can't be asked: {_reason(unreachable)}. So bucket, role and code are placeholders, the region is "
            f"{region}, the settings are template.yaml's defaults, and nothing is in service.",
            file=sys.stderr,
        )
        return deployed.imagined(stack, region, own)


def on_instance(stack: Deployed, kind: str | None, spot: bool) -> Deployed:
    """`stack` training on instances of this `kind`, and on spot ones, where that was asked for."""
    settings = stack.settings
    chosen = {
        "training_instance_type": kind or settings.training_instance_type,
        "training_spot": spot or settings.training_spot,
    }
    return replace(stack, settings=settings.model_copy(update=chosen))


def training_request(stack: Deployed, name: str, serving: str | None) -> dict[str, Any]:
    """What the retrain function would ask for, but for the `name`."""
    return job.training_request(stack.settings, stack.region, name, stack.code, serving)


def prepare(session: boto3.Session, stack: Deployed, name: str, own: Source | None) -> None:
    """Put into the bucket what the job called `name` reads: the list of its parts, and code that is not there yet."""
    bucket = Bucket(session.client("s3"), stack.settings.bucket)
    bucket.write_manifest(name, stack.parts)
    if own is not None:
        bucket.keep_source(own)


def show(request: Mapping[str, Any]) -> None:
    """The request on standard output, and nothing else there."""
    print(json.dumps(request, indent=2))


def _reason(fault: Exception) -> str:
    return str(fault).rstrip(".")
