"""From what lies under a key below `incoming/` to its part, the histories, a request to retrain and the receipt.

An event only says that something has changed under a key. What is there now is compared with the receipt, and what
differs is made up for: a drop is taken in, one that replaces another takes its place, and where nothing lies any more
what it gave is withdrawn. Every step may be repeated with the effect of once, and the receipt comes last: a worker may
die anywhere, and the next delivery of the same message ends in the same state.
"""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from ingest.catalogue.catalogue_parts import CatalogueParts
from ingest.drop import Drop, ObjectChanged, shown
from ingest.erasure.tombstones import Tombstones
from ingest.histories.changes import Changes, changes
from ingest.histories.histories_table import HistoriesTable
from ingest.histories.part_histories import histories
from ingest.parsing import ParsedFile, parse
from ingest.receipt import LivePart, Receipt, accepted, refused_whole, withdrawn, without_usable_row
from ingest.rejected import nothing_rejected
from ingest.s3_bucket import Bucket, Changed, Written
from ingest.text_chunks import UnusableFile
from ingest.turns import whole_parts
from ingest.turns.clock import Clock
from ingest.turns.large_drops import LargeDrops, is_large
from ingest.turns.whole_parts import WholePart
from ingest.values.drift_check import DriftCheck
from ingest.values.served_catalogue import ServedCatalogue
from taproom import contract
from taproom.drops import FROM_API, is_of_beers

logger = Logger(service="ingest", child=True)

_TRIES = 10
_ENDLESS = Clock()


class Contested(Exception):
    """What lies under a key changed at every try to take it in; the event is delivered again later."""


@dataclass(frozen=True)
class Ingestion:
    """The walk of one event; `sqs` is a boto3 client. One that never `asks` leaves the retrain to who calls it.

    `bucket` has the parts of reviews, `beers` those of catalogue files; `large` takes in large drops.
    """

    bucket: Bucket
    beers: CatalogueParts
    table: HistoriesTable
    tombstones: Tombstones
    sqs: Any
    queue_url: str
    deferred_queue_url: str
    catalogue: ServedCatalogue
    drift: DriftCheck
    large: LargeDrops
    asks: bool = True

    def __call__(self, changed: ObjectChanged, clock: Clock = _ENDLESS) -> Receipt | None:
        """Bring part, histories and receipt of a key in line with what lies there; None where they are already.

        Raises
        ------
        Contested
            Others kept changing them.
        Unfinished
            A large drop takes another turn.
        """
        receipt: Receipt | None = None
        tried: set[str] = set()
        for _ in range(_TRIES):
            try:
                with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
                    written = self._settle(changed, tried, Path(folder), clock)
            except Changed as error:
                logger.info("Looking again: %s", error)
                continue
            if written is None:
                self._clear(changed, tried)
                if receipt is None:
                    logger.info(
                        "Nothing to do: a folder, or done before, or deleted or replaced since", key=shown(changed.key)
                    )
                return receipt
            # What lies there may have gone, or been replaced, while it was taken in.
            receipt = written
        raise Contested(f"{shown(changed.key)} changed at each of {_TRIES} tries to take it in.")

    def _settle(self, changed: ObjectChanged, tried: set[str], folder: Path, clock: Clock) -> Receipt | None:
        """Write the receipt that is missing, and all that it speaks of; None if none is."""
        before = self.bucket.receipt(changed.name)
        drop = None if changed.is_folder else self.bucket.current(changed.bucket, changed.key)
        if drop is None:
            return self._withdraw_name(changed.name, before, folder)
        if not changed.may_be(drop.part):
            # Replaced since, and what replaced it has an event of its own.
            return None
        if before.content.get("part") == drop.part and before.content["status"] != "withdrawn":
            if is_large(drop):
                self.large.unfinished.forget(drop.part)
            return None
        tried.add(drop.part)
        return self._take_in(drop, before, folder, clock)

    def _take_in(self, drop: Drop, before: Written, folder: Path, clock: Clock) -> Receipt:
        live = LivePart.of(before.content)
        large = is_large(drop)
        try:
            if large:
                receipt, rejected = self.large.take_in(drop, live, folder, clock)
            else:
                receipt, rejected = self._take_in_at_once(drop, live, folder)
        except UnusableFile as error:
            receipt, rejected = refused_whole(drop, str(error), live), nothing_rejected(folder)
        # Who rewrites a drop asks for the retrain at the end, but does not wait for further turns of a large one.
        if receipt.status == "accepted" and (large or not drop.was_rewritten):
            self._ask_for_training_on(drop, before)
        self._leave(drop, receipt, rejected, before, folder)
        return receipt

    def _take_in_at_once(self, drop: Drop, live: LivePart | None, folder: Path) -> tuple[Receipt, Path]:
        """The receipt, and the file of refused rows."""
        raw = self.bucket.open(drop)
        if raw is None:
            raise Changed(f"{shown(drop.key)} was deleted or replaced just now.")
        parsed = parse(
            raw, drop.name, drop.dropped_at, folder, stated_scale=drop.stated_scale, catalogue=self.catalogue.current()
        )
        if not parsed.accepted:
            return without_usable_row(drop, parsed, live), parsed.rejected
        if is_of_beers(drop.name):
            replaced = live.part if live else None
            beers, changed = self.beers.replace(drop.part, parsed.part, parsed.accepted, replaced, folder)
            return accepted(drop, parsed, beers, changed), parsed.rejected
        self.tombstones.refuse(parsed.part, drop)
        drift, said = self.drift(drop, parsed.part)
        reviews, changed = self._replace(drop, parsed, live, folder)
        return accepted(drop, parsed, reviews, changed, drift, said), parsed.rejected

    def _replace(self, drop: Drop, parsed: ParsedFile, live: LivePart | None, folder: Path) -> tuple[int, Changes]:
        """Write the part and its histories and withdraw what was `live`; how many reviews it has, what has changed."""
        old = whole_parts.fetch(self.bucket, live.part, folder / "replaced.parquet") if live else None
        # Kept with the part, since a worker that dies later leaves nothing to count them by.
        counts = asdict(changes(old.file if old else None, parsed.part)) if live else {}
        counts = self.bucket.put_part(drop.part, parsed.part, parsed.accepted, counts, rated=drop.is_rated)
        reviews, usernames = self.table.remember(drop.part, histories(parsed.part))
        if drop.is_rated:
            self.table.delete_provisional(histories(parsed.part))
        # The same where a refused version was deleted, and the one before counts again.
        if live and old and live.part != drop.part:
            self._withdraw(live.part, old, usernames)
        return reviews, Changes(**counts) if live else Changes(added=reviews)

    def _withdraw_name(self, name: str, before: Written, folder: Path) -> Receipt | None:
        """Take back what a name gave under which nothing lies any more; None if that has been done."""
        if not before.content or before.content["status"] == "withdrawn":
            return None
        live = LivePart.of(before.content)
        if live:
            if is_of_beers(name):
                self.beers.withdraw(live.part, folder)
            elif whole := whole_parts.fetch(self.bucket, live.part, folder / "withdrawn.parquet"):
                if name.startswith(FROM_API):
                    self.table.delete_provisional(histories(whole.file))
                self._withdraw(live.part, whole)
            self.ask_for_retrain("undo", live.part, before)
        part = before.content["part"]
        self.bucket.delete_rejected(name, part)
        receipt = withdrawn(name, part, before.content["dropped_at"], live.reviews if live else 0)
        self.bucket.put_receipt(name, receipt.write(folder / "receipt.json"), before)
        return receipt

    def _withdraw(self, part: str, whole: WholePart, others: Set[str] = frozenset()) -> None:
        """Delete a part's histories and, last, the part, by which a worker that dies meanwhile is made up for."""
        self.table.withdraw(part, histories(whole.file), others)
        for one in whole.parts:
            self.bucket.delete_part(one)

    def _clear(self, changed: ObjectChanged, tried: Set[str]) -> None:
        """Withdraw what was written for content that does not count: a worker was too slow for it, or died over it."""
        receipt = self.bucket.receipt(changed.name).content
        live = LivePart.of(receipt)
        counts = {live.part} if live else set()
        if receipt.get("status") == "refused":
            counts.add(receipt["part"])
        endings = {f"-{part.partition('-')[2]}" for part in tried}
        endings |= {changed.part_ending} if changed.part_ending else set()
        for ending in endings:
            if any(part.endswith(ending) for part in counts):
                continue
            bucket = self.beers.bucket if is_of_beers(changed.name) else self.bucket
            for part in bucket.parts_ending(ending):
                logger.info("Withdrawing what does not count", key=shown(changed.key), part=part)
                with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
                    if is_of_beers(changed.name):
                        self.beers.withdraw(part, Path(folder))
                    elif whole := whole_parts.fetch(self.bucket, part, Path(folder) / "withdrawn.parquet"):
                        self._withdraw(part, whole)
            for part in self.large.unfinished.ending(ending):
                self.large.unfinished.forget(part)
            self.bucket.delete_rejected(changed.name, ending)

    def _leave(self, drop: Drop, receipt: Receipt, rejected: Path, before: Written, folder: Path) -> None:
        if receipt.refused:
            self.bucket.put_rejected(drop, rejected)
        elif before.content:
            self.bucket.delete_rejected(drop.name, before.content["part"])
        self.bucket.put_receipt(drop.name, receipt.write(folder / "receipt.json"), before)

    def _ask_for_training_on(self, drop: Drop, before: Written) -> None:
        if not drop.is_rated:
            self.ask_for_retrain("ingest", drop.part, before)
        elif self.asks:
            self.ask_later({"reason": "ingest", "part": drop.part})

    def ask_later(self, body: Mapping[str, str]) -> None:
        """Ask whether to train, when more may have been rated or taken back: a run for each would be a waste."""
        self.sqs.send_message(QueueUrl=self.deferred_queue_url, MessageBody=json.dumps(body))

    def ask_for_retrain(self, reason: str, part: str | None = None, before: Written | None = None) -> None:
        """Ask whether to train, once for a part that comes in place of what was `before`."""
        if not self.asks:
            return
        body = {"reason": reason, "part": part} if part else {"reason": reason}
        # The same at every delivery, and another one when a part comes back after it was withdrawn.
        once = contract.digest(reason, part, before.etag or "") if part and before else uuid.uuid4().hex
        self.sqs.send_message(
            QueueUrl=self.queue_url,
            MessageGroupId="retrain",
            MessageBody=json.dumps(body),
            MessageDeduplicationId=once,
        )
