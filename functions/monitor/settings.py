"""The settings of the monitor function, from its environment."""

from __future__ import annotations

from taproom.settings import Settings


class MonitorSettings(Settings):
    """`rollback_online` says whether a release that does worse than the one before it is rolled back."""

    prefix: str
    bucket: str
    promote_function: str
    rollback_online: bool
