"""moto's objects as JSON and back: their attributes, with times marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_TIME = "$time"


def to_json(thing: object) -> dict[str, Any]:
    """The attributes of one of moto's objects, as JSON values."""
    return {name: _encoded(value) for name, value in vars(thing).items()}


def from_json(kind: type[Any], encoded: Mapping[str, Any]) -> Any:
    """An object of moto's class `kind` with these attributes, its constructor not called."""
    made: Any = object.__new__(kind)
    vars(made).update({name: _decoded(value) for name, value in encoded.items()})
    return made


def _encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, Mapping):
        return {key: _encoded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_encoded(each) for each in value]
    return value


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        return (
            datetime.fromisoformat(value[_TIME])
            if value.keys() == {_TIME}
            else {k: _decoded(v) for k, v in value.items()}
        )
    if isinstance(value, list):
        return [_decoded(each) for each in value]
    return value
