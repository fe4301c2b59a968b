"""A Lambda worker: asks the Runtime API for invocations and calls the handler, for ever.

Started by its path in a process of its own and standard library only: it imports nothing of the
project but the handler, which is named in `_HANDLER` as in Lambda.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

Handler = Callable[[Any, "Context"], Any]


@dataclass(frozen=True)
class Context:
    """What a handler gets as its second argument."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_name: str = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
    log_group_name: str = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    log_stream_name: str = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """How long this invocation may still run."""
        return max(self.deadline_ms - int(time.time() * 1000), 0)


class RuntimeApiClient:
    """The worker's side of the Lambda Runtime API."""

    def __init__(self, address: str) -> None:
        host, _, prefix = address.partition("/")
        self._connection = http.client.HTTPConnection(host)
        self._base = f"/{prefix}/2018-06-01/runtime".replace("//", "/")

    def next(self) -> tuple[Any, Context]:
        """The next event and its context; waits until there is one."""
        self._connection.request("GET", f"{self._base}/invocation/next")
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(0)
        return json.loads(body), Context(
            aws_request_id=answer.headers["Lambda-Runtime-Aws-Request-Id"],
            invoked_function_arn=answer.headers["Lambda-Runtime-Invoked-Function-Arn"],
            deadline_ms=int(answer.headers["Lambda-Runtime-Deadline-Ms"]),
        )

    def post(self, path: str, body: str, error_type: str = "") -> None:
        """Hand in the result at `path` (`invocation/<id>/response` or `…/error`, or `init/error`)."""
        headers = {"Content-Type": "application/json"}
        if error_type:
            headers["Lambda-Runtime-Function-Error-Type"] = error_type
        self._connection.request("POST", f"{self._base}/{path}", body.encode(), headers)
        self._connection.getresponse().read()


def describe(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """An exception as Lambda reports it."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def load(name: str) -> Handler:
    """The function that `module.function` names."""
    module, _, function = name.rpartition(".")
    found: Handler = getattr(importlib.import_module(module), function)
    return found


def serve(api: RuntimeApiClient, handler: Handler) -> NoReturn:
    """Answer invocations until the Runtime API says or shows that it is over."""
    while True:
        event, context = api.next()
        request = f"invocation/{context.aws_request_id}"
        try:
            answer = json.dumps(handler(event, context))
        except Exception as error:
            traceback.print_exc()
            described = describe(error, context.aws_request_id)
            api.post(f"{request}/error", json.dumps(described), described["errorType"])
        else:
            api.post(f"{request}/response", answer)
        sys.stdout.flush()
        sys.stderr.flush()


def end_with(parent: int) -> NoReturn:
    """End this process once `parent` has: a cloud that was killed cannot stop its busy workers."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    """Load the handler and serve; a handler that can't be loaded is reported, and ends the worker."""
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    api = RuntimeApiClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        traceback.print_exc()
        described = describe(error)
        api.post("init/error", json.dumps(described), described["errorType"])
        sys.exit(1)
    try:
        serve(api, handler)
    except (ConnectionError, http.client.HTTPException):
        # The cloud has gone: so does the worker.
        sys.exit(0)


if __name__ == "__main__":
    # The path of this file would let `import workers`, say, find the laptop cloud's module.
    sys.path[:] = [place for place in sys.path if Path(place).resolve() != Path(__file__).resolve().parent]
    main()
