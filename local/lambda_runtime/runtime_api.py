"""The Lambda Runtime API: what a worker asks for invocations and hands its answers to.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, one address a worker:
`127.0.0.1:<port>/<sandbox>`, so that the server knows who asks.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Any

LARGEST_ANSWER = 6 * 1024 * 1024


@dataclass(frozen=True)
class Invocation:
    """An event (JSON) on its way to a worker, which has `timeout` seconds to answer it."""

    request_id: str
    event: bytes
    function_arn: str
    timeout: float


@dataclass(frozen=True)
class Outcome:
    """What became of an invocation: the answer, or the error, as JSON."""

    payload: bytes
    error: bool = False

    @classmethod
    def failed(cls, error_type: str, message: str) -> Outcome:
        """An error that Lambda itself reports, not the handler."""
        return cls(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), error=True)


@dataclass
class Sandbox:
    """The server's side of one worker.

    `ready` is set once the worker has loaded its handler, or never will: then `outcomes` says why.
    """

    name: str
    ready: threading.Event = field(default_factory=threading.Event)
    invocations: SimpleQueue[Invocation | None] = field(default_factory=SimpleQueue)
    outcomes: SimpleQueue[Outcome] = field(default_factory=SimpleQueue)

    def end(self, outcome: Outcome) -> None:
        """Whatever is waited for here is `outcome`: the worker has gone."""
        self.outcomes.put(outcome)
        self.invocations.put(None)
        self.ready.set()

    def next(self) -> Invocation | None:
        """The next invocation, None when there will be no more."""
        self.ready.set()
        return self.invocations.get()

    def failed_early(self) -> Outcome | None:
        """The outcome that came before anything was asked, if one did."""
        try:
            return self.outcomes.get_nowait()
        except Empty:
            return None


class RuntimeApi:
    """Serves every sandbox from one port."""

    def __init__(self) -> None:
        self._sandboxes: dict[str, Sandbox] = {}
        self._numbers = itertools.count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._sandboxes))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="runtime-api", daemon=True
        )

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End every sandbox and the server."""
        for sandbox in list(self._sandboxes.values()):
            self.close(sandbox)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def open(self) -> Sandbox:
        """A place for one more worker."""
        sandbox = Sandbox(f"sandbox-{next(self._numbers)}")
        self._sandboxes[sandbox.name] = sandbox
        return sandbox

    def close(self, sandbox: Sandbox) -> None:
        """Forget `sandbox`; its worker, if it still asks, is told to go."""
        self._sandboxes.pop(sandbox.name, None)
        sandbox.invocations.put(None)

    def address(self, sandbox: Sandbox) -> str:
        """What `sandbox`'s worker gets as AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_address[1]}/{sandbox.name}"


def _handler(sandboxes: dict[str, Sandbox]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave in one packet at once: otherwise each answer waits 40 ms for an ACK.
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            sandbox = self._sandbox("invocation/next")
            invocation = sandbox.next() if sandbox else None
            if invocation is None:
                self._answer(410, b"{}")
                return
            deadline = int((time.time() + invocation.timeout) * 1000)
            self._answer(
                200,
                invocation.event,
                {
                    "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                    "Lambda-Runtime-Deadline-Ms": str(deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                },
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sandbox = self._sandbox()
            if sandbox is None:
                self._answer(410, b"{}")
                return
            if self.path.endswith("/response") and len(body) > LARGEST_ANSWER:
                message = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
                sandbox.outcomes.put(Outcome.failed("Function.ResponseSizeTooLarge", message))
            else:
                sandbox.outcomes.put(Outcome(body, error=not self.path.endswith("/response")))
            if self.path.endswith("/init/error"):
                sandbox.ready.set()
            # The reply comes last: a worker that fails early ends upon it, and its own words must be
            # there before its end is noticed.
            self._answer(202, b'{"status": "OK"}')

        def _sandbox(self, ending: str = "") -> Sandbox | None:
            return sandboxes.get(self.path.split("/")[1]) if self.path.endswith(ending) else None

        def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response_only(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the workers' logs tell what happens."""

        def handle(self) -> None:
            # A killed worker hangs up.
            with suppress(ConnectionError):
                super().handle()

    return Handler
