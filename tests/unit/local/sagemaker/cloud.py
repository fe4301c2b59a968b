"""A cloud with nothing but moto's server and the SageMaker rooms."""

from __future__ import annotations

import io
import queue
import tarfile
from pathlib import Path
from typing import Any

from moto.server import ThreadedMotoServer

from local.assembly import install_sagemaker
from local.context import CloudContext


class SageMakerCloud(CloudContext):
    """Events are kept instead of sent."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.events: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.event_bus = self._keep_event
        self.said: list[tuple[str, str]] = []
        self.watch(lambda kind, text: self.said.append((kind, text)))

    def start(self) -> None:
        install_sagemaker(self)
        server = ThreadedMotoServer(port=0, verbose=False)
        server.start()
        self.on_stop(server.stop)
        _, port = server.get_host_and_port()
        self.url = f"http://127.0.0.1:{port}"

    def _keep_event(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        assert source == "aws.sagemaker"
        assert resources
        self.events.put((detail_type, detail))

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
