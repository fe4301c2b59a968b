"""What counts under a name although the file there was refused: a part of the file before, which no drop stands for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Set
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.erasure.tombstones import Tombstones
from ingest.histories.histories_table import HistoriesTable
from ingest.histories.part_histories import histories
from ingest.part import SCHEMA, PartWriter
from ingest.receipt import LivePart
from ingest.s3_bucket import Bucket, Changed
from ingest.turns import whole_parts
from ingest.turns.whole_parts import WholePart
from taproom import contract
from taproom.messages.erasures import Erasure


@dataclass(frozen=True)
class KeptParts:
    """Those in the bucket, and their histories."""

    bucket: Bucket
    table: HistoriesTable
    tombstones: Tombstones

    def forget(self, name: str, erasure: Erasure) -> None:
        """Put, where the part that is kept for the name holds the user, one without their rows in its place."""
        before = self.bucket.receipt(name)
        live = LivePart.of(before.content)
        if live is None or before.content["status"] != "refused":
            return
        digest = contract.digest(live.part, erasure.tombstone(self.tombstones.table))
        new = f"{live.part.partition('-')[0]}-{digest}"
        with tempfile.TemporaryDirectory(prefix="erase-") as folder:
            old = whole_parts.fetch(self.bucket, live.part, Path(folder) / "old.parquet")
            if old and _holds(old.file, erasure.username):
                self.tombstones.add_part(erasure, live.part)
            elif live.part not in self.tombstones.parts(erasure):
                return
            for part in old.parts if old else ():
                self._copy_without(erasure.username, part, new + part.removeprefix(live.part), Path(folder))
            left = whole_parts.fetch(self.bucket, new, Path(folder) / "left.parquet")
            reviews, usernames = self.table.remember(new, histories(left.file) if left else ())
            self._withdraw(live.part, old, usernames)
            # Last: by what it says a worker that died is made up for.
            receipt = Path(folder) / "receipt.json"
            kept = asdict(LivePart(new, reviews)) if left else None
            receipt.write_text(json.dumps({**before.content, "live": kept}, ensure_ascii=False, indent=1) + "\n")
            try:
                self.bucket.put_receipt(name, receipt, before)
            except Changed:
                # Another file has come, which replaces what was kept.
                self._withdraw(new, left)
                raise

    def _withdraw(self, part: str, whole: WholePart | None, others: Set[str] = frozenset()) -> None:
        if whole:
            self.table.withdraw(part, histories(whole.file), others)
            for one in whole.parts:
                self.bucket.delete_part(one)

    def _copy_without(self, username: str, part: str, new: str, folder: Path) -> None:
        file = self.bucket.fetch_part(part, folder / "one.parquet")
        if file is None:
            return
        with pq.ParquetFile(file) as given, PartWriter(folder / f"{part}.left") as left:
            for group in range(given.num_row_groups):
                rows = given.read_row_group(group)
                left.write(rows.filter(pc.not_equal(rows["username"], username)).cast(SCHEMA))
        if left.rows:
            self.bucket.put_part(new, left.path, left.rows, {})


def _holds(part: Path, username: str) -> bool:
    return bool(pc.any(pc.equal(pq.read_table(part, columns=["username"])["username"], username)).as_py())
