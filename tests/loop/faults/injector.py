"""Faults at the boundary between the functions and AWS: what workers ask for is seen, and a call can be made to fail.

A call is named by its function, operation and what it is about, such as `Ingest PutObject receipts`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qs, unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from local.assembly import Cloud
from local.lambda_runtime.functions import Functions, logical_id_of
from local.lambda_runtime.workers import Program

# `error` and `throttled` have no effect; of `answer lost` the effect is there and the first answer is not; of `all
# answers lost` neither is that of any retry; a worker is killed before the effect, or after it and before the answer.
Kind = Literal["error", "throttled", "answer lost", "all answers lost", "killed before", "killed after"]
KINDS: tuple[Kind, ...] = ("error", "throttled", "answer lost", "all answers lost", "killed before", "killed after")

_CALLER = "AWS_SDK_UA_APP_ID"
# botocore's retries are real ones, and fewer: each waits longer than the one before.
_ATTEMPTS = "2"
_S3_OPERATIONS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}

# What a worker asks once a minute, or of each release: new workers ask it in each loop.
_KEPT = re.compile("(Ingest|Recommend) (DescribeEndpoint|GetObject (releases/catalogue.sqlite|catalogue))")

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Fault:
    """`kind` happens to the `occurrence`th call (from 1) of that name."""

    call: str
    kind: Kind
    occurrence: int = 1


class Injector:
    """Sees the calls of a cloud's functions: `calls` counts them by name since the last `arm`."""

    def __init__(self, cloud: Cloud) -> None:
        self.calls: Counter[str] = Counter()
        self._cloud = cloud
        self._faults: list[Fault] = []
        # What happens to each invocation of a call that is hit, by botocore's id of it.
        self._hit: dict[str, Kind] = {}
        self._seen: set[str] = set()
        # Workers of another environment are replaced.
        self._starts = 0
        self._lock = threading.Lock()
        self._replace()

    def arm(self, *faults: Fault) -> None:
        """Count from anew, and let each of `faults` happen once."""
        with self._lock:
            self._starts += any(_KEPT.fullmatch(fault.call) for fault in faults)
            self.calls, self._faults, self._hit = Counter(), list(faults), {}

    @property
    def pending(self) -> list[Fault]:
        """The faults that have not happened yet."""
        with self._lock:
            return list(self._faults)

    def _replace(self) -> None:
        program, app = Functions._program, DomainDispatcherApplication.__call__

        def program_that_says_its_name(functions: Functions, function: Any) -> Program:
            made = program(functions, function)
            caller = logical_id_of(made.function_name).removesuffix("Function")
            added = {_CALLER: caller, "AWS_MAX_ATTEMPTS": _ATTEMPTS, "STARTS": str(self._starts)}
            return replace(made, environment=tuple(sorted((dict(made.environment) | added).items())))

        def call(dispatcher: Any, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            return self._answer(environ, start_response, lambda *asked: app(dispatcher, *asked))

        self._cloud.replace(Functions, "_program", program_that_says_its_name)
        self._cloud.replace(DomainDispatcherApplication, "__call__", call)

    def _answer(self, environ: dict[str, Any], start_response: Any, app: App) -> Iterable[bytes]:
        caller = re.search(r"\bapp/(\w+)", environ.get("HTTP_USER_AGENT", ""))
        if caller is None:
            return app(environ, start_response)
        kind, attempt = self._kind_of(f"{caller[1]} {called(environ)}", environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))
        if kind is None or (kind == "answer lost" and attempt > 1):
            return app(environ, start_response)
        if kind in ("answer lost", "all answers lost", "killed after"):
            b"".join(app(environ, lambda *_: lambda _: None))
        if kind.startswith("killed"):
            for pid in self._cloud.functions.busy(self._cloud.functions.name_of(f"{caller[1]}Function")):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        return _refusal(environ, start_response, throttled=kind == "throttled")

    def _kind_of(self, call: str, invocation: str) -> tuple[Kind | None, int]:
        """What shall happen to an attempt at a call, and whether it is the first or a later attempt (1 or 2)."""
        with self._lock:
            if invocation in self._seen:
                return self._hit.get(invocation), 2
            self._seen.add(invocation)
            self.calls[call] += 1
            for fault in self._faults:
                if (call, self.calls[call]) == (fault.call, fault.occurrence):
                    self._faults.remove(fault)
                    self._hit[invocation] = fault.kind
                    return fault.kind, 1
            return None, 1


def called(environ: dict[str, Any]) -> str:
    """The operation of a request, and what it is about where that tells calls apart."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    path, query = unquote(environ["PATH_INFO"]), parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    if found := re.fullmatch(r"/endpoints/.*-(\w+)/invocations", path):
        return f"InvokeEndpoint {found[1]}"
    if found := re.fullmatch(r"/2015-03-31/functions/.*-(\w+)Function-\w+/invocations", path):
        return f"Invoke {found[1]}"
    if "form" in environ.get("CONTENT_TYPE", ""):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = _Again(body)
        return parse_qs(body.decode())["Action"][0]
    key = path.split("/", 2)[2] if path.count("/") > 1 else ""
    if "list-type" in query:
        return f"ListObjects {query['prefix'][0].partition('/')[0]}"
    if "versions" in query:
        return f"ListVersions {query['prefix'][0].partition('/')[0]}"
    if not key:
        return f"{environ['REQUEST_METHOD']} {path}"
    return f"{_S3_OPERATIONS.get(environ['REQUEST_METHOD'], environ['REQUEST_METHOD'])} {_about(key)}"


def _about(key: str) -> str:
    """The folder of a key, and below runs and releases the file, which is what tells one from another."""
    parts = key.split("/")
    return f"{parts[0]}/{parts[-1]}" if parts[0] in ("runs", "releases") else parts[0]


class _Again:
    """A body that was looked at, to be read again."""

    def __init__(self, body: bytes) -> None:
        self._left = body

    def read(self, size: int = -1) -> bytes:
        size = len(self._left) if size < 0 else size
        some, self._left = self._left[:size], self._left[size:]
        return some


def _refusal(environ: dict[str, Any], start_response: Any, *, throttled: bool) -> Iterable[bytes]:
    """How AWS says that it failed or is asked too often: JSON for most services, XML for S3 and SQS's like."""
    code = "ThrottlingException" if throttled else "InternalFailure"
    status = "400 Bad Request" if throttled else "500 Internal Server Error"
    if "HTTP_X_AMZ_TARGET" in environ or "/invocations" in environ["PATH_INFO"]:
        body = json.dumps({"__type": code, "message": "made to fail"}).encode()
        start_response(status, [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-errortype", code)])
        return [body]
    if throttled:
        code, status = "SlowDown", "503 Slow Down"
    start_response(status, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code><Message>made to fail</Message></Error>".encode()]
