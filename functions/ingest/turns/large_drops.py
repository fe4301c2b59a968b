"""The walk of a large drop: read in as many turns as it takes, then finished, some users after the others.

A turn ends where its invocation has little time left, and leaves its progress; the same event, delivered again, is the
next turn's. Until a drop has been read to its end, what it gives is known to nobody: it may yet be refused whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.drop import Drop, shown
from ingest.erasure.tombstones import HoldsErased, Tombstones
from ingest.histories.changes import changes_of_share
from ingest.histories.histories_table import HistoriesTable
from ingest.histories.part_histories import ROWS_AT_ONCE, histories_of_share
from ingest.parsing import ParsedFile, parse
from ingest.receipt import LivePart, Receipt, accepted, without_usable_row
from ingest.s3_bucket import Bucket, Changed
from ingest.turns import whole_parts
from ingest.turns.clock import Clock
from ingest.turns.progress import Finishing, Progress, StagedPart
from ingest.turns.unfinished_drops import UnfinishedDrops
from ingest.turns.whole_parts import WholePart
from ingest.values.drift_check import DriftCheck
from ingest.values.served_catalogue import ServedCatalogue
from taproom import contract
from taproom.drops import is_of_beers, numbered

# Bytes. From this size on it is asked whether a drop was begun before; a smaller one takes a minute or two at most.
LARGE = 16 << 20


def is_large(drop: Drop) -> bool:
    """Whether it may take several turns; files of beers never do."""
    return drop.size >= LARGE and not is_of_beers(drop.name)


class Unfinished(Exception):
    """A turn of `drop` has ended. If it `is_ours` the next one is to be asked for, else somebody else took the turn."""

    def __init__(self, drop: Drop, *, is_ours: bool) -> None:
        super().__init__(f"{shown(drop.key)} takes another turn.")
        self.drop = drop
        self.is_ours = is_ours


@dataclass(frozen=True)
class LargeDrops:
    """Takes in large drops."""

    bucket: Bucket
    unfinished: UnfinishedDrops
    table: HistoriesTable
    tombstones: Tombstones
    catalogue: ServedCatalogue
    drift: DriftCheck

    def take_in(self, drop: Drop, live: LivePart | None, folder: Path, clock: Clock) -> tuple[Receipt, Path]:
        """Take a turn, and be it the last one: the receipt, and the file of refused rows; `live` is what it replaces.

        Raises
        ------
        Unfinished
            There is more to do, in another invocation.
        UnusableFile, HoldsErased, Changed
            As for a smaller drop.
        """
        progress = self.unfinished.latest(drop.part)
        if progress is None or progress.bookmark:
            progress = self._read(drop, progress, folder, clock)
            if progress.bookmark or clock.is_over():
                raise Unfinished(drop, is_ours=True)
        rejected = self.unfinished.fetch(progress.rejected, folder / "rejected.csv")
        parsed = ParsedFile(
            folder / "whole.parquet",
            rejected,
            progress.accepted,
            progress.reasons,
            progress.not_rated,
            progress.latin1,
            progress.notes,
            progress.noted,
            progress.accepted,
        )
        if not progress.accepted:
            return without_usable_row(drop, parsed, live), rejected
        staged = (self.unfinished.fetch(part.key, folder / "staged.parquet") for part in progress.parts)
        whole_parts.joined(staged, parsed.part)
        finishing = self._finish(drop, progress, parsed.part, live, folder, clock)
        return accepted(drop, parsed, finishing.reviews, finishing.changes, finishing.drift, finishing.notes), rejected

    def _read(self, drop: Drop, before: Progress | None, folder: Path, clock: Clock) -> Progress:
        """Read on from where the turn before has stopped, and leave what there was."""
        bookmark = before.bookmark if before else None
        if before:
            self.unfinished.fetch(before.rejected, folder / "rejected.csv")
        position = bookmark.position if bookmark else None
        raw = self.bucket.open(drop, 0 if position is None or position.is_packed else position.offset)
        if raw is None:
            raise Changed(f"{shown(drop.key)} was deleted or replaced just now.")
        found = parse(
            raw,
            drop.name,
            drop.dropped_at,
            folder,
            stated_scale=drop.stated_scale,
            catalogue=self.catalogue.current(),
            bookmark=bookmark,
            is_over=clock.is_over,
        )
        turn = before.turns + 1 if before else 1
        parts = list(before.parts) if before else []
        if found.rows:
            metadata = {"rows": str(found.rows)} | ({contract.RATED: "yes"} if drop.is_rated else {})
            parts.append(StagedPart(key=self.unfinished.stage(drop.part, turn, found.part, metadata), rows=found.rows))
        progress = Progress(
            turns=turn,
            parts=parts,
            rejected=self.unfinished.stage(drop.part, turn, found.rejected, {}),
            accepted=found.accepted,
            reasons=found.reasons,
            not_rated=found.not_rated,
            latin1=found.latin1,
            notes=found.notes,
            noted=found.noted,
            bookmark=found.bookmark,
        )
        self._keep(drop, progress, folder)
        return progress

    def _finish(
        self, drop: Drop, progress: Progress, file: Path, live: LivePart | None, folder: Path, clock: Clock
    ) -> Finishing:
        """Make the parts count, and write the histories of one share of users after the other."""
        finishing = progress.finishing
        if finishing is None or finishing.replaces != (live.part if live else None):
            finishing = self._begin_to_finish(drop, progress, file, live)
            progress = self._keep_finishing(drop, progress, finishing, folder)
        for number, staged in enumerate(progress.parts, 1):
            self.bucket.copy_part(staged.key, numbered(drop.part, number) if len(progress.parts) > 1 else drop.part)
        old = whole_parts.fetch(self.bucket, live.part, folder / "replaced.parquet") if live else None
        # The same where a refused version was deleted, and the one before counts again.
        goes = live.part if live and live.part != drop.part else None
        while finishing.share < finishing.shares:
            finishing = self._finish_share(drop, file, old, goes, finishing)
            if finishing.share < finishing.shares and clock.is_over():
                self._keep_finishing(drop, progress, finishing, folder)
                raise Unfinished(drop, is_ours=True)
        if old and goes:
            # What has changed can't be told any more once the parts are gone.
            self._keep_finishing(drop, progress, finishing, folder)
            for part in old.parts:
                self.bucket.delete_part(part)
        return finishing

    def _begin_to_finish(self, drop: Drop, progress: Progress, file: Path, live: LivePart | None) -> Finishing:
        """What there is to say of the drop, before it is known to anybody; said once, though it may begin again."""
        try:
            self.tombstones.refuse(file, drop)
        except HoldsErased:
            self.unfinished.forget(drop.part)
            raise
        before = progress.finishing
        drift, said = (before.drift, before.notes) if before else self.drift(drop, file)
        rows = progress.accepted + (live.reviews if live else 0)
        shares = max(1, -(-rows // ROWS_AT_ONCE))
        return Finishing(drift=drift, notes=said, replaces=live.part if live else None, shares=shares)

    def _finish_share(
        self, drop: Drop, file: Path, old: WholePart | None, goes: str | None, finishing: Finishing
    ) -> Finishing:
        share = (finishing.share, finishing.shares)
        changes = changes_of_share(old.file if old else None, file, *share)
        reviews, usernames = self.table.remember(drop.part, histories_of_share(file, *share))
        if drop.is_rated:
            self.table.delete_provisional(histories_of_share(file, *share))
        if old and goes:
            self.table.withdraw(goes, histories_of_share(old.file, *share), usernames)
        return finishing.model_copy(
            update={
                "share": finishing.share + 1,
                "reviews": finishing.reviews + reviews,
                "changes": finishing.changes + changes,
            }
        )

    def _keep_finishing(self, drop: Drop, progress: Progress, finishing: Finishing, folder: Path) -> Progress:
        progress = progress.model_copy(update={"turns": progress.turns + 1, "finishing": finishing})
        self._keep(drop, progress, folder)
        return progress

    def _keep(self, drop: Drop, progress: Progress, folder: Path) -> None:
        try:
            self.unfinished.keep(drop.part, progress, folder)
        except Changed as error:
            raise Unfinished(drop, is_ours=False) from error
