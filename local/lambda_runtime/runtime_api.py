"""The Lambda Runtime API: what a worker asks for invocations and hands its answers to.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, one address a worker:
`127.0.0.1:<port>/<sandbox>`, so that the server knows who asks.
"""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from local.http_server import HttpServer, Request, Response

LARGEST_ANSWER = 6 * 1024 * 1024
# Tells a worker that it is no longer needed.
GONE = Response.json(410, {})


@dataclass(frozen=True)
class Invocation:
    """An event (JSON) on its way to a worker, which has `timeout` seconds to answer it."""

    request_id: str
    event: bytes
    function_arn: str
    timeout: float


@dataclass(frozen=True)
class InvocationResult:
    """What became of an invocation: the answer, or the error, as JSON, and the end of the function's log."""

    payload: bytes
    error: bool = False
    log: bytes = b""

    @classmethod
    def failed(cls, error_type: str, message: str) -> InvocationResult:
        """An error that Lambda itself reports, not the handler."""
        return cls(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), error=True)

    def json(self) -> Any:
        """The payload, parsed."""
        return json.loads(self.payload) if self.payload else None

    @property
    def fault(self) -> str:
        """Why it failed, in one line; the empty string if it did not."""
        if not self.error:
            return ""
        reported = self.json()
        return f"{reported.get('errorType', 'Error')}: {reported.get('errorMessage', '')}"


@dataclass
class Sandbox:
    """The server's side of one worker.

    `ready` is set once the worker has loaded its handler, or never will: then `results` says why.
    """

    name: str
    ready: threading.Event = field(default_factory=threading.Event)
    invocations: SimpleQueue[Invocation | None] = field(default_factory=SimpleQueue)
    results: SimpleQueue[InvocationResult] = field(default_factory=SimpleQueue)

    def end(self, result: InvocationResult) -> None:
        """Whatever is waited for here is `result`: the worker has gone."""
        self.results.put(result)
        self.invocations.put(None)
        self.ready.set()

    def next(self) -> Invocation | None:
        """The next invocation, None when there will be no more."""
        self.ready.set()
        return self.invocations.get()

    def startup_failure(self) -> InvocationResult | None:
        """The result that came before anything was asked, if one did."""
        try:
            return self.results.get_nowait()
        except Empty:
            return None


class RuntimeApi:
    """Serves every sandbox from one port."""

    def __init__(self) -> None:
        self._sandboxes: dict[str, Sandbox] = {}
        self._numbers = itertools.count(1)
        self._server = HttpServer(self._answer, "runtime-api")

    def start(self) -> None:
        """Begin to serve."""
        self._server.start()

    def stop(self) -> None:
        """End every sandbox and the server."""
        for sandbox in list(self._sandboxes.values()):
            self.close(sandbox)
        self._server.stop()

    def open(self) -> Sandbox:
        """A place for one more worker."""
        # Nobody else on this machine may answer in its place.
        sandbox = Sandbox(f"sandbox-{next(self._numbers)}-{secrets.token_hex(8)}")
        self._sandboxes[sandbox.name] = sandbox
        return sandbox

    def close(self, sandbox: Sandbox) -> None:
        """Forget `sandbox`; its worker, if it still asks, is told to go."""
        self._sandboxes.pop(sandbox.name, None)
        sandbox.invocations.put(None)

    def address(self, sandbox: Sandbox) -> str:
        """What `sandbox`'s worker gets as AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.port}/{sandbox.name}"

    def _answer(self, request: Request) -> Response:
        sandbox = self._sandboxes.get(request.path.split("/")[1])
        if sandbox is not None and request.method == "POST":
            return _take_outcome(sandbox, request.path, request.body)
        if sandbox is not None and request.path.endswith("/invocation/next"):
            return _next_invocation(sandbox)
        return GONE


def _next_invocation(sandbox: Sandbox) -> Response:
    invocation = sandbox.next()
    if invocation is None:
        return GONE
    deadline = int((time.time() + invocation.timeout) * 1000)
    headers = (
        ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
        ("Lambda-Runtime-Deadline-Ms", str(deadline)),
        ("Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn),
    )
    return Response(200, headers, invocation.event)


def _take_outcome(sandbox: Sandbox, path: str, body: bytes) -> Response:
    if path.endswith("/response") and len(body) > LARGEST_ANSWER:
        message = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
        sandbox.results.put(InvocationResult.failed("Function.ResponseSizeTooLarge", message))
    else:
        sandbox.results.put(InvocationResult(body, error=not path.endswith("/response")))
    if path.endswith("/init/error"):
        sandbox.ready.set()
    # The reply comes last: a worker that fails early ends upon it, and its own words must be
    # there before its end is noticed.
    return Response.json(202, {"status": "OK"})
