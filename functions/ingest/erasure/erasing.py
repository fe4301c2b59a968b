"""The walk of an erasure: each drop is rewritten without the rows, and what they became is replaced or deleted."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from aws_lambda_powertools import Logger

from ingest.drop import Drop, ObjectChanged, shown
from ingest.erasure import remaining_rows
from ingest.erasure.drop_names import DropNames
from ingest.erasure.kept_parts import KeptParts
from ingest.erasure.learnt import Learnt
from ingest.erasure.tombstones import HoldsErased, Tombstones
from ingest.erasure.traces import Traces
from ingest.histories.histories_table import HistoriesTable
from ingest.ingestion import Ingestion
from ingest.parsing import parse
from ingest.receipt import LivePart, Receipt
from ingest.s3_bucket import Bucket
from ingest.served.files import ServedFiles
from ingest.text_chunks import UnusableFile
from ingest.turns import whole_parts
from ingest.turns.clock import Clock
from ingest.turns.large_drops import Unfinished, is_large
from taproom import contract
from taproom.messages.erasures import Erasure
from taproom.snapshots.stored import delete_for_good

logger = Logger(service="ingest", child=True)

# Drops looked at at the same time.
_LOOKING = 16
# After so long an erasure looks again whether a large drop has been taken in.
_TURN_SECONDS = 900
_UNREADABLE = "It can't be told apart into rows, and the name stands in it: look at it, and delete it if need be."


@dataclass(frozen=True)
class Look:
    """What a name below `incoming/` has to do with an erasure.

    Ratings that hold it were dropped at `rated_at`. What is live `is_kept` where it is of a file from before.
    """

    name: str
    live: LivePart | None
    is_settled: bool
    holds: bool
    rated_at: datetime | None = None
    is_kept: bool = False


@dataclass(frozen=True)
class Eraser:
    """Forgets people; `s3` is a boto3 client, `name` the stack's bucket, `queue_url` that of ingest's queue."""

    s3: Any
    name: str
    queue_url: str
    bucket: Bucket
    table: HistoriesTable
    tombstones: Tombstones
    names: DropNames
    learnt: Learnt
    ingestion: Ingestion
    served: ServedFiles

    def ingest(self, changed: ObjectChanged, clock: Clock) -> Receipt | None:
        """As the ingestion does; None too for a drop from before an erasure, and where another turn was asked for."""
        try:
            return self._take_in(self.ingestion, changed, clock)
        except Unfinished:
            return None

    def _take_in(self, ingestion: Ingestion, changed: ObjectChanged, clock: Clock) -> Receipt | None:
        try:
            return ingestion(changed, clock)
        except Unfinished as turn:
            logger.info("A turn has ended", key=shown(turn.drop.key), next_asked_for=turn.is_ours)
            if turn.is_ours:
                self.ingestion.sqs.send_message(QueueUrl=self.queue_url, MessageBody=turn.drop.message())
            raise
        except HoldsErased as held:
            # By its message, which stays until all of it is done, whoever dies over it.
            for erasure in held.erasures:
                self.ingestion.sqs.send_message(QueueUrl=self.queue_url, MessageBody=erasure.message())
            return None

    def __call__(self, erasure: Erasure, clock: Clock) -> Mapping[str, Any] | None:
        """Erase, and leave a report; done again it finds nothing more to erase, and leaves the same report.

        None of a beer alone, and where it is asked for again, since a large drop takes further turns.
        """
        try:
            self.tombstones.bury(erasure)
            if erasure.beer_id is None:
                return self._forget(erasure, clock)
            self._take_back(erasure, erasure.beer_id, clock)
        except Unfinished:
            body = erasure.message()
            self.ingestion.sqs.send_message(QueueUrl=self.queue_url, MessageBody=body, DelaySeconds=_TURN_SECONDS)
        return None

    def _forget(self, erasure: Erasure, clock: Clock) -> Mapping[str, Any]:
        looked = self._looked(erasure, self.names.all())
        unreadable = self._rewrite_all(erasure, looked, clock)
        kept = KeptParts(self.bucket, self.table, self.tombstones)
        for look in looked:
            if look.is_kept:
                kept.forget(look.name, erasure)
        self.table.forget(erasure.username, None, erasure.asked_at)
        self.served.erase(erasure)
        # They can be made anew.
        delete_for_good(self.s3, self.name, contract.BATCH)
        Traces(self.s3, self.name, erasure.username).purge()
        parts = self.tombstones.parts(erasure)
        self.learnt.withdraw_snapshots()
        # What a run that trains now was prepared with is read already; another is prepared anew.
        delete_for_good(self.s3, self.name, contract.PREPARED)
        if parts or any(look.holds for look in looked):
            self.ingestion.ask_for_retrain("erase")
        report = {
            "asked_at": erasure.asked_at,
            "parts": sorted(parts),
            "releases": self.learnt.releases(parts),
            "unreadable": dict.fromkeys(unreadable, _UNREADABLE),
        }
        key = erasure.report_key(self.tombstones.table)
        self.s3.put_object(Bucket=self.name, Key=key, Body=json.dumps(report, indent=1).encode())
        return report

    def _take_back(self, erasure: Erasure, beer_id: str, clock: Clock) -> None:
        """What is replaced by it stays in older versions as long as that of any drop."""
        held = self.table.parts_with(erasure.username, beer_id)
        looked = self._looked(erasure, self.names.holding(erasure.username, beer_id))
        # Before their drops, by which the time is told, are rewritten: what was served is written after the drop.
        if rated_at := [look.rated_at for look in looked if look.rated_at]:
            self.served.erase(erasure, min(rated_at))
        self._rewrite_all(erasure, looked, clock)
        # In a part that no drop stands behind any more it stays, and so does what says that it doesn't count.
        if held.isdisjoint(self.table.parts_with(erasure.username, beer_id)):
            self.table.forget(erasure.username, beer_id, erasure.asked_at)
        parts = self.tombstones.parts(erasure)
        self.learnt.withdraw_snapshots()
        if parts or any(look.holds for look in looked):
            self.ingestion.ask_later({"reason": "erase"})

    def _looked(self, erasure: Erasure, names: set[str]) -> list[Look]:
        traces = Traces(self.s3, self.name, erasure.username)
        with ThreadPoolExecutor(_LOOKING) as pool:
            return list(pool.map(lambda name: self._look(name, erasure, traces), sorted(names)))

    def _rewrite_all(self, erasure: Erasure, looked: Sequence[Look], clock: Clock) -> list[str]:
        """The names of what could not be read."""
        unreadable = []
        for look in looked:
            if look.holds:
                if look.live:
                    self.tombstones.add_part(erasure, look.live.part)
                if not self._rewrite(look.name, erasure):
                    unreadable.append(look.name)
            # Also where nothing holds the name any more: a worker may have died after it rewrote the drop.
            if look.holds or not look.is_settled:
                self._settle(look.name, clock)
        return unreadable

    def _look(self, name: str, erasure: Erasure, traces: Traces) -> Look:
        receipt = self.bucket.receipt(name).content
        drop = self.bucket.current(self.name, f"{contract.INCOMING}{name}")
        live = LivePart.of(receipt)
        if drop is None:
            return Look(name, live, receipt.get("status") == "withdrawn", holds=False)
        holds = traces.is_named_by(name) or traces.holds(drop.key, drop.version)
        holds = holds and (drop.is_rated or drop.dropped_at.timestamp() * 1000 <= erasure.asked_at)
        return Look(
            name,
            live,
            is_settled=receipt.get("part") == drop.part,
            holds=holds,
            rated_at=drop.dropped_at if holds and drop.is_rated else None,
            is_kept=live is not None and live.part != drop.part,
        )

    def _settle(self, name: str, clock: Clock) -> None:
        """Take in what lies under the name now, whatever an event says of it."""
        # A run that started meanwhile would ask for parts that are about to go, and fail: one is asked for at the end.
        self._take_in(
            replace(self.ingestion, asks=False),
            ObjectChanged(bucket=self.name, key=f"{contract.INCOMING}{name}", version=None, etag=None, deleted=True),
            clock,
        )

    def _rewrite(self, name: str, erasure: Erasure) -> bool:
        """Drop it again without the rows that are to go, or delete it where they are all that it has.

        Whether it could be read.
        """
        drop = self.bucket.current(self.name, f"{contract.INCOMING}{name}")
        if drop is None:
            return True
        if erasure.beer_id is None and Traces(self.s3, self.name, erasure.username).is_named_by(name):
            self.s3.delete_object(Bucket=self.name, Key=drop.key)
            return True
        with tempfile.TemporaryDirectory(prefix="erase-") as folder:
            path = Path(folder) / "remaining"
            part = self._part_of(drop, Path(folder))
            try:
                remaining = remaining_rows.write(self._open(drop), drop, part, erasure, path)
            except UnusableFile:
                return erasure.beer_id is not None
            if not remaining.gone:
                return True
            if not remaining.left:
                self.s3.delete_object(Bucket=self.name, Key=drop.key)
                return True
            self._drop_again(drop, path)
        return True

    def _drop_again(self, drop: Drop, path: Path) -> None:
        head = self.s3.head_object(Bucket=self.name, Key=drop.key)
        metadata = head["Metadata"] | {"dropped-at": drop.dropped_at.isoformat()}
        with path.open("rb") as body:
            # Somebody who drops it anew meanwhile is right; this request is delivered again then.
            self.s3.put_object(
                Bucket=self.name,
                Key=drop.key,
                Body=body,
                Metadata=metadata,
                ContentType=head["ContentType"],
                IfMatch=f'"{drop.etag}"',
            )

    def _part_of(self, drop: Drop, folder: Path) -> Path:
        """Where the part is that the drop becomes; no file is there if it becomes none."""
        part = folder / "part.parquet"
        # What a large one became is read sooner than the drop itself.
        live = LivePart.of(self.bucket.receipt(drop.name).content) if is_large(drop) else None
        if live and live.part == drop.part and whole_parts.fetch(self.bucket, drop.part, part):
            return part
        catalogue = self.ingestion.catalogue.current()
        try:
            parse(
                self._open(drop),
                drop.name,
                drop.dropped_at,
                folder,
                stated_scale=drop.stated_scale,
                catalogue=catalogue,
            )
        except UnusableFile:
            part.unlink(missing_ok=True)
        return part

    def _open(self, drop: Drop) -> io.RawIOBase:
        version = {"VersionId": drop.version} if drop.version else {}
        return cast(io.RawIOBase, self.s3.get_object(Bucket=drop.bucket, Key=drop.key, **version)["Body"])
