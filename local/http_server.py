"""An HTTP server on this machine: a function answers every request, over connections that are kept alive."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local import callers

Headers = tuple[tuple[str, str], ...]
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class Request:
    """What a client sent; `target` is the path and query as they came, `headers` hold repeated ones as well."""

    method: str
    target: str
    headers: Headers
    body: bytes
    source_ip: str

    @property
    def path(self) -> str:
        """The path, still encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string, still encoded."""
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Response:
    """What the client gets; the server adds the body's length."""

    status: int
    headers: Headers
    body: bytes

    @classmethod
    def json(cls, status: int, value: Any) -> Response:
        """`value` as JSON."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, (("Content-Type", "application/json"),), body)


class HttpServer:
    """Serves `answer`, called in a thread for each connection, on `port`: any free one if that is 0.

    It answers those whom local/callers.py lets through, pages of the origin `friend` among them. Of a body it takes
    `max_body` bytes, any number if that is None; for a client that falls silent, or has not sent its body by then, it
    waits `patience` seconds, for ever if that is None.
    """

    def __init__(
        self,
        answer: Callable[[Request], Response],
        name: str,
        port: int = 0,
        *,
        max_body: int | None = None,
        patience: float | None = None,
        friend: str | None = None,
    ) -> None:
        self._server = _Server(("127.0.0.1", port), _handler(answer, max_body, patience, friend))
        self.port: int = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name=name, daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections; those that are open end with the process."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Refused(Exception):
    """The request is not taken; nothing more is read from its connection."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.response = Response.json(status, {"message": message})


def _handler(
    answer: Callable[[Request], Response], max_body: int | None, patience: float | None, friend: str | None
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = patience
        # Headers and body leave in one packet at once: otherwise each answer waits 40 ms for an ACK.
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            try:
                response = answer(self._request())
            except _Refused as refused:
                self.close_connection = True
                response = refused.response
            self.send_response_only(response.status, responses.get(response.status, ""))
            for name, value in response.headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

        def _request(self) -> Request:
            headers = tuple(self.headers.items())
            lower = {name.lower(): value for name, value in headers}
            if reason := callers.refusal(lower, int(self.connection.getsockname()[1]), self.command, friend):
                raise _Refused(HTTPStatus.FORBIDDEN, reason)
            if not self.path.startswith("/"):
                raise _Refused(HTTPStatus.BAD_REQUEST, f"The target must be a path, but it is {self.path[:60]!r}.")
            return Request(self.command, self.path, headers, self._body(), str(self.client_address[0]))

        def _body(self) -> bytes:
            if "Transfer-Encoding" in self.headers:
                coding = self.headers["Transfer-Encoding"]
                raise _Refused(
                    HTTPStatus.LENGTH_REQUIRED,
                    f"The body comes with Transfer-Encoding: {coding[:60]}; send it whole, with its Content-Length.",
                )
            lengths = set(self.headers.get_all("Content-Length", ["0"]))
            given = next(iter(lengths))
            if len(lengths) > 1 or not _LENGTH.fullmatch(given):
                got = ", ".join(sorted(lengths))[:60]
                raise _Refused(HTTPStatus.BAD_REQUEST, f"Content-Length is {got!r}, but it must be a number of bytes.")
            length = int(given)
            if max_body is not None and length > max_body:
                raise _Refused(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"The body has {length:,} bytes, but at most {max_body:,} are taken.",
                )
            return self._read(length)

        def _read(self, length: int) -> bytes:
            body = bytearray()
            until = None if patience is None else time.monotonic() + patience
            late = f"Of {length:,} bytes of the body %s came"
            try:
                while len(body) < length:
                    chunk = self.rfile.read1(min(_CHUNK_BYTES, length - len(body)))
                    body += chunk
                    if not chunk:
                        raise _Refused(HTTPStatus.BAD_REQUEST, late % f"{len(body):,}" + ".")
                    if until is not None and time.monotonic() > until:
                        raise TimeoutError
            except TimeoutError:
                message = late % f"{len(body):,}" + f" within {patience:g} seconds."
                raise _Refused(HTTPStatus.REQUEST_TIMEOUT, message) from None
            return bytes(body)

        def handle(self) -> None:
            # A client that was killed hangs up, and one that is too slow to read is not waited for.
            with suppress(ConnectionError, TimeoutError):
                super().handle()

        def handle_expect_100(self) -> bool:
            going_on = super().handle_expect_100()
            self.wfile.flush()
            return going_on

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: whoever answers tells what there is to tell."""

    return Handler
