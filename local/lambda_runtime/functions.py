"""Invoking deployed functions, synchronously and asynchronously, as Lambda does."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moto.awslambda import models as awslambda_models
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.awslambda.utils import get_backend

from local.context import CloudContext
from local.lambda_runtime.runtime_api import InvocationResult
from local.lambda_runtime.workers import Program, Workers

# Lambda waits one minute, then two.
RETRY_AFTER = (0.5, 1.0)
LOCAL_CODE = "local-code"
LOG_TAIL = 4096


class Functions:
    """The functions that moto knows, run by workers."""

    def __init__(self, cloud: CloudContext) -> None:
        self._cloud = cloud
        self._workers = Workers()
        self._logs = cloud.directory / "logs"
        # Addresses in AWS, in a function's environment, by those here.
        self.replace_urls: Callable[[str], str] = str
        # By access key.
        self._roles: dict[str, str] = {}

    def start(self) -> None:
        """Take over moto's invocations."""
        self._logs.mkdir(parents=True, exist_ok=True)
        self._workers.start()
        self._cloud.on_stop(self._workers.stop)
        self._cloud.replace(LambdaFunction, "invoke", self._invoke_for_moto())
        # Code is run where it lies, so it is in no bucket.
        self._cloud.replace(awslambda_models, "do_validate_s3", lambda: False)

    def _find(self, name_or_arn: str) -> LambdaFunction:
        """The deployed function; moto's UnknownFunctionException if there is none."""
        return get_backend(self._cloud.account, self._cloud.region).get_function(name_or_arn)

    def name_of(self, logical_id: str) -> str:
        """The name of the deployed function that a template calls `logical_id`.

        Raises
        ------
        KeyError
            When no function of that name is deployed; the message names those that are.
        """
        names = [function.function_name for function in self._all()]
        for name in names:
            if logical_id_of(name) == logical_id:
                return name
        raise KeyError(f"No function {logical_id!r} is deployed; there are: {', '.join(sorted(names)) or 'none'}.")

    def role_of(self, access_key: str) -> str | None:
        """The name of the role that a function with this access key has; None for other callers."""
        return self._roles.get(access_key)

    def busy(self, name: str) -> list[int]:
        """The processes that are answering invocations of the function now."""
        return self._workers.busy(name)

    def log(self, name: str) -> Path:
        """Where the function's workers write."""
        return self._logs / f"{logical_id_of(name)}.log"

    def invoke(self, name_or_arn: str, event: Any) -> InvocationResult:
        """Run the function on `event` and wait."""
        return self._run(self._find(name_or_arn), json.dumps(event).encode(), str(uuid.uuid4()))

    def invoke_later(self, name_or_arn: str, event: Any) -> None:
        """Run the function on `event` soon: two retries, then its failure destination."""
        function = self._find(name_or_arn)
        threading.Thread(
            target=self._run_with_retries,
            args=(function, json.dumps(event).encode()),
            name=f"invoke-{function.function_name}",
            daemon=True,
        ).start()

    def _all(self) -> list[LambdaFunction]:
        return list(lambda_backends[self._cloud.account][self._cloud.region].list_functions())

    def _run(self, function: LambdaFunction, event: bytes, request_id: str) -> InvocationResult:
        name = logical_id_of(function.function_name)
        log = self.log(function.function_name)
        start_of_log = log.stat().st_size if log.exists() else 0
        began = time.monotonic()
        result = self._workers.run(self._program(function), event, request_id)
        milliseconds = (time.monotonic() - began) * 1000
        with log.open("ab") as file:
            file.write(f"REPORT RequestId: {request_id} Duration: {milliseconds:.2f} ms\n".encode())
        with log.open("rb") as file:
            file.seek(max(start_of_log, log.stat().st_size - LOG_TAIL))
            result = replace(result, log=file.read())
        if result.error:
            self._cloud.say("lambda", f"{name} failed after {milliseconds:.0f} ms: {result.fault}")
        else:
            self._cloud.say("lambda", f"{name} {milliseconds:.0f} ms")
        return result

    def _run_with_retries(self, function: LambdaFunction, event: bytes) -> None:
        request_id = str(uuid.uuid4())
        config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
        retries = config.get("MaximumRetryAttempts", len(RETRY_AFTER))
        self._cloud.flowing.wait()
        result, attempts = self._run_later(function, event, request_id), 1
        for wait in RETRY_AFTER[:retries]:
            if not result.error or self._cloud.stopping.wait(wait):
                break
            result, attempts = self._run_later(function, event, request_id), attempts + 1
        if result.error and not self._cloud.stopping.is_set():
            destination = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
            self._report_failure(function, event, request_id, attempts, result, destination)

    def _run_later(self, function: LambdaFunction, event: bytes, request_id: str) -> InvocationResult:
        """As `_run`; where the cloud itself fails, such as with a full disk, the invocation has failed, too."""
        try:
            return self._run(function, event, request_id)
        except OSError as error:
            self._cloud.say("lambda", f"{logical_id_of(function.function_name)} could not be run: {error}")
            return InvocationResult.failed("Sandbox.Failure", str(error))

    def _report_failure(
        self,
        function: LambdaFunction,
        event: bytes,
        request_id: str,
        attempts: int,
        result: InvocationResult,
        destination: str,
    ) -> None:
        """Send the record that Lambda sends to an asynchronous invocation's failure destination."""
        record = {
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": request_id,
                "functionArn": f"{function.function_arn}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": attempts,
            },
            "requestPayload": json.loads(event),
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": result.json(),
        }
        if destination.split(":")[2:3] == ["sns"]:
            self._cloud.client("sns").publish(TopicArn=destination, Message=json.dumps(record))
        elif destination:
            self._cloud.say("lambda", f"Failure destination {destination} is not an SNS topic: nothing was sent")

    def _program(self, function: LambdaFunction) -> Program:
        cloud = self._cloud
        code = (
            Path("/") / function.code["S3Key"]
            if function.code.get("S3Bucket") == LOCAL_CODE
            else cloud.project / "functions"
        )
        given = {name: self._local(str(value)) for name, value in function.environment_vars.items()}
        environment = given | {
            "_HANDLER": str(function.handler),
            "AWS_ACCESS_KEY_ID": self._access_key(function),
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "AWS_REGION": cloud.region,
            "AWS_DEFAULT_REGION": cloud.region,
            "AWS_ENDPOINT_URL": cloud.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.function_name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "LAMBDA_TASK_ROOT": str(code),
            "PYTHONPATH": f"{code}:{cloud.project / 'layers' / 'shared'}",
            "PYTHONUNBUFFERED": "1",
            "POWERTOOLS_TRACE_DISABLED": "true",
            "TZ": ":UTC",
        }
        return Program(
            function_name=function.function_name,
            function_arn=function.function_arn,
            environment=tuple(sorted(environment.items())),
            timeout=float(function.timeout),
            code=code,
            log=self.log(function.function_name),
        )

    def _local(self, value: str) -> str:
        """A layer's content under /opt is where its source is, and what AWS serves at an address is served here."""
        if value.startswith("/opt/"):
            return str(self._cloud.project / value.removeprefix("/opt/"))
        return self.replace_urls(value)

    def _access_key(self, function: LambdaFunction) -> str:
        """One for each role, by which its calls are known."""
        role = function.role.rpartition("/")[2]
        key = "ROLE" + hashlib.sha256(role.encode()).hexdigest()[:16].upper()
        self._roles[key] = role
        return key

    def _invoke_for_moto(self) -> Any:
        """Stands in for `LambdaFunction.invoke`, which would start Docker."""

        def invoke(function: LambdaFunction, body: Any, request_headers: Any, response_headers: Any) -> bytes | str:
            event = json.loads(body or "{}")
            kind = request_headers.get("x-amz-invocation-type") or "RequestResponse"
            if kind == "Event":
                self.invoke_later(function.function_name, event)
            if kind != "RequestResponse":
                return ""
            result = self.invoke(function.function_name, event)
            if result.error:
                response_headers["x-amz-function-error"] = "Unhandled"
            response_headers["x-amz-log-result"] = base64.b64encode(result.log).decode()
            return result.payload

        return invoke


def logical_id_of(name: str) -> str:
    """`IngestFunction` of `taproom-IngestFunction-0123456789AB`."""
    found = re.fullmatch(r".+-(?P<logical>[A-Za-z0-9]+)-[A-Z0-9]+", name)
    return found["logical"] if found else name
