"""moto's objects as JSON and back: their attributes, with times marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_TIME = "$time"


def attributes(thing: object) -> dict[str, Any]:
    """The attributes of one of moto's objects, as JSON values."""
    return {name: _written(value) for name, value in vars(thing).items()}


def instance(kind: type[Any], written: Mapping[str, Any]) -> Any:
    """An object of moto's class `kind` with these attributes, its constructor not called."""
    made: Any = object.__new__(kind)
    vars(made).update({name: _read(value) for name, value in written.items()})
    return made


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, Mapping):
        return {key: _written(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return (
            datetime.fromisoformat(value[_TIME]) if value.keys() == {_TIME} else {k: _read(v) for k, v in value.items()}
        )
    if isinstance(value, list):
        return [_read(each) for each in value]
    return value
