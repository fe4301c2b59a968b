"""What the API sends, a batch of messages at a time: ratings, what it answered, and what came of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger
from pydantic import TypeAdapter, ValidationError

from ingest.erasure.tombstones import Tombstones
from ingest.rating_drops import RatingDrops
from ingest.served.files import ServedFiles, day_of, key_of
from ingest.served.rows import Row, rows_of
from taproom import contract
from taproom.messages.ratings import Rating
from taproom.messages.served import Answer, Outcome

logger = Logger(service="ingest", child=True)

_MESSAGE: TypeAdapter[Rating | Answer | Outcome] = TypeAdapter(Rating | Answer | Outcome)


class ApiMessages:
    """Takes ratings to `drops`, and what was served to `files`, but for what was to be forgotten meanwhile."""

    def __init__(self, drops: RatingDrops, files: ServedFiles, tombstones: Tombstones) -> None:
        self._drops = drops
        self._files = files
        self._tombstones = tombstones

    def take(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Take what `records` of SQS hold; the ids of the messages that are to be delivered again."""
        messages: dict[str, Rating | Answer | Outcome] = {}
        failed: list[str] = []
        for record in records:
            try:
                messages[record["messageId"]] = _MESSAGE.validate_json(record["body"])
            except ValidationError as error:
                logger.error(
                    "Expected a rating, an answer or an outcome as the API sends it, received %r: %s. "
                    "Delete the message.",
                    record["body"][:200],
                    error,
                    message_id=record["messageId"],
                )
                failed.append(record["messageId"])
        sent_at = {record["messageId"]: int(record["attributes"]["SentTimestamp"]) for record in records}
        self._drops.write({name: one for name, one in messages.items() if isinstance(one, Rating)}, sent_at)
        rows = {name: found for name, one in messages.items() if (found := rows_of(one))}
        try:
            self._file(rows)
        except Exception:
            # The ratings have been dropped: of the messages in the batch those without a row are done.
            logger.exception(
                "What was served could not be filed; the queue delivers it again", message_ids=sorted(rows)
            )
            failed += rows
        return failed

    def _file(self, rows: Mapping[str, list[Row]]) -> None:
        """One file for each day; the same messages are the same files."""
        digest = contract.digest(*sorted(rows))
        days: dict[str, list[Row]] = {}
        # What a sender was not sure of comes twice, in messages of their own.
        for row in sorted(dict.fromkeys(row for found in rows.values() for row in found), key=Row.order):
            days.setdefault(day_of(row), []).append(row)
        for day, of_day in days.items():
            left: list[Row] | None = None
            # An erasure that is asked for while the file is written may have looked for it before it was there.
            while (remaining := self._remaining(of_day)) != left:
                write = self._files.write if len(remaining) == len(of_day) else self._files.write_without
                write(key_of(day, digest), remaining)
                left = remaining

    def _remaining(self, rows: Sequence[Row]) -> list[Row]:
        """Without what was to be forgotten after it was said."""
        buried = self._tombstones.all()
        if not buried:
            return list(rows)
        return [
            row
            for row in rows
            if row.username is None or not self._tombstones.about(buried, row.username, row.said_of, row.at)
        ]
