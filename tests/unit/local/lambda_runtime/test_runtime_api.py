"""The Runtime API speaks to any Lambda runtime, ours or another."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from local.lambda_runtime.runtime_api import LARGEST_ANSWER, Invocation, InvocationResult, RuntimeApi, Sandbox

ASKED = Invocation("request-1", b'{"beer": 1}', "arn:aws:lambda:us-east-1:123456789012:function:pour", 30)


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    api.start()
    yield api
    api.stop()


@pytest.fixture
def sandbox(api: RuntimeApi) -> Sandbox:
    return api.open()


def post(api: RuntimeApi, sandbox: Sandbox, path: str, body: bytes) -> int:
    url = f"http://{api.address(sandbox)}/2018-06-01/runtime/{path}"
    with urllib.request.urlopen(urllib.request.Request(url, body, method="POST")) as answer:
        return int(answer.status)


def test_an_invocation_is_handed_out_with_its_deadline(api: RuntimeApi, sandbox: Sandbox) -> None:
    sandbox.invocations.put(ASKED)
    before = time.time() * 1000

    with urllib.request.urlopen(f"http://{api.address(sandbox)}/2018-06-01/runtime/invocation/next") as answer:
        body, headers = answer.read(), answer.headers

    assert body == ASKED.event
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "request-1"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == ASKED.function_arn
    assert before + 30_000 - 1 <= int(headers["Lambda-Runtime-Deadline-Ms"]) <= time.time() * 1000 + 30_000
    assert sandbox.ready.is_set()


def test_a_response_is_the_outcome(api: RuntimeApi, sandbox: Sandbox) -> None:
    assert post(api, sandbox, "invocation/request-1/response", b"[1]") == 202
    assert sandbox.results.get() == InvocationResult(b"[1]")


def test_an_error_is_an_outcome_too(api: RuntimeApi, sandbox: Sandbox) -> None:
    post(api, sandbox, "invocation/request-1/error", b'{"errorType": "KeyError"}')

    assert sandbox.results.get() == InvocationResult(b'{"errorType": "KeyError"}', error=True)


def test_a_worker_that_could_not_start_is_ready_with_its_error(api: RuntimeApi, sandbox: Sandbox) -> None:
    post(api, sandbox, "init/error", b"{}")

    assert sandbox.ready.is_set()
    assert sandbox.startup_failure() == InvocationResult(b"{}", error=True)
    assert sandbox.startup_failure() is None


def test_an_answer_larger_than_lambda_takes_is_an_error(api: RuntimeApi, sandbox: Sandbox) -> None:
    post(api, sandbox, "invocation/request-1/response", b"x" * (LARGEST_ANSWER + 1))

    result = sandbox.results.get()
    assert result.error
    assert json.loads(result.payload)["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_worker_is_told_to_go_when_its_sandbox_is_closed(api: RuntimeApi, sandbox: Sandbox) -> None:
    address = api.address(sandbox)
    api.close(sandbox)

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://{address}/2018-06-01/runtime/invocation/next")

    with refused.value as answer:
        assert answer.code == 410
