"""A model server: TensorFlow Serving's REST contract over SavedModels, in Python.

`python -m local.sagemaker.serving.model_server` prints `listening on <port>` once it can load models, and ends when its
standard input does, so it never outlives whoever started it. Beside TensorFlow Serving's own
requests (predict, status, metadata) it takes `PUT /v1/models/<name>` with `{"path": …, "version": …}`
to load and `DELETE /v1/models/<name>` to unload.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import tensorflow as tf

from local.http_server import HttpServer, Request, Response
from local.sagemaker.serving import tensor_json
from local.sagemaker.serving.tensor_json import BadRequest

_PATH = re.compile(r"/v1/models/(?P<name>[^/:]+)(/versions/(?P<version>\d+))?(?P<rest>:predict|/metadata)?")


class NotServed(Exception):
    """No model, or no version, of that name."""


@dataclass(frozen=True)
class Servable:
    """A loaded SavedModel; `signatures` are concrete functions by name."""

    version: int
    signatures: Mapping[str, Any]
    # A concrete function doesn't keep the variables it captured alive; the loaded object does.
    loaded: Any

    def signature(self, name: str) -> Any:
        if name not in self.signatures:
            raise BadRequest(f'Serving signature name: "{name}" not found in signature def')
        return self.signatures[name]

    def input_types(self, signature: str) -> tensor_json.Types:
        """The input types of a signature by name."""
        _, inputs = self.signature(signature).structured_input_signature
        return {name: spec.dtype.name for name, spec in inputs.items()}


class Models:
    """The loaded models by name. A model that replaces another of its name does so once it is loaded."""

    def __init__(self) -> None:
        self._served: dict[str, Servable] = {}

    def load(self, name: str, path: str, version: int) -> None:
        """Raises whatever TensorFlow raises for a broken SavedModel, and ValueError for one without signatures."""
        loaded = tf.saved_model.load(path)
        signatures = dict(getattr(loaded, "signatures", {}))
        if not signatures:
            raise ValueError(f"the SavedModel in {path} has no signature")
        self._served[name] = Servable(version, signatures, loaded)

    def unload(self, name: str) -> None:
        self._served.pop(name, None)

    def find(self, name: str, version: str | None) -> Servable:
        """
        Raises
        ------
        NotServed
            For a name that is not loaded, or not in that version.
        """
        servable = self._served.get(name)
        if servable is None or version not in (None, str(servable.version)):
            wanted = f"Latest({name})" if version is None else f"Specific({name}, {version})"
            raise NotServed(f"Servable not found for request: {wanted}")
        return servable


def predict(servable: Servable, body: bytes) -> bytes:
    """Answer a predict request.

    Raises
    ------
    BadRequest
        Where the request doesn't fit the signature.
    """
    request = tensor_json.parse_request(body, servable.input_types)
    _, expected = servable.signature(request.signature).structured_input_signature
    tensors = {}
    for name, array in request.tensors.items():
        if not expected[name].shape.is_compatible_with(array.shape):
            raise BadRequest(f"input must have shape {expected[name].shape} but {name} has shape {list(array.shape)}")
        tensors[name] = tf.constant(array, expected[name].dtype)
    outputs = servable.signature(request.signature)(**tensors)
    return tensor_json.encode_outputs({name: tensor.numpy() for name, tensor in sorted(outputs.items())})


def status(servable: Servable) -> dict[str, Any]:
    """The answer to GET /v1/models/<name>."""
    available = {
        "version": str(servable.version),
        "state": "AVAILABLE",
        "status": {"error_code": "OK", "error_message": ""},
    }
    return {"model_version_status": [available]}


def metadata(name: str, servable: Servable) -> dict[str, Any]:
    """The answer to GET /v1/models/<name>/metadata."""
    definitions = {
        signature: {
            "inputs": {each: _tensor_info(spec) for each, spec in function.structured_input_signature[1].items()},
            "outputs": {each: _tensor_info(spec) for each, spec in function.structured_outputs.items()},
            "method_name": "tensorflow/serving/predict",
        }
        for signature, function in servable.signatures.items()
    }
    return {
        "model_spec": {"name": name, "signature_name": "", "version": str(servable.version)},
        "metadata": {"signature_def": {"signature_def": definitions}},
    }


def _tensor_info(spec: Any) -> dict[str, Any]:
    known = spec.shape.rank is not None
    sizes = spec.shape.as_list() if known else []
    dimensions = [{"size": str(-1 if size is None else size), "name": ""} for size in sizes]
    return {
        "dtype": f"DT_{_enum_name(spec.dtype)}",
        "tensor_shape": {"dim": dimensions, "unknown_rank": not known},
        "name": spec.name or "",
    }


def _enum_name(dtype: Any) -> str:
    return {"float32": "FLOAT", "float64": "DOUBLE"}.get(dtype.name, dtype.name.upper())


def answer(models: Models, request: Request) -> Response:
    """The answer to a request of TensorFlow Serving's, or to load or unload a model."""
    try:
        return Response(200, (("Content-Type", "application/json"),), _route(models, request))
    except NotServed as error:
        code, reason = 404, str(error)
    except (BadRequest, tf.errors.InvalidArgumentError) as error:
        code, reason = 400, str(error)
    except Exception as error:
        code, reason = 500, str(error)
    return Response.json(code, {"error": reason})


def _route(models: Models, request: Request) -> bytes:
    found = _PATH.fullmatch(request.target)
    if found is None:
        raise BadRequest(f"Malformed request: {request.method} {request.target}")
    name, version = found["name"], found["version"]
    match request.method, found["rest"]:
        case "POST", ":predict":
            return predict(models.find(name, version), request.body)
        case "GET", None:
            return json.dumps(status(models.find(name, version))).encode()
        case "GET", "/metadata":
            return json.dumps(metadata(name, models.find(name, version))).encode()
        case "PUT", None:
            model = json.loads(request.body)
            models.load(name, model["path"], int(model["version"]))
            return b"{}"
        case "DELETE", None:
            models.unload(name)
            return b"{}"
    raise BadRequest(f"Malformed request: {request.method} {request.target}")


def main() -> None:
    server = HttpServer(partial(answer, Models()), "model-server")
    server.start()
    print(f"listening on {server.port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
