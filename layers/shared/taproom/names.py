"""Names of what SageMaker keeps for a stack: endpoints, and the configs and models of a release.

All of them, and those of runs, begin with the stack's prefix, which template.yaml makes of the stack's id: the stack's
own name may be too long for SageMaker, and a stack that is made again under the same name is another one.
"""

from __future__ import annotations

import re
from enum import StrEnum

from taproom.contract import FUSED, RECOMMENDATION, SERVABLES

LONGEST_NAME = 63
# What is left of it by a config of the 99th attempt: `<prefix>-0123456789ab-99-retrieval-0123`.
LONGEST_PREFIX = LONGEST_NAME - len("-0123456789ab-99-retrieval-0123")
_RELEASE = r"[0-9a-f]{12}(-\d+)?"


# The scope of an operator's token, and the group of users who are operators; template.yaml names both.
OPERATE = "taproom/operate"


class Access(StrEnum):
    """Who users are: those of the stack's user pool, of an issuer of one's own, AWS identities, or anybody."""

    COGNITO = "cognito"
    OIDC = "oidc"
    IAM = "iam"
    OPEN = "open"


class ItemKind(StrEnum):
    """What the catalogue is of, in the page's words."""

    BEER = "beer"
    WINE = "wine"
    FILM = "film"
    BOOK = "book"


class Layout(StrEnum):
    """What a release is made of: two servables, or one in their place. Each has an archive and an endpoint."""

    SEPARATE = "separate"
    FUSED = "fused"

    @property
    def servables(self) -> tuple[str, ...]:
        """The servables by name."""
        return (FUSED,) if self is Layout.FUSED else SERVABLES

    @property
    def questions(self) -> tuple[str, ...]:
        """What the servables can be asked: what each of the two answers, and a fused one for both at once."""
        return (*SERVABLES, RECOMMENDATION) if self is Layout.FUSED else SERVABLES

    @property
    def other(self) -> Layout:
        """The layout that the release before may have."""
        return Layout.FUSED if self is Layout.SEPARATE else Layout.SEPARATE

    def servable_of(self, question: str) -> str:
        """The servable that answers `question`."""
        return FUSED if self is Layout.FUSED else question

    def signature_of(self, question: str) -> str:
        """The signature that answers `question`."""
        return question if self is Layout.FUSED else "serving_default"


def endpoint_name(prefix: str, servable: str) -> str:
    """The endpoint of a servable, the same for ever."""
    return f"{prefix}-{servable}"


def challenger_prefix(prefix: str) -> str:
    """What the names of the endpoints of an experiment's challenger begin with, in a stack with this `prefix`."""
    return f"{prefix}-challenger"


def config_name(release: str, servable: str, settings: str) -> str:
    """The endpoint config (and model) of `servable` in `release` under settings hashed to `settings`."""
    return f"{release}-{servable}-{settings}"


def has_settings_of(config: str, other: str) -> bool:
    """Whether two endpoint configs, by their names, have the same settings."""
    return config.rpartition("-")[2] == other.rpartition("-")[2]


def release_of_config(name: str) -> str | None:
    """The release that an endpoint config's name speaks of, None for a config that is not ours."""
    found = re.fullmatch(rf"(?P<release>.+-{_RELEASE})-(retrieval|ranking|fused)-[0-9a-f]{{4}}", name)
    return found["release"] if found else None
