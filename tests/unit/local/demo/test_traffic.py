"""The client that asks all along counts answers and failures."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.demo.traffic import Traffic


class Api:
    """Answers with the next of `answers`, and with the last one for ever: a release, or a status that is an error."""

    def __init__(self, *answers: str | int) -> None:
        self.answers = list(answers)
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = api.answers.pop(0) if len(api.answers) > 1 else api.answers[0]
                self.send_response(200 if isinstance(answer, str) else answer)
                self.end_headers()
                self.wfile.write(json.dumps({"release": answer}).encode())

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api("one", "one", 503, "two")
    yield api
    api.close()


def test_answers_are_counted_by_release_and_failures_are_kept(api: Api) -> None:
    with Traffic(api.url) as traffic:
        assert traffic.wait_for("two", 3)
    assert list(traffic.answered) == ["one", "two"]
    assert traffic.answered["one"] == 2
    assert traffic.answered["two"] >= 3
    assert len(traffic.failures) == 1
    assert "503" in traffic.failures[0]


def test_a_release_that_never_answers_is_waited_for_only_so_long(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.demo.traffic.PATIENCE", 0.2)
    with Traffic(api.url) as traffic:
        assert not traffic.wait_for("three", 1)
