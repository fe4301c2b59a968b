"""The cloud that runs in another process: found through a small file in the project."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import Any

import boto3

from local import PROJECT

FILE = PROJECT / ".local" / "cloud.json"


class NotRunningError(Exception):
    """No cloud runs; the message says how to start one."""


@dataclass(frozen=True)
class RunningCloud:
    """What another process needs to talk to a cloud; `outputs` are those of its stack."""

    process: int
    url: str
    region: str
    outputs: dict[str, str]

    @classmethod
    def find(cls) -> RunningCloud:
        """The cloud that wrote FILE and still runs.

        Raises
        ------
        NotRunningError
            When there is none.
        """
        try:
            running = cls(**json.loads(FILE.read_text()))
            os.kill(running.process, 0)
        except (FileNotFoundError, ProcessLookupError):
            raise NotRunningError("No cloud runs here: start one in another terminal with `make local`.") from None
        return running

    def write(self) -> None:
        """Let other processes find this cloud."""
        FILE.parent.mkdir(parents=True, exist_ok=True)
        # Its addresses hold the token: for nobody else to read.
        FILE.unlink(missing_ok=True)
        FILE.touch(mode=0o600)
        FILE.write_text(json.dumps(asdict(self), indent=2) + "\n")

    def forget(self) -> None:
        """Let no other process find it any more."""
        FILE.unlink(missing_ok=True)

    def client(self, service: str) -> Any:
        """A boto3 client of `service` bound to the cloud."""
        session: Any = boto3.session.Session()
        return session.client(
            service,
            region_name=self.region,
            endpoint_url=self.url,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
