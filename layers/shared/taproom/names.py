"""Names of what SageMaker keeps for a stack: endpoints, and the configs and models of a release.

All of them, and those of runs, begin with the stack's prefix, which template.yaml makes of the stack's id: the stack's
own name may be too long for SageMaker, and a stack that is made again under the same name is another one.
"""

from __future__ import annotations

import re
from enum import StrEnum

from taproom.contract import SERVABLES

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
    """How the two servables are spread over endpoints."""

    SEPARATE = "separate"
    SHARED = "shared"

    @property
    def archives(self) -> dict[str, tuple[str, ...]]:
        """The servables in each endpoint's archive: one endpoint a servable, or both in one."""
        if self is Layout.SHARED:
            return {"shared": SERVABLES}
        return {servable: (servable,) for servable in SERVABLES}

    @property
    def other(self) -> Layout:
        """The layout that a stack may have had before its parameter was changed."""
        return Layout.SHARED if self is Layout.SEPARATE else Layout.SEPARATE

    def archive_of(self, servable: str) -> str:
        """The archive, and so the endpoint, that answers for `servable`."""
        return "shared" if self is Layout.SHARED else servable


def endpoint_name(prefix: str, archive: str) -> str:
    """The endpoint that serves `archive` (`retrieval`, `ranking` or `shared`), the same for ever."""
    return f"{prefix}-{archive}"


def challenger_prefix(prefix: str) -> str:
    """What the names of the endpoints of an experiment's challenger begin with, in a stack with this `prefix`."""
    return f"{prefix}-challenger"


def config_name(release: str, archive: str, settings: str) -> str:
    """The endpoint config (and model) of `archive` in `release` under settings hashed to `settings`."""
    return f"{release}-{archive}-{settings}"


def has_settings_of(config: str, other: str) -> bool:
    """Whether two endpoint configs, by their names, have the same settings."""
    return config.rpartition("-")[2] == other.rpartition("-")[2]


def release_of_config(name: str) -> str | None:
    """The release that an endpoint config's name speaks of, None for a config that is not ours."""
    found = re.fullmatch(rf"(?P<release>.+-{_RELEASE})-(retrieval|ranking|shared)-[0-9a-f]{{4}}", name)
    return found["release"] if found else None
