"""The retrain Lambda: up to ten requests from its queue become one decision."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from retrain import compared_releases, freshness, job, requests, source
from retrain.decision import Nothing, Prepare, Spent, Start, State, Wait, decide, ratings_needed
from retrain.hyperparameters import HyperparametersError
from retrain.preparation import Preparations, processing_request
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Jobs, month_of
from retrain.settings import RetrainSettings
from taproom import measurements
from taproom.sagemaker_endpoints import release_in_service

# Promote decides within minutes; after this long it is taken to have failed.
_VERDICT_EXPECTED_WITHIN = timedelta(hours=2)

logger = Logger(service="retrain")
metrics = measurements.of_service("retrain")


@dataclass(frozen=True)
class Retrain:
    """The function's settings and what it talks to."""

    settings: RetrainSettings
    sagemaker: Any
    sqs: Any
    sns: Any
    bucket: Bucket
    jobs: Jobs
    preparations: Preparations

    def run(self, asked: list[requests.Request], now: datetime) -> Start | Wait | Nothing:
        """Decide about `asked`, and start the training job, or its preparation, where that is the decision."""
        code = source.read(self.settings.training_source)
        settings = self.settings.over(self._tuned())
        serving = release_in_service(self.sagemaker, self.settings.prefix)
        state = self._state(settings, code, serving, now)
        decision = decide(state, asked)
        if not isinstance(decision, Start):
            return decision
        snapshot = self.bucket.snapshot(state.parts)
        if state.preparation is None and self.preparations.is_needed(settings, state.parts, serving):
            request = processing_request(
                settings,
                self.sagemaker.meta.region_name,
                decision.run,
                code.spark_folder,
                has_snapshot=snapshot is not None,
            )
            self.bucket.keep_spark_source(code)
            self.bucket.write_manifests(decision.run, state.parts, state.learnt, snapshot=snapshot)
            if self.preparations.start(request):
                return Prepare(decision.run, decision.reason)
            logger.warning("%s can't be prepared on Spark: its training job reads the reviews itself.", decision.run)
        compared = compared_releases.choose(serving, self.bucket.latest_releases(compared_releases.LATEST))
        served = self.bucket.served_files(now)
        completed = state.preparation is not None and state.preparation.completed
        is_prepared = completed and self.bucket.is_prepared(decision.run)
        request = job.training_request(
            settings,
            self.sagemaker.meta.region_name,
            decision.run,
            code.key,
            compared,
            has_snapshot=snapshot is not None,
            has_catalogue=bool(state.learnt),
            has_served=bool(served),
            is_prepared=is_prepared,
            leaves_snapshot=not is_prepared,
        )
        self.bucket.keep_source(code)
        self.bucket.write_manifests(decision.run, state.parts, state.learnt, served, snapshot)
        if not self.jobs.start(request):
            return Nothing(f"{decision.run} was started by somebody else in the meantime.")
        return decision

    def recommend_to_all(self, now: datetime) -> str | None:
        """Start a job that recommends to everybody what the release in service would; its name, None without one."""
        serving = release_in_service(self.sagemaker, self.settings.prefix)
        parts = self.bucket.parts()
        if serving is None or not parts:
            return None
        code = source.read(self.settings.training_source)
        name = f"{self.settings.prefix}-batch-{now:%Y%m%d%H%M%S}"
        has_listings, snapshot = self.bucket.has_listings(), self.bucket.snapshot(parts)
        region = self.sagemaker.meta.region_name
        request = job.batch_request(
            self.settings,
            region,
            name,
            code.key,
            serving,
            has_snapshot=snapshot is not None,
            has_listings=has_listings,
        )
        self.bucket.keep_source(code)
        self.bucket.write_manifests(name, parts, "", snapshot=snapshot)
        self.jobs.start(request)
        return name

    def defer(self, asked: list[requests.Request]) -> None:
        """Have the same asked again, after the delay of the queue of what is deferred."""
        self.sqs.send_message(QueueUrl=self.settings.deferred_queue_url, MessageBody=requests.deferred(asked))

    def tell(self, spent: Spent, now: datetime) -> None:
        """Let somebody know, once a month, that its budget is used up."""
        month = f"{now:%Y-%m}"
        if not self.bucket.was_told(month):
            self.sns.publish(
                TopicArn=self.settings.outcomes_topic,
                Subject=f"Taproom: training budget of {month} used up",
                Message=f"{self.settings.stack}: {spent.reason}",
                MessageAttributes={"outcome": {"DataType": "String", "StringValue": "budget used up"}},
            )
            # Last, so that it is told at least once.
            self.bucket.note_told(month)

    def was_deferred(self, record: dict[str, Any]) -> bool:
        """Whether the `record` comes from the queue of what is deferred."""
        queue = self.settings.deferred_queue_url.rpartition("/")[2]
        return str(record.get("eventSourceARN")).rpartition(":")[2] == queue

    def ask_again(self, record: dict[str, Any]) -> None:
        """Hand on what was deferred: decisions are made from one queue alone, and so one after the other."""
        self.sqs.send_message(
            QueueUrl=self.settings.retrain_queue_url,
            MessageGroupId="retrain",
            # The same may have been asked for in the last five minutes, and not have been decided.
            MessageDeduplicationId=record["messageId"],
            MessageBody=record["body"],
        )

    def _tuned(self) -> dict[str, Any]:
        try:
            return self.bucket.tuned_hyperparameters()
        except HyperparametersError as error:
            # Reviews keep coming, and the gate refuses a run that is worse for this.
            metrics.add_metric("UnusableHyperparameters", MetricUnit.Count, 1)
            logger.error("%s Until then runs go without it.", error)
            return {}

    def _state(self, settings: RetrainSettings, code: source.Source, serving: str | None, now: datetime) -> State:
        latest = self.jobs.latest()
        completed = next((each for each in latest if each.completed), None)
        awaits_verdict = (
            completed is not None
            and completed.ended is not None
            and now - completed.ended < _VERDICT_EXPECTED_WITHIN
            and not self.bucket.has_verdict(completed.run)
        )
        parts, learnt = self.bucket.parts(), self.bucket.learnt_catalogue()
        preparation = self.preparations.pending(settings, code.code, parts, self.jobs)
        if preparation is not None:
            # What has come since is for the next run.
            parts = tuple(sorted(self.bucket.parts_of(preparation.run)))
            learnt = self.bucket.learnt_catalogue_of(preparation.run)

        def named(attempt: int) -> str:
            return settings.run_id(parts, learnt, code.code, attempt)

        attempts = self.jobs.attempts(named)
        seen = self.bucket.parts_of(latest[0].run) if latest else frozenset()
        gone = seen.difference(parts)
        if gone and serving and self.bucket.parts_of(serving) == frozenset(parts):
            gone = frozenset()
        compared = [run for run in (latest[0].run if latest else None, serving) if run]
        minimum = settings.minimum_new_reviews
        minimum_ratings = ratings_needed(self.bucket.learnt_from(serving) if serving else 0)
        budget = settings.monthly_training_minutes
        return State(
            running=next((each.run for each in latest if each.runs), None),
            undecided=completed.run if completed is not None and awaits_verdict else None,
            parts=parts,
            existing=attempts[-1] if attempts else None,
            next_run=named(len(attempts) + 1),
            new=self.bucket.count_reviews((part for part in parts if part not in seen), minimum, minimum_ratings),
            minimum=minimum,
            minimum_ratings=minimum_ratings,
            minutes_since_start=(now - latest[0].created).total_seconds() / 60 if latest else None,
            minutes_between=settings.minimum_minutes_between_runs,
            minutes_used=self.jobs.minutes_since(month_of(now), now) if budget else 0.0,
            monthly_minutes=budget,
            withdrawn=len(gone),
            learnt=learnt,
            preparation=preparation,
            has_new_catalogue=bool(compared)
            and all(self.bucket.learnt_catalogue_of(run) != learnt for run in compared),
        )


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[Any]]:
    """Decide once for all messages of an SQS batch; every hour, measure how old data and model are.

    None of them is a failure by itself: an unexpected error leaves the function, so that SQS delivers
    all of them again.
    """
    retrain = _retrain()
    if is_hourly(event):
        _measure(retrain, datetime.now(UTC))
        return {"batchItemFailures": []}
    here = []
    for record in event["Records"]:
        if retrain.was_deferred(record):
            retrain.ask_again(record)
        else:
            here.append(record)
    metrics.add_metric("RetrainRequests", MetricUnit.Count, len(here))
    readable = list(_readable(record["body"] for record in here))
    asked = [request for request in readable if not isinstance(request, requests.BatchRequest)]
    if readable:
        try:
            if len(asked) < len(readable):
                started = retrain.recommend_to_all(datetime.now(UTC))
                logger.info("Recommendations for everybody: %s", started or "nothing serves yet")
            if asked:
                _decide(retrain, asked)
        except Exception:
            # `python -m operate redrive` looks for the error of a message by its id.
            ids = [record["messageId"] for record in here]
            logger.exception("Requests could not be decided about; the queue delivers them again", message_ids=ids)
            raise
    return {"batchItemFailures": []}


def is_hourly(event: Mapping[str, Any]) -> bool:
    """Whether the event is that of the rule `Measured`; the weekly schedule comes by way of the queue."""
    return event.get("detail-type") == "Scheduled Event"


def _decide(retrain: Retrain, asked: list[requests.Request]) -> None:
    now = datetime.now(UTC)
    match decision := retrain.run(asked, now):
        case Prepare(run, reason):
            metrics.add_metric("PreparationsStarted", MetricUnit.Count, 1)
            logger.info("Preparation on Spark starts: %s", reason, extra={"run": run})
        case Start(run, reason):
            metrics.add_metric("TrainingJobsStarted", MetricUnit.Count, 1)
            logger.info("Training starts: %s", reason, extra={"run": run})
        case Wait(reason):
            if isinstance(decision, Spent):
                retrain.tell(decision, now)
            retrain.defer(asked)
            logger.info("Nothing to train yet, and asked again later: %s", reason)
        case Nothing(reason):
            logger.info("Nothing to train: %s", reason)


def _measure(retrain: Retrain, now: datetime) -> None:
    found = freshness.look(retrain.bucket, release_in_service(retrain.sagemaker, retrain.settings.prefix))
    # CloudWatch has no unit for hours.
    for name, then in (("AgeOfData", found.newest_drop_at), ("AgeOfModel", found.model_at)):
        if then is not None:
            metrics.add_metric(name, MetricUnit.NoUnit, freshness.hours_since(then, now))
    metrics.add_metric("RunsWithoutRelease", MetricUnit.Count, found.runs_without_release)


def _readable(bodies: Iterable[str]) -> Iterable[requests.Request]:
    for body in bodies:
        try:
            yield requests.parsed(body)
        except requests.RequestError as error:
            # Given back, it would keep the queue's one group waiting until it is a dead letter.
            metrics.add_metric("UnreadableRequests", MetricUnit.Count, 1)
            logger.error("%s", error)


@functools.cache
def _retrain() -> Retrain:
    settings = RetrainSettings.from_environment()
    sagemaker = boto3.client("sagemaker")
    bucket, jobs = Bucket(boto3.client("s3"), settings.bucket), Jobs(sagemaker, settings.prefix)
    preparations = Preparations(sagemaker, bucket, settings.prefix)
    return Retrain(settings, sagemaker, boto3.client("sqs"), boto3.client("sns"), bucket, jobs, preparations)
