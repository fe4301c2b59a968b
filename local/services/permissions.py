"""IAM: what a function may call is what its role's policies in the template allow, and nothing else."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from local.context import CloudContext
from local.lambda_runtime.functions import Functions
from local.services import iam_actions
from local.services.iam_actions import Need


class Permissions:
    """Stands before moto's server and refuses what a function's role does not allow.

    Everybody else, the laptop's user and the cloud itself, may do everything. `used` has what functions needed, by the
    name of the role: a policy with more than that allows too much.
    """

    def __init__(self, cloud: CloudContext, functions: Functions) -> None:
        self._cloud = cloud
        self._functions = functions
        self.used: dict[str, set[Need]] = {}

    def install(self) -> None:
        """Check every request from now on."""
        original = DomainDispatcherApplication.__call__

        def call(application: DomainDispatcherApplication, environ: Any, start_response: Any) -> Iterable[bytes]:
            refusal = self._refusal(environ)
            if refusal is None:
                answer: Iterable[bytes] = original(application, environ, start_response)
                return answer
            body, kind, extra = refusal
            start_response("403 Forbidden", [("Content-Type", kind), ("Content-Length", str(len(body))), *extra])
            return [body]

        self._cloud.replace(DomainDispatcherApplication, "__call__", call)

    def policies(self, role: str) -> dict[str, str]:
        """The documents of the role's own policies (JSON), by name."""
        documents = iam_backends[self._cloud.account]["aws"].get_role(role).policies
        # CloudFormation's come as they stand in the template.
        return {name: text if isinstance(text, str) else json.dumps(text) for name, text in documents.items()}

    def _refusal(self, environ: Any) -> tuple[bytes, str, list[tuple[str, str]]] | None:
        signed = iam_actions.signed(environ)
        role = self._functions.role_of(signed[0]) if signed else None
        if signed is None or role is None:
            return None
        access_key, service = signed
        body = b""
        if iam_actions.reads_body(service, environ):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
        request = iam_actions.parsed(environ, access_key, service, body)
        documents = tuple(self.policies(role).values())
        for need in iam_actions.needs(request, self._cloud.account, self._cloud.region):
            if not is_allowed(documents, need):
                message = f"User: {role} is not authorized to perform: {need.action} on resource: {need.resource}"
                self._cloud.say("iam", message)
                return _answer(service, request.headers, message)
            self.used.setdefault(role, set()).add(need)
        return None


@functools.lru_cache(maxsize=4096)
def is_allowed(documents: tuple[str, ...], need: Need) -> bool:
    """Whether one of the policies allows it and none denies it."""
    said = {IAMPolicy(document).is_action_permitted(need.action, need.resource) for document in documents}
    return PermissionResult.PERMITTED in said and PermissionResult.DENIED not in said


def _answer(service: str, headers: Any, message: str) -> tuple[bytes, str, list[tuple[str, str]]]:
    """The refusal, as the service's protocol has it."""
    if service == "s3":
        text = f"<Error><Code>AccessDenied</Code><Message>{escape(message)}</Message></Error>"
        return text.encode(), "application/xml", []
    if service == "sns":
        error = f"<Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>{escape(message)}</Message></Error>"
        text = f"<ErrorResponse>{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>"
        return text.encode(), "text/xml", []
    body = json.dumps({"__type": "AccessDeniedException", "message": message, "Message": message}).encode()
    kind = "application/x-amz-json-1.1" if "x-amz-target" in headers else "application/json"
    return body, kind, [("x-amzn-ErrorType", "AccessDeniedException")]
