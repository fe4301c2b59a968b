"""The settings of the recommend function, from its environment."""

from __future__ import annotations

from taproom.names import Layout
from taproom.settings import Settings


class RecommendSettings(Settings):
    """`endpoint_layout` is the layout asked for; the endpoints may still have the other one."""

    prefix: str
    bucket: str
    histories_table: str
    endpoint_layout: Layout
