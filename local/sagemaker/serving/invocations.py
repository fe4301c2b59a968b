"""InvokeEndpoint: what the TensorFlow Serving container does with a request, between moto and the model server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from local.context import CloudContext
from local.sagemaker.serving.cold_starts import ColdStarts
from local.sagemaker.serving.deployments import Deployment
from local.sagemaker.serving.model_server_process import CannotAnswer, ModelServer

_ATTRIBUTE = re.compile(r"(tfs-[a-z-]+)=([^,]+)")
_JSON = "application/json"


def install(
    cloud: CloudContext, live: Callable[[str], Deployment | None], server: ModelServer, cold_starts: ColdStarts
) -> None:
    """Have InvokeEndpoint ask the model server for what `live` finds behind an endpoint's name, once it is awake."""

    def invoke_endpoint(response: SageMakerRuntimeResponse) -> TYPE_RESPONSE:
        name = response.uri_match["EndpointName"]
        attributes = dict(_ATTRIBUTE.findall(response.headers.get("X-Amzn-SageMaker-Custom-Attributes", "")))
        media_type = response.headers.get("Content-Type")
        body = response.body if isinstance(response.body, bytes) else response.body.encode()
        while True:
            deployment = live(name)
            if deployment is None:
                message = f"Endpoint {name} of account {cloud.account} not found."
                return _error(400, "ValidationError", {"Message": message})
            cold_starts.wait(deployment)
            code, answer = _predict(server, deployment, media_type, attributes, body)
            # A model that an update replaced between these two lines is gone; the new one answers.
            if code != 404 or live(name) is deployment:
                break
        if code == 200:
            headers = {"status": "200", "Content-Type": _JSON, "x-Amzn-Invoked-Production-Variant": deployment.variant}
            return 200, headers, answer
        return _model_error(cloud, name, code, answer.decode(errors="replace"))

    cloud.replace(SageMakerRuntimeResponse, "invoke_endpoint", invoke_endpoint)


def _predict(
    server: ModelServer, deployment: Deployment, media_type: str | None, attributes: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    if media_type != _JSON:
        return 415, _error_body(f"Unsupported Media Type: {media_type or 'Unknown'}")
    if attributes.get("tfs-method", "predict") != "predict":
        return 501, _error_body(f"This cloud answers tfs-method=predict, not {attributes['tfs-method']}")
    servable = attributes.get("tfs-model-name", deployment.default)
    if servable not in deployment.keys:
        return 404, _error_body(f"Servable not found for request: Latest({servable})")
    try:
        return server.predict(deployment.keys[servable], attributes.get("tfs-model-version"), body)
    except CannotAnswer as error:
        return 503, _error_body(str(error))


def _error_body(error: str) -> bytes:
    return json.dumps({"error": error}).encode()


def _model_error(cloud: CloudContext, name: str, code: int, original: str) -> TYPE_RESPONSE:
    """The container's error as SageMaker hands it on."""
    group = f"/aws/sagemaker/Endpoints/{name}"
    side = "client" if code < 500 else "server"
    message = (
        f'Received {side} error ({code}) from primary with message "{original}". '
        f"See https://{cloud.region}.console.aws.amazon.com/cloudwatch/home?region={cloud.region}"
        f"#logEventViewer:group={group} in account {cloud.account} for more information."
    )
    details = {
        "Message": message,
        "OriginalMessage": original,
        "OriginalStatusCode": code,
        "LogStreamArn": f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{group}",
    }
    return _error(424, "ModelError", details)


def _error(status: int, kind: str, details: dict[str, Any]) -> TYPE_RESPONSE:
    # moto reads the status of an answer from its headers.
    headers = {"status": str(status), "Content-Type": _JSON, "x-amzn-ErrorType": kind}
    return status, headers, json.dumps(details)
