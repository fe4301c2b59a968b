"""Messages that nobody waits for: signed as botocore signs, over one connection, and lost without a fuss."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from recommend.adapters.message_sender import MessageSender

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/ratings"
NOW = 1_700_000_000.0


@dataclass
class Sqs:
    """What answers on a port of its own: `took` are the bodies, each with the number of its connection."""

    address: str = ""
    status: int = 200
    closes: bool = False
    connections: int = 0
    took: list[tuple[int, str]] = field(default_factory=list)
    authorized: list[str] = field(default_factory=list)
    answer: threading.Event = field(default_factory=threading.Event)
    took_one: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    answered_one: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait(self, messages: int = 1) -> None:
        for _ in range(messages):
            assert self.took_one.acquire(timeout=10)

    def wait_for_answer(self) -> None:
        assert self.answered_one.acquire(timeout=10)

    def sender(self, clock: Any, token: str | None = None) -> MessageSender:
        client = boto3.client("sqs", region_name="eu-west-1", endpoint_url=self.address)
        credentials = Credentials("key", "secret", token)
        return MessageSender(client, QUEUE, credentials.get_frozen_credentials, clock)


@pytest.fixture
def sqs() -> Iterator[Sqs]:
    found = Sqs()
    found.answer.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            found.connections += 1
            self.number = found.connections

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.took.append((self.number, json.loads(body)["MessageBody"]))
            found.authorized.append(self.headers["authorization"])
            found.took_one.release()
            found.answer.wait(10)
            self.send_response(found.status)
            self.send_header("content-length", "2")
            if found.closes:
                self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(b"{}")
            self.wfile.flush()
            found.answered_one.release()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Whoever does not wait for an answer may be gone when it comes.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    found.answer.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("token", [None, "session/token=="])
@pytest.mark.parametrize("path", ["", "/below/a/path/"])
def test_a_request_is_signed_as_botocore_signs_it(
    token: str | None, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = SimpleNamespace(endpoint_url=f"https://sqs.eu-west-1.amazonaws.com{path}", region_name="eu-west-1")
    credentials = Credentials("key", "secret/+", token)
    sender = MessageSender(SimpleNamespace(meta=meta), QUEUE, credentials.get_frozen_credentials, lambda: NOW)
    headers = sender.headers(b'{"a": 1}')
    given = {name: value for name, value in headers.items() if name in ("content-type", "x-amz-target")}
    request = AWSRequest("POST", meta.endpoint_url or "/", data=b'{"a": 1}', headers=given)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: datetime(2023, 11, 14, 22, 13, 20))
    SigV4Auth(credentials, "sqs", "eu-west-1").add_auth(request)
    assert headers["x-amz-date"] == request.headers["X-Amz-Date"] == "20231114T221320Z"
    assert headers["authorization"] == request.headers["Authorization"]


def test_messages_go_over_one_connection_and_nobody_waits_for_their_answers(sqs: Sqs) -> None:
    sender = sqs.sender(lambda: NOW)
    sqs.answer.clear()
    sender.get_ready()
    sender.send("first")
    sqs.wait()
    sqs.answer.set()
    sender.send("second")
    sqs.wait()
    assert sqs.took == [(1, "first"), (1, "second")]
    sender.close()


def test_a_connection_that_was_idle_is_not_relied_on(sqs: Sqs) -> None:
    now = [NOW]
    sender = sqs.sender(lambda: now[0])
    for message, pause in (("first", 4.0), ("second", 6.0), ("third", 0.0)):
        sender.get_ready()
        sender.send(message)
        sqs.wait()
        now[0] += pause
    assert sqs.took == [(1, "first"), (1, "second"), (2, "third")]
    sender.close()


def test_a_queue_that_closes_its_connections_is_connected_to_before_the_next_message(sqs: Sqs) -> None:
    sqs.closes = True
    sender = sqs.sender(lambda: NOW)
    for message in ("first", "second", "third"):
        sender.get_ready()
        sender.send(message)
        sqs.wait()
        sqs.wait_for_answer()
    assert sqs.took == [(1, "first"), (2, "second"), (3, "third")]
    sender.close()


def test_without_being_told_to_get_ready_it_connects_when_it_sends(sqs: Sqs) -> None:
    sender = sqs.sender(lambda: NOW)
    sender.send("first")
    sqs.wait()
    assert sqs.took == [(1, "first")]
    sender.close()


def test_a_message_that_was_refused_is_reported_with_the_next(sqs: Sqs, caplog: pytest.LogCaptureFixture) -> None:
    sqs.status = 403
    sender = sqs.sender(lambda: NOW)
    for message in ("first", "second"):
        sender.send(message)
        sqs.wait()
        sqs.wait_for_answer()
    assert "A message may be lost: its queue answered b'HTTP/1.1 403" in caplog.text
    assert len(sqs.took) == 2
    sender.close()


def test_where_nothing_listens_a_message_is_lost_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    # A port that nothing may listen at.
    sender = Sqs("http://127.0.0.1:1").sender(lambda: NOW)
    sender.get_ready()
    sender.send("first")
    assert "A message is lost: its queue can't be reached" in caplog.text
