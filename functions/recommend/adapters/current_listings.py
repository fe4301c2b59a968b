"""The listings in the bucket, which ingest writes anew at every change of a catalogue file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from recommend.adapters.current_object import CurrentObject
from recommend.catalogue.listings import Listings
from taproom import contract
from taproom.catalogue_file import Listing


class CurrentListings(CurrentObject[Listings]):
    """The listings in `bucket` through `s3`, a boto3 client."""

    def __init__(self, s3: Any, bucket: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__(s3, bucket, contract.LISTINGS, _listings, Listings(), clock)


def _listings(body: bytes) -> Listings:
    return Listings({beer_id: _listing(fields) for beer_id, fields in json.loads(body)["beers"].items()})


def _listing(fields: dict[str, Any]) -> Listing:
    return Listing(**{**fields, "places": tuple(fields.get("places", ()))})
