"""A cloud with nothing but moto's server and the SageMaker rooms."""

from __future__ import annotations

import io
import queue
import tarfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from local.sagemaker import endpoints, training_jobs

PROJECT = Path(__file__).resolve().parents[4]


class SageMakerCloud:
    """The part of `local.assembly.Cloud` that the SageMaker rooms use; events are kept instead of sent."""

    project = PROJECT
    region = "us-east-1"
    account = "123456789012"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.url = ""
        self.events: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.said: list[tuple[str, str]] = []
        self.kept: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        training_jobs.install(self)  # type: ignore[arg-type]
        endpoints.install(self)  # type: ignore[arg-type]
        server = ThreadedMotoServer(port=0, verbose=False)
        server.start()
        self.on_stop(server.stop)
        _, port = server.get_host_and_port()
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        while self._stops:
            self._stops.pop()()

    @cache  # noqa: B019 - one cloud a session, and the description of SageMaker takes a second to read
    def client(self, service: str) -> Any:
        session: Any = boto3.session.Session()
        return session.client(
            service,
            region_name=self.region,
            endpoint_url=self.url,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def emit(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        assert source == "aws.sagemaker"
        assert resources
        self.events.put((detail_type, detail))

    def say(self, kind: str, text: str) -> None:
        self.said.append((kind, text))

    def on_stop(self, stop: Callable[[], None]) -> None:
        self._stops.append(stop)

    def replace(self, owner: Any, name: str, replacement: Any) -> None:
        original = getattr(owner, name)
        setattr(owner, name, replacement)
        self.on_stop(lambda: setattr(owner, name, original))

    def keep(self, name: str, save: Callable[[], Any], restore: Callable[[Any], None]) -> None:
        self.kept[name] = (save, restore)

    def changed(self) -> None:
        pass

    def event(self, kind: str, **expected: Any) -> dict[str, Any]:
        """The detail of the next event of that kind whose detail holds `expected`; earlier events are dropped."""
        while True:
            detail_type, detail = self.events.get(timeout=60)
            if detail_type == f"SageMaker {kind} State Change" and expected.items() <= detail.items():
                return detail


def tar_gz(files: dict[str, str | bytes]) -> bytes:
    """The bytes of a tar.gz with these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            packed.addfile(info, io.BytesIO(raw))
    return buffer.getvalue()
