"""An HTTP server on this machine: a function answers every request, over connections that are kept alive."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]


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
        return urlsplit(self.target).path or "/"

    @property
    def query(self) -> str:
        """The query string, still encoded."""
        return urlsplit(self.target).query


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
    """Serves `answer`, called in a thread for each connection, on `port`: any free one if that is 0."""

    def __init__(self, answer: Callable[[Request], Response], name: str, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _handler(answer))
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


def _handler(answer: Callable[[Request], Response]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave in one packet at once: otherwise each answer waits 40 ms for an ACK.
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.command, self.path, tuple(self.headers.items()), body, str(self.client_address[0]))
            response = answer(request)
            self.send_response_only(response.status, responses.get(response.status, ""))
            for name, value in response.headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

        def handle(self) -> None:
            # A client that was killed hangs up.
            with suppress(ConnectionError):
                super().handle()

        def handle_expect_100(self) -> bool:
            going_on = super().handle_expect_100()
            self.wfile.flush()
            return going_on

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: whoever answers tells what there is to tell."""

    return Handler
