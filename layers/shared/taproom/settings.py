"""One frozen, typed settings object a function, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError


class SettingsError(Exception):
    """The environment lacks settings or holds wrong ones; the message names all of them."""


class Settings(BaseModel):
    """Base of a function's settings: the field `retrain_queue_url` is read from RETRAIN_QUEUE_URL."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read every field from its variable.

        Raises
        ------
        SettingsError
            Naming each variable that is missing or wrong, with what it held.
        """
        environment = os.environ if environment is None else environment
        given = {
            name: environment[name.upper()] for name in cls.model_fields if environment.get(name.upper(), "") != ""
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(str(place) for place in fault['loc']).upper()}: {fault['msg']}"
                + ("" if fault["type"] == "missing" else f" (got {fault['input']!r})")
                for fault in error.errors()
            )
            raise SettingsError(
                f"The function's environment has {error.error_count()} fault(s): {faults}. "
                "template.yaml sets these variables; deploy it again or correct them there."
            ) from error
