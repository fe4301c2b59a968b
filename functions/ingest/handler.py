"""Ingest: from a drop to its part, the histories, a request to retrain and, last, the receipt.

Every step may be repeated with the effect of once, and the receipt comes last: a worker may die
anywhere, and the next delivery of the same message ends in the same state.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.drop import Drop, ObjectCreated
from ingest.histories import Item, histories
from ingest.histories_table import HistoriesTable
from ingest.parsing import parse
from ingest.receipt import Receipt, receipt_of, refused_whole
from ingest.rejected import nothing_rejected
from ingest.s3_bucket import Bucket
from ingest.text_chunks import UnusableFile
from ingest.values.served_catalogue import ServedCatalogue
from taproom.settings import Settings
from taproom.usernames import index_item

logger = Logger(service="ingest")
metrics = Metrics(namespace="Taproom", service="ingest")
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


class IngestSettings(Settings):
    """Where ingest reads and writes."""

    stack: str
    bucket: str
    histories_table: str
    retrain_queue_url: str


@dataclass(frozen=True)
class Ingest:
    """The walk of one drop; `sqs` is a boto3 client."""

    bucket: Bucket
    table: HistoriesTable
    sqs: Any
    queue_url: str
    catalogue: ServedCatalogue

    def __call__(self, created: ObjectCreated) -> Receipt | None:
        """Take a drop in; None where nothing is to be done."""
        drop = None if created.is_folder else self.bucket.find(created)
        if drop is None:
            logger.info("Nothing to take in: a folder, or deleted or replaced since", key=created.key)
            return None
        if self.bucket.has_receipt(drop):
            logger.info("Taken in before", key=drop.key, part=drop.part)
            return None
        with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
            return self._ingest(drop, Path(folder))

    def _ingest(self, drop: Drop, folder: Path) -> Receipt | None:
        raw = self.bucket.open(drop)
        if raw is None:
            logger.info("Deleted or replaced just now", key=drop.key)
            return None
        try:
            parsed = parse(
                raw,
                drop.name,
                drop.dropped_at,
                folder,
                stated_scale=drop.stated_scale,
                catalogue=self.catalogue.current(),
            )
        except UnusableFile as error:
            return self._leave(drop, refused_whole(drop, str(error)), nothing_rejected(folder), folder)
        if not parsed.accepted:
            return self._leave(drop, receipt_of(drop, parsed, superseded=0), parsed.rejected, folder)
        reviews = self._remember(drop, parsed.part)
        self.bucket.put_part(drop, parsed.part, parsed.accepted)
        return self._leave(drop, receipt_of(drop, parsed, parsed.accepted - reviews), parsed.rejected, folder)

    def _remember(self, drop: Drop, part: Path) -> int:
        """Write the part's histories and its usernames; return how many reviews the histories hold."""
        reviews = 0

        def items() -> Iterator[Item]:
            nonlocal reviews
            for history in histories(part):
                reviews += len(history.reviews)
                yield from history.items(drop.part)
                yield index_item(history.username)

        self.table.write(items())
        return reviews

    def _leave(self, drop: Drop, receipt: Receipt, rejected: Path, folder: Path) -> Receipt:
        self.bucket.put_rejected(drop, rejected, receipt.refused)
        if receipt.accepted:
            body = json.dumps({"reason": "ingest", "part": drop.part})
            self.sqs.send_message(QueueUrl=self.queue_url, MessageGroupId="retrain", MessageBody=body)
        self.bucket.put_receipt(drop, receipt.write(folder / "receipt.json"))
        return receipt


@cache
def wired() -> Ingest:
    """Ingest over real clients, built at the first event."""
    settings = IngestSettings.from_environment()
    s3 = boto3.client("s3")
    return Ingest(
        Bucket(s3, settings.bucket),
        HistoriesTable(boto3.client("dynamodb"), settings.histories_table),
        boto3.client("sqs"),
        settings.retrain_queue_url,
        ServedCatalogue(s3, boto3.client("sagemaker"), settings.bucket, settings.stack),
    )


def record_handler(record: SQSRecord) -> None:
    """Take in the drop of one message; an exception makes the queue deliver it again."""
    try:
        receipt = wired()(ObjectCreated.from_message(record.body))
    except Exception:
        logger.exception("A drop could not be taken in; the queue delivers it again", message_id=record.message_id)
        raise
    if receipt is not None:
        logger.info("Taken in", receipt=asdict(receipt))
        metrics.add_metric("AcceptedReviews", MetricUnit.Count, receipt.accepted)
        metrics.add_metric("RefusedReviews", MetricUnit.Count, receipt.refused)
        metrics.flush_metrics()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda's entry: a batch of SQS messages, each with an `Object Created` event as its body."""
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
