"""The monitor Lambda: every hour, how the releases do with people, and back to the one before where that did better."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
import pandas as pd
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from monitor import arms, report
from monitor.comparison import Comparison, compare
from monitor.online_quality import OnlineQuality, ReleaseQuality
from monitor.releases import InService, Releases
from monitor.served_log import ServedLog
from monitor.settings import MonitorSettings
from taproom import contract, measurements
from taproom.experiments import Experiment

# As far back as the log is looked at.
DAYS = 28

logger = Logger(service="monitor")
metrics = measurements.of_service("monitor")


@dataclass(frozen=True)
class Monitor:
    """The function's settings and what it talks to."""

    settings: MonitorSettings
    s3: Any
    functions: Any
    log: ServedLog
    releases: Releases

    def look(self, now: datetime) -> None:
        """Read the log, write what it says, and roll back where that is called for."""
        experiment = self.releases.running_experiment()
        quality = self._quality(now, experiment)
        serving = self.releases.in_service()
        found = self._comparison(serving, quality)
        rollbacks = self._rollbacks()
        if serving is not None and serving.release in quality.releases:
            _emit(quality.releases[serving.release], found)
        if (
            found is not None
            and found.is_worse
            and self.settings.rollback_online
            and serving is not None
            and _may_go_back(serving, rollbacks)
        ):
            self._ask_for_rollback(found, now)
            rollbacks = [*rollbacks, report.Rollback(found.release, found.previous, now.isoformat(), str(found))]
        beers = {release: self.releases.beers(release) for release in quality.releases}
        document = report.document(quality.releases, beers, found, rollbacks, now)
        self.s3.put_object(
            Bucket=self.settings.bucket,
            Key=contract.ONLINE_QUALITY,
            Body=json.dumps(document, indent=1).encode(),
            ContentType="application/json",
        )

    def _quality(self, now: datetime, experiment: Experiment | None) -> OnlineQuality:
        """Reads the log once, for the experiment as well."""
        days = self.log.days(now.date(), DAYS)
        outcomes = self.log.outcomes(days)
        quality, took_part = OnlineQuality(outcomes, pd.Timestamp(now)), []
        for day in days:
            shown = self.log.answers(day)
            quality.add(day.isoformat(), shown)
            if experiment is not None:
                took_part.append(arms.of_experiment(shown, experiment))
        if experiment is not None:
            self._judge(experiment, arms.by_user(pd.concat(took_part), outcomes, experiment), now)
        return quality

    def _judge(self, experiment: Experiment, users: pd.DataFrame, now: datetime) -> None:
        """Write what is found of both arms, and have promote act on it where it decides."""
        found = arms.look(users, experiment, now)
        body = found.model_dump_json(indent=1).encode()
        self.s3.put_object(
            Bucket=self.settings.bucket, Key=contract.EXPERIMENT_REPORT, Body=body, ContentType="application/json"
        )
        if found.decision == "go on":
            return
        decided = {"experiment": found.decision, "challenger": found.challenger, "reason": found.reason}
        self.functions.invoke(
            FunctionName=self.settings.promote_function,
            InvocationType="Event",
            Payload=json.dumps({**decided, "by": "monitor", "at": now.isoformat()}),
        )

    def _comparison(self, serving: InService | None, quality: OnlineQuality) -> Comparison | None:
        if serving is None or serving.previous is None:
            return None
        nothing = ReleaseQuality()
        own, other = (quality.releases.get(each, nothing) for each in (serving.release, serving.previous))
        return compare(serving.release, own, serving.previous, other)

    def _rollbacks(self) -> list[report.Rollback]:
        try:
            answer = self.s3.get_object(Bucket=self.settings.bucket, Key=contract.ONLINE_QUALITY)
        except self.s3.exceptions.NoSuchKey:
            return []
        return [report.Rollback(**each) for each in json.load(answer["Body"])["rollbacks"]]

    def _ask_for_rollback(self, found: Comparison, now: datetime) -> None:
        logger.warning("Rolled back, since people take less of it", release=found.release, why=str(found))
        self.functions.invoke(
            FunctionName=self.settings.promote_function,
            InvocationType="Event",
            Payload=json.dumps(
                {
                    "release": found.previous,
                    "by": "monitor (RollbackOnline)",
                    "at": now.isoformat(),
                    "reason": str(found),
                }
            ),
        )


def _may_go_back(serving: InService, rollbacks: list[report.Rollback]) -> bool:
    """Whether there is a release to go back to, which was not itself given up for this reason."""
    given_up = {each.release for each in rollbacks}
    return serving.is_settled and serving.can_go_back and not given_up & {serving.release, serving.previous}


def _emit(quality: ReleaseQuality, found: Comparison | None) -> None:
    total = quality.total
    metrics.add_metric("OnlineAnswers", MetricUnit.Count, total.answers)
    if total.answers:
        metrics.add_metric("AnswersTaken", MetricUnit.Percent, 100 * total.taken / total.answers)
        metrics.add_metric("AnswersLiked", MetricUnit.Percent, 100 * total.liked / total.answers)
    metrics.add_metric("WorseOnline", MetricUnit.Count, int(found is not None and found.is_worse))


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Look once; what was written before stays where anything fails."""
    _monitor().look(datetime.now(UTC))


@functools.cache
def _monitor() -> Monitor:
    settings = MonitorSettings.from_environment()
    s3 = boto3.client("s3")
    return Monitor(
        settings,
        s3,
        boto3.client("lambda"),
        ServedLog(s3, settings.bucket),
        Releases(s3, boto3.client("sagemaker"), settings.bucket, settings.prefix),
    )
