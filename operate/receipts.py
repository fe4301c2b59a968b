"""Receipts, which say what became of a drop."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from taproom import contract

Receipt = dict[str, Any]

# As long as ingest may take for a message, in seconds, and how often to look.
_PATIENCE, _EVERY = 900, 1


def read(s3: Any, stack: Stack, name: str) -> Receipt | None:
    """The receipt of what lies, or lay, under `name` below incoming/; None where nothing was taken in."""
    try:
        found = s3.get_object(Bucket=stack.bucket, Key=f"{contract.RECEIPTS}{name}.json")
    except s3.exceptions.NoSuchKey:
        return None
    return dict(json.load(found["Body"]))


def wait(s3: Any, stack: Stack, name: str, until: Callable[[Receipt], bool]) -> Receipt:
    """The first receipt that is as it is waited for.

    Raises
    ------
    CannotOperate
        Where none comes in fifteen minutes.
    """
    for _ in range(0, _PATIENCE, _EVERY):
        receipt = read(s3, stack, name)
        if receipt is not None and until(receipt):
            return receipt
        time.sleep(_EVERY)
    raise CannotOperate(
        f"After {_PATIENCE // 60} minutes there is no receipt: see whether messages wait in IngestQueue or "
        "IngestDeadLetters (`status` shows them) and what the logs of the ingest function say."
    )
