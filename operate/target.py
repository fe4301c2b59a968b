"""Which stack, and where: in an AWS account, or in the laptop cloud."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from dataclasses import dataclass
from typing import Any

import boto3

from operate import PROJECT
from operate.errors import CannotOperate

# Where `make local` says that it runs: its process, URL and region.
LOCAL_CLOUD = PROJECT / ".local" / "cloud.json"
LOCAL_REGION = "us-east-1"
_KEY = "local"


class LocalSession(boto3.Session):
    """Every client is one of the laptop cloud at `url`, also those that the SageMaker SDK makes by itself."""

    def __init__(self, url: str, region: str) -> None:
        super().__init__(region_name=region, aws_access_key_id=_KEY, aws_secret_access_key=_KEY)
        self._url = url

    def client(self, *args: Any, **options: Any) -> Any:
        """As boto3's, with an endpoint."""
        return super().client(*args, **{**options, "endpoint_url": self._url})

    def resource(self, *args: Any, **options: Any) -> Any:
        """As boto3's, with an endpoint."""
        return super().resource(*args, **{**options, "endpoint_url": self._url})


@dataclass(frozen=True)
class Target:
    """The stack called `stack`, in what `session` talks to.

    `again` is how the command line names it, `aws` how the AWS CLI is called for the same place: for commands that
    are suggested.
    """

    stack: str
    session: boto3.Session
    again: str
    aws: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that name a stack, the same for every command."""
    group = parser.add_argument_group("which stack")
    group.add_argument(
        "--stack", default="taproom", metavar="NAME", help="as `sam deploy` called it (default: taproom)"
    )
    group.add_argument("--region", help="of AWS (default: that of the AWS CLI)")
    where = group.add_mutually_exclusive_group()
    where.add_argument("--profile", help="of the AWS CLI, whose credentials are used (default: as the AWS CLI)")
    where.add_argument(
        "--local",
        nargs="?",
        const=True,
        type=_url,
        metavar="URL",
        help="no AWS account, but the laptop cloud at URL (default: the one that `make local` left running)",
    )


def chosen(options: argparse.Namespace) -> Target:
    """What the options of `add_options` name.

    Raises
    ------
    CannotOperate
        Where no laptop cloud runs.
    """
    stack = {"--stack": options.stack, "--region": options.region, "--profile": options.profile}
    if options.local is None:
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
        elsewhere = {"--region": options.region, "--profile": options.profile}
        return Target(options.stack, session, _shell(stack), f"aws {_shell(elsewhere)}".rstrip())
    url, region = _running() if options.local is True else (options.local, LOCAL_REGION)
    region = options.region or region
    local = "--local" if options.local is True else f"--local={url}"
    return Target(
        options.stack,
        LocalSession(url, region),
        f"{_shell(stack)} {local}",
        f"AWS_ACCESS_KEY_ID={_KEY} AWS_SECRET_ACCESS_KEY={_KEY} aws --endpoint-url {url} --region {region}",
    )


def _running() -> tuple[str, str]:
    """The URL and the region of the laptop cloud that runs."""
    try:
        found = json.loads(LOCAL_CLOUD.read_text())
        os.kill(found["process"], 0)
    except (FileNotFoundError, ProcessLookupError):
        raise CannotOperate(
            "No laptop cloud runs in this project: start one in another terminal with `make local`, or say where one "
            "is: --local=http://127.0.0.1:5000/TOKEN"
        ) from None
    return found["url"], found["region"]


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a URL such as http://127.0.0.1:5000. For the cloud of `make local` put --local last."
        )
    return text


def _shell(options: dict[str, str | None]) -> str:
    return " ".join(f"{name} {shlex.quote(value)}" for name, value in options.items() if value)
