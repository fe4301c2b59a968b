"""What runs leave of what they read is kept for the next run, as long as it is of use (docs/adr/0077-snapshots.md)."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from taproom.snapshots.stored import (
    StoredSnapshot,
    delete_for_good,
    kept_of,
    left_by,
    stored_parts,
    stored_snapshots,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshots:
    """Those in `bucket`, through `s3`, a boto3 client."""

    s3: Any
    bucket: str

    def attempt_to_keep(self, run: str) -> None:
        """Keep what `run` left; an error is logged, since without it the next run just reads more."""
        try:
            self.keep(run)
        except (ClientError, BotoCoreError):
            logger.exception("The snapshot of %s is not kept", run)

    def keep(self, run: str) -> bool:
        """Take what `run` left to where it is kept, whether it is there then. May run again."""
        left = next(stored_snapshots(self.s3, self.bucket, left_by(run)), None)
        if left is not None:
            self._copy(left, kept_of(run))
        # After it is there: whoever withdraws a part or erases somebody looks for snapshots afterwards, and finds it.
        kept = next(stored_snapshots(self.s3, self.bucket, kept_of(run)), None)
        is_stale = kept is not None and not set(kept.snapshot.parts) <= set(stored_parts(self.s3, self.bucket))
        if is_stale:
            delete_for_good(self.s3, self.bucket, kept_of(run))
        delete_for_good(self.s3, self.bucket, left_by(run))
        return kept is not None and not is_stale

    def retire(self, releases: Set[str]) -> None:
        """Delete the snapshots of all runs but these `releases` and the newest one."""
        for each in [*stored_snapshots(self.s3, self.bucket)][1:]:
            if each.snapshot.run not in releases:
                delete_for_good(self.s3, self.bucket, each.prefix)

    def _copy(self, left: StoredSnapshot, prefix: str) -> None:
        for key in left.keys:
            to = f"{prefix}{key.removeprefix(left.prefix)}"
            # In several requests where it is larger than one takes.
            self.s3.copy({"Bucket": self.bucket, "Key": key}, self.bucket, to)
