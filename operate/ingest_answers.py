"""What ingest leaves in the bucket for those who wait: receipts of drops, and reports of erasures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from operate.deployed_stack import Stack
from operate.errors import CannotOperate

Answer = dict[str, Any]

# As long as ingest may take for a message, in seconds, and how often to look.
_PATIENCE, _EVERY = 900, 1


def read(s3: Any, stack: Stack, key: str) -> Answer | None:
    """The answer under `key`; None where there is none."""
    try:
        found = s3.get_object(Bucket=stack.bucket, Key=key)
    except s3.exceptions.NoSuchKey:
        return None
    return dict(json.load(found["Body"]))


def wait(s3: Any, stack: Stack, key: str, until: Callable[[Answer], bool] = lambda _: True) -> Answer:
    """The first answer under `key` that is as it is waited for.

    Raises
    ------
    CannotOperate
        Where none comes in fifteen minutes.
    """
    for _ in range(0, _PATIENCE, _EVERY):
        answer = read(s3, stack, key)
        if answer is not None and until(answer):
            return answer
        time.sleep(_EVERY)
    raise CannotOperate(
        f"After {_PATIENCE // 60} minutes there is no answer in {key}: see whether messages wait in IngestQueue or "
        "IngestDeadLetters (`status` shows them) and what the logs of the ingest function say."
    )
