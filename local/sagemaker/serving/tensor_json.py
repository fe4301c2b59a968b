"""TensorFlow Serving's JSON in columns (`inputs`, `outputs`), to and from arrays; its rows (`instances`) are refused.

After tensorflow_serving/util/json_tensor.cc and https://www.tensorflow.org/tfx/serving/api_rest, messages
included, so that a request which fails in a container fails here with the same words.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# The types of a signature's inputs by name, such as {"username": "string", "abv": "float32"}.
Types = Mapping[str, str]

_JSON_TYPES = {type(None): "Null", dict: "Object", list: "Array", str: "String", int: "Number", float: "Number"}
_NAMES_IN_MESSAGES = {"float32": "float", "float64": "double"}
_LARGEST_FLOAT = float(np.finfo(np.float32).max)


class BadRequest(Exception):
    """The body can't be turned into the signature's tensors; the text is TensorFlow Serving's."""


@dataclass(frozen=True)
class PredictRequest:
    """A predict request: tensors by input name."""

    signature: str
    tensors: dict[str, Array]


def parse_request(body: bytes, input_types: Callable[[str], Types]) -> PredictRequest:
    """Read a predict request; `input_types` gives those of a signature by its name.

    Raises
    ------
    BadRequest
        For malformed JSON, wrong names, types or shapes.
    """
    request = _document(body)
    signature = request.get("signature_name", "serving_default")
    if not isinstance(signature, str):
        raise BadRequest(
            f"JSON Value: {_text(request)} not formatted correctly. 'signature_name' key must be a string value."
        )
    types = input_types(signature)
    if "instances" in request:
        raise BadRequest(
            "This server takes columns alone, not rows: send 'inputs', a list of values for each input, "
            "in place of 'instances'"
        )
    if "inputs" not in request:
        raise BadRequest("Missing 'inputs' key")
    return PredictRequest(signature, _from_columns(request["inputs"], types))


def encode_outputs(outputs: Mapping[str, Array]) -> bytes:
    """The body of a predict answer; a single output goes without its name."""
    columns = {name: _json_values(name, array) for name, array in outputs.items()}
    bare = next(iter(columns.values())) if len(columns) == 1 else columns
    return json.dumps({"outputs": bare}, ensure_ascii=False).encode()


def _document(body: bytes) -> dict[str, Any]:
    if not body:
        raise BadRequest("JSON Parse error: The document is empty")
    try:
        request = json.loads(body)
    except UnicodeDecodeError as error:
        raise BadRequest("JSON Parse error: Invalid encoding in string. at offset: 0") from error
    except json.JSONDecodeError as error:
        raise BadRequest(f"JSON Parse error: {error.msg}. at offset: {error.pos}") from error
    if not isinstance(request, dict):
        raise BadRequest(f"JSON Value: {_text(request)} Is not object")
    return request


def _from_columns(inputs: Any, types: Types) -> dict[str, Array]:
    if not isinstance(inputs, dict) or _is_base64(inputs):
        if len(types) > 1:
            raise BadRequest(
                "inputs is a plain value/list, but expecting an object as multiple "
                "input tensors required as per tensorinfo_map"
            )
        name = next(iter(types))
        return {name: _tensor(inputs, types[name])}
    for name in types:
        if name not in inputs:
            raise BadRequest(f"Missing named input: {name} in 'inputs' object.")
    return {name: _tensor(inputs[name], kind) for name, kind in types.items()}


def _tensor(value: Any, kind: str) -> Array:
    shape: list[int] = []
    first = value
    while isinstance(first, list):
        shape.append(len(first))
        if not first:
            break
        first = first[0]
    flat: list[Any] = []
    _flatten(value, 0, shape, kind, flat)
    filled: Array = np.empty(len(flat), object if kind == "string" else kind)
    filled[:] = flat
    return filled.reshape(shape)


def _flatten(value: Any, level: int, shape: list[int], kind: str, flat: list[Any]) -> None:
    if not isinstance(value, list):
        if level != len(shape):
            raise BadRequest(
                f"JSON Value: {_text(value)} found at incorrect level: {level + 1} in the JSON DOM. "
                f"Expected at level: {len(shape)}"
            )
        flat.append(_element(value, kind))
        return
    if level >= len(shape):
        raise BadRequest(f"Encountered list at unexpected level: {level} expected < {len(shape)}")
    if len(value) != shape[level]:
        raise BadRequest(
            f"Encountered list at unexpected size: {len(value)} at level: {level} expected size: {shape[level]}"
        )
    for each in value:
        _flatten(each, level + 1, shape, kind, flat)


def _element(value: Any, kind: str) -> Any:
    if kind == "string":
        if isinstance(value, str):
            return value.encode()
        if isinstance(value, dict):
            return _decode_base64(value)
    elif kind == "bool":
        if isinstance(value, bool):
            return value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if kind == "float32" and np.isfinite(value):
            if abs(value) > (2**24 - 1 if isinstance(value, int) else _LARGEST_FLOAT):
                raise BadRequest(f"Cannot convert JSON value: {value} to float without loss of precision.")
            return value
        if kind.startswith("float"):
            return value
        limits = np.iinfo(kind)
        if isinstance(value, int) and limits.min <= value <= limits.max:
            return value
    raise BadRequest(
        f"JSON Value: {_text(value)} Type: {_json_type(value)} "
        f"is not of expected type: {_NAMES_IN_MESSAGES.get(kind, kind)}"
    )


def _decode_base64(value: dict[str, Any]) -> bytes:
    if not _is_base64(value):
        raise BadRequest(f"JSON Value: {_text(value)} not formatted correctly for base64 data")
    try:
        return base64.b64decode(value["b64"], validate=True)
    except binascii.Error as error:
        raise BadRequest("Unable to base64 decode") from error


def _json_values(name: str, array: Array) -> Any:
    """Nested lists of JSON values; what is named *_bytes goes out in base64, other strings as text."""
    if array.dtype == object:
        binary = name.endswith("_bytes")
        written = [
            {"b64": base64.b64encode(each).decode()} if binary else each.decode(errors="replace") for each in array.flat
        ]
        return _nested(written, array.shape)
    if array.dtype == np.float32:
        # Six digits where they say it all, else nine: enough to tell any two float32 apart.
        flat = array.ravel()
        short = np.array([float(f"{each:.6g}") for each in flat.tolist()])
        long = np.array([float(f"{each:.9g}") for each in flat.tolist()])
        return np.where(short.astype(np.float32) == flat, short, long).reshape(array.shape).tolist()
    return array.tolist()


def _nested(flat: list[Any], shape: tuple[int, ...]) -> Any:
    holder = np.empty(len(flat), object)
    holder[:] = flat
    return holder.reshape(shape).tolist()


def _is_base64(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"b64"} and isinstance(value["b64"], str)


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    return _JSON_TYPES[type(value)]


def _text(value: Any) -> str:
    """A JSON value for a message, cut to a readable length."""
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 200 else f"{written[:200]}…"
