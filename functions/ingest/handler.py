"""The ingest Lambda: drops are taken in, what was deleted is withdrawn, and who asks for it is forgotten.

What came through the API is taken a batch at a time: ratings are dropped first, what was served is filed by day.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.api_messages import ApiMessages
from ingest.catalogue.catalogue_parts import CatalogueParts
from ingest.drop import ObjectChanged, shown
from ingest.erasure.drop_names import DropNames
from ingest.erasure.erasing import Eraser
from ingest.erasure.learnt import Learnt
from ingest.erasure.tombstones import Tombstones
from ingest.histories.histories_table import HistoriesTable
from ingest.ingestion import Ingestion
from ingest.rating_drops import RatingDrops
from ingest.s3_bucket import Bucket
from ingest.served.files import ServedFiles
from ingest.turns.clock import Clock
from ingest.turns.large_drops import LargeDrops
from ingest.turns.unfinished_drops import UnfinishedDrops
from ingest.values.drift_check import DriftCheck
from ingest.values.served_catalogue import ServedCatalogue
from taproom import contract, measurements
from taproom.drops import is_of_beers
from taproom.messages.erasures import Erasure
from taproom.settings import Settings

logger = Logger(service="ingest")
metrics = measurements.of_service("ingest")
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


class IngestSettings(Settings):
    """Where ingest reads and writes."""

    prefix: str
    bucket: str
    histories_table: str
    ingest_queue_url: str
    retrain_queue_url: str
    deferred_queue_url: str
    ratings_queue_url: str


@cache
def api_messages() -> ApiMessages:
    """The same for what comes through the API."""
    settings, s3 = IngestSettings.from_environment(), boto3.client("s3")
    tombstones = Tombstones(boto3.client("dynamodb"), settings.histories_table)
    return ApiMessages(RatingDrops(s3, settings.bucket, tombstones), ServedFiles(s3, settings.bucket), tombstones)


@cache
def wired() -> Eraser:
    """Ingestion and erasure over real clients, built at the first event."""
    settings = IngestSettings.from_environment()
    s3, dynamodb, sqs = boto3.client("s3"), boto3.client("dynamodb"), boto3.client("sqs")
    bucket, table = Bucket(s3, settings.bucket), HistoriesTable(dynamodb, settings.histories_table)
    tombstones = Tombstones(dynamodb, settings.histories_table)
    catalogue = ServedCatalogue(s3, boto3.client("sagemaker"), settings.bucket, settings.prefix)
    queues = (settings.retrain_queue_url, settings.deferred_queue_url)
    served = ServedFiles(s3, settings.bucket)
    beers = CatalogueParts(Bucket(s3, settings.bucket, contract.CATALOGUE_PARTS))
    drift = DriftCheck(bucket, table, catalogue)
    unfinished = UnfinishedDrops(s3, settings.bucket, bucket)
    large = LargeDrops(bucket, unfinished, table, tombstones, catalogue, drift)
    names = DropNames(s3, settings.bucket, table)
    ingestion = Ingestion(bucket, beers, table, tombstones, sqs, *queues, catalogue, drift, large)
    learnt, queue = Learnt(s3, settings.bucket), settings.ingest_queue_url
    return Eraser(s3, settings.bucket, queue, bucket, table, tombstones, names, learnt, ingestion, served)


def take_from_api(records: list[dict[str, Any]]) -> list[str]:
    """Take what the API has sent in `records`; the ids of the messages that the queue is to deliver again."""
    try:
        return api_messages().take(records)
    except Exception:
        # `python -m operate redrive` looks for the error of a message by its id.
        ids = [record["messageId"] for record in records]
        logger.exception("Ratings could not be dropped; the queue delivers them again", message_ids=ids)
        raise


def clock_of(context: LambdaContext | None) -> Clock:
    """That of the invocation; outside of Lambda nobody ends one."""
    return Clock() if context is None else Clock(lambda: context.get_remaining_time_in_millis() / 1000)


def record_handler(record: SQSRecord, lambda_context: LambdaContext | None = None) -> None:
    """Do what one message asks for; an exception makes the queue deliver it again."""
    clock = clock_of(lambda_context)
    try:
        if erasure := Erasure.from_message(record.body):
            if report := wired()(erasure, clock):
                logger.info("Erased", parts=report["parts"], releases=report["releases"])
            return
        receipt = wired().ingest(ObjectChanged.from_message(record.body), clock)
    except Exception:
        logger.exception(
            "What a message asks for could not be done; the queue delivers it again", message_id=record.message_id
        )
        raise
    if receipt is not None:
        logger.info("Done", receipt=asdict(receipt) | {"name": shown(receipt.name)})
        rows = "Beers" if is_of_beers(receipt.name) else "Reviews"
        metrics.add_metric(f"Accepted{rows}", MetricUnit.Count, receipt.accepted)
        metrics.add_metric(f"Refused{rows}", MetricUnit.Count, receipt.refused)
        # Of a file that can't be told apart into rows, none is counted.
        metrics.add_metric("RefusedDrops", MetricUnit.Count, receipt.status == "refused")
        if receipt.drift is not None:
            metrics.add_metric("NewBeers", MetricUnit.Percent, 100 * receipt.drift.new_beers)
            metrics.add_metric("NewUsers", MetricUnit.Percent, 100 * receipt.drift.new_users)
            for name, index in (("ScoreDrift", receipt.drift.scores), ("StyleDrift", receipt.drift.styles)):
                if index is not None:
                    metrics.add_metric(name, MetricUnit.NoUnit, index)
        metrics.flush_metrics()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda's entry: a batch of SQS messages, each an event of S3, a request to forget, or what the API has sent."""
    queue = event["Records"][0]["eventSourceARN"].rpartition(":")[2]
    if queue == IngestSettings.from_environment().ratings_queue_url.rpartition("/")[2]:
        return {"batchItemFailures": [{"itemIdentifier": each} for each in take_from_api(event["Records"])]}
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
