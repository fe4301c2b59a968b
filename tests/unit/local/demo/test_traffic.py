"""The client that asks all along counts answers and failures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.demo.traffic import Traffic
from local.http_server import HttpServer, Request, Response


class Api:
    """Answers with the next of `answers`, and with the last one for ever: a release, or a status that is an error."""

    def __init__(self, *answers: str | int) -> None:
        self._answers = list(answers)
        self.server = HttpServer(self._answer, "api")
        self.url = f"http://127.0.0.1:{self.server.port}/"
        self.server.start()

    def _answer(self, _: Request) -> Response:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return Response.json(200 if isinstance(answer, str) else answer, {"release": answer})


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api("one", "one", 503, "two")
    yield api
    api.server.stop()


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
