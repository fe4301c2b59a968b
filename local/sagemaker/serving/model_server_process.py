"""The one model-server process behind all endpoints: started before it is needed, restarted if it dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import urllib3

_STARTING_SECONDS = 120


class CannotLoad(Exception):
    """The model server could not load a model; the text says why."""


class CannotAnswer(Exception):
    """The model server's process can't be brought to answer; the text says where its log is."""


@dataclass(frozen=True)
class SavedModel:
    """A model on disk: the folder that holds its saved_model.pb, and its version."""

    path: Path
    version: int

    @property
    def load_request(self) -> bytes:
        """What the model server is sent to load it."""
        return json.dumps({"path": str(self.path), "version": self.version}).encode()


class ModelServer:
    """Whatever asks it for something starts the process, if `start` has not, and waits until it is ready.

    Models are known by keys of the caller's choice, one to a key.
    """

    def __init__(self, project: Path, log: Path) -> None:
        self._project = project
        self._log = log
        self._lock = threading.RLock()
        self.process: subprocess.Popen[str] | None = None
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._loaded: dict[str, SavedModel] = {}
        self._stopped = False

    def start(self) -> None:
        """Start the process the first time, and return at once: it takes seconds to import TensorFlow."""
        with self._lock:
            if self.process is None and not self._stopped:
                self.process = self._begun()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self.process is not None:
                self.process.kill()
                self._wait_for_end(self.process)
                self.process = None

    def load(self, key: str, model: SavedModel) -> None:
        """
        Raises
        ------
        CannotLoad
            With TensorFlow's reason.
        """
        try:
            code, answer = self._request("PUT", f"/v1/models/{key}", model.load_request)
        except CannotAnswer as error:
            raise CannotLoad(str(error)) from error
        if code != 200:
            raise CannotLoad(json.loads(answer)["error"])
        with self._lock:
            self._loaded[key] = model

    def unload(self, key: str) -> None:
        with self._lock:
            self._loaded.pop(key, None)
        with suppress(CannotAnswer):
            self._request("DELETE", f"/v1/models/{key}", b"")

    def predict(self, key: str, version: str | None, body: bytes) -> tuple[int, bytes]:
        """The HTTP status and body of the model's answer.

        Raises
        ------
        CannotAnswer
            Where not even a new process answers.
        """
        versioned = "" if version is None else f"/versions/{version}"
        return self._request("POST", f"/v1/models/{key}{versioned}:predict", body)

    def _request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        pool = self._ready()
        try:
            response = _send(pool, method, path, body)
        except urllib3.exceptions.HTTPError:
            # Most likely it died under this request; a model may be asked twice without harm.
            try:
                response = _send(self._restarted(pool), method, path, body)
            except urllib3.exceptions.HTTPError as error:
                raise CannotAnswer(f"The model server does not answer ({error}); its log is {self._log}.") from error
        return response

    def _ready(self) -> urllib3.HTTPConnectionPool:
        with self._lock:
            self._refuse_if_stopped()
            if self.process is None or self.process.poll() is not None:
                return self._restarted(self._pool)
            if self._pool is None:
                self._pool = self._await_port(self.process)
            return self._pool

    def _begun(self) -> subprocess.Popen[str]:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "local.sagemaker.serving.model_server"],
                cwd=self._project,
                env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": "-1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def _await_port(self, process: subprocess.Popen[str]) -> urllib3.HTTPConnectionPool:
        """Wait for the process to say its port."""
        assert process.stdout is not None
        deadline = threading.Timer(_STARTING_SECONDS, process.kill)
        deadline.start()
        line = process.stdout.readline()
        deadline.cancel()
        if not line.startswith("listening on "):
            raise CannotAnswer(f"The model server did not start; its log is {self._log}.")
        return urllib3.HTTPConnectionPool("127.0.0.1", int(line.split()[-1]), maxsize=16)

    def _restarted(self, failed: urllib3.HTTPConnectionPool | None) -> urllib3.HTTPConnectionPool:
        """A pool on a process that runs, with all models loaded; `failed` is the one that doesn't answer."""
        with self._lock:
            self._refuse_if_stopped()
            if self._pool is None or self._pool is failed:
                if self.process is not None:
                    self.process.kill()
                    self._wait_for_end(self.process)
                self.process, self._pool = self._begun(), None
                pool = self._await_port(self.process)
                for key, model in self._loaded.items():
                    _send(pool, "PUT", f"/v1/models/{key}", model.load_request)
                self._pool = pool
            return self._pool

    def _refuse_if_stopped(self) -> None:
        if self._stopped:
            raise CannotAnswer("The model server has been stopped with its cloud.")

    @staticmethod
    def _wait_for_end(process: subprocess.Popen[str]) -> None:
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def _send(pool: urllib3.HTTPConnectionPool, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    answer = pool.request(
        method, path, body=body, headers={"Content-Type": "application/json"}, retries=False, timeout=60
    )
    return answer.status, answer.data
