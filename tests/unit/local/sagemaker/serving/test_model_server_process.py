"""The model server's process is brought back when it dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import PROJECT
from local.sagemaker.serving import model_server_process
from local.sagemaker.serving.model_server_process import CannotAnswer, ModelServer, SavedModel
from tests.unit.local.sagemaker.serving import saved_models


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    server = ModelServer(PROJECT, tmp_path / "model-server.log")
    server.start()
    yield server
    server.stop()


def test_a_process_that_dies_is_replaced_with_its_models_loaded(server: ModelServer, tmp_path: Path) -> None:
    body = json.dumps({"signature_name": "double", "inputs": [[1, 2]]}).encode()
    server.load("tiny", SavedModel(saved_models.save(tmp_path / "tiny"), 1))
    assert server.predict("tiny", None, body) == (200, b'{"outputs": [[2.0, 4.0]]}')

    died = server.process
    assert died is not None
    died.kill()
    died.wait()

    assert server.predict("tiny", None, body) == (200, b'{"outputs": [[2.0, 4.0]]}')
    assert server.process is not died


def test_what_was_loaded_survives_a_start_that_comes_late(server: ModelServer, tmp_path: Path) -> None:
    body = json.dumps({"signature_name": "double", "inputs": [[1, 2]]}).encode()
    server.load("tiny", SavedModel(saved_models.save(tmp_path / "tiny"), 1))
    assert server.process is not None
    server.process.kill()
    server.process.wait()

    server.start()

    assert server.predict("tiny", None, body) == (200, b'{"outputs": [[2.0, 4.0]]}')


def test_a_stopped_server_says_so(server: ModelServer) -> None:
    server.stop()
    with pytest.raises(CannotAnswer, match="stopped with its cloud"):
        server.predict("tiny", None, b"{}")


def test_a_server_stopped_under_a_request_stays_stopped(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.load("tiny", SavedModel(saved_models.save(tmp_path / "tiny"), 1))
    send = model_server_process._send

    def send_after_the_stop(*request: Any) -> tuple[int, bytes]:
        server.stop()
        return send(*request)

    monkeypatch.setattr(model_server_process, "_send", send_after_the_stop)

    with pytest.raises(CannotAnswer, match="stopped with its cloud"):
        server.predict("tiny", None, b"{}")
    assert server.process is None
