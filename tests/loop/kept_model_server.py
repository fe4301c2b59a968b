"""A model server that outlives its cloud: TensorFlow takes seconds to import, and there is a cloud for every file."""

from __future__ import annotations

import subprocess
from typing import ClassVar

import urllib3

from local.sagemaker.serving.model_server_process import ModelServer


class KeptModelServer(ModelServer):
    """As a `ModelServer`, whose process, with nothing loaded, goes to the next of this class; `end` ends it."""

    _kept: ClassVar[tuple[subprocess.Popen[str], urllib3.HTTPConnectionPool] | None] = None

    def start(self) -> None:
        with self._lock:
            if self.process is None and KeptModelServer._kept is not None:
                (self.process, self._pool), KeptModelServer._kept = KeptModelServer._kept, None
        super().start()

    def stop(self) -> None:
        with self._lock:
            if self.process is not None and self.process.poll() is None and self._pool is not None:
                for key in list(self._loaded):
                    self.unload(key)
                KeptModelServer._kept, self.process = (self.process, self._pool), None
        super().stop()

    @classmethod
    def end(cls) -> None:
        """End the process that is kept."""
        if cls._kept is not None:
            process, _ = cls._kept
            process.kill()
            cls._wait_for_end(process)
            cls._kept = None
