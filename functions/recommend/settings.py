"""The settings of the recommend function, from its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from taproom.names import Access, ItemKind, Layout
from taproom.settings import Settings


class RecommendSettings(Settings):
    """`endpoint_layout` is that of the releases to come; the one in service may have the other one.

    `access` says who users are, and `username_claim` which claim of a token has their name. `sign_in_url` is the
    domain that a user pool has, or the issuer; it and `client_id` are empty where the page can't sign in.
    `served_log_sampling` is the share (0 to 1) of answers that are logged, `exploration` that of places in the lower
    half of a list that are probes'. `item_kind` says what the page calls a beer; pictures come from `image_origin`
    alone, none where it is empty.
    So many `daily_images` are read a day from photos of menus, none where it is 0.
    After `quick_after` seconds a model is not waited for.
    """

    prefix: str
    bucket: str
    histories_table: str
    ingest_queue_url: str
    ratings_queue_url: str
    endpoint_layout: Layout
    access: Access
    username_claim: str
    served_log_sampling: Annotated[float, Field(ge=0, le=1)]
    exploration: Annotated[float, Field(ge=0, le=0.2)]
    quick_after: Annotated[float, Field(ge=0.1, le=5)]
    daily_images: Annotated[int, Field(ge=0)]
    item_kind: ItemKind = ItemKind.BEER
    sign_in_url: str = ""
    client_id: str = ""
    image_origin: str = ""
