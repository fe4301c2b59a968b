"""The monitor Lambda: every hour, how the releases do with people, and back to the one before where that did better."""

from __future__ import annotations

import functools
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from monitor import arms, report
from monitor.comparison import Comparison, compare
from monitor.online_quality import FOLLOWED_WITHIN, OnlineQuality, ReleaseQuality
from monitor.outcomes import Outcomes
from monitor.releases import InService, Releases
from monitor.served_log import ServedLog
from monitor.settings import MonitorSettings
from taproom import contract, measurements
from taproom.evidence import online
from taproom.experiments import Experiment

# As far back as the log is looked at: as many days on both sides of a rollout, and what is left of the first and last.
COMPARED_DAYS = 14
DAYS = 2 * COMPARED_DAYS + 2

logger = Logger(service="monitor")
metrics = measurements.of_service("monitor")


@dataclass(frozen=True)
class Monitor:
    """The function's settings and what it talks to."""

    settings: MonitorSettings
    s3: Any
    functions: Any
    releases: Releases

    def look(self, now: datetime) -> online.OnlineQuality:
        """Read the log, write what it says, and roll back where that is called for."""
        experiment = self.releases.running_experiment()
        serving = self.releases.in_service()
        quality = self._quality(serving, experiment, now)
        found = _comparison(serving, quality, now)
        rollbacks = self._rollbacks()
        if (
            self.settings.rollback_online
            and found is not None
            and found.is_worse
            and serving is not None
            and _may_go_back(serving, rollbacks)
        ):
            # Before it is noted: asked for twice is as good as once, and what is noted is not asked for again.
            self._ask_for_rollback(found, now)
            rollbacks = [
                *rollbacks,
                online.Rollback(release=found.release, to=found.previous, at=now, reason=str(found)),
            ]
        beers = {release: self.releases.beers(release) for release in quality.releases}
        document = online.OnlineQuality(
            at=now,
            in_service=serving.release if serving else None,
            releases=report.of_releases(quality.releases, beers),
            comparison=report.of_comparison(found) if found else None,
            rollbacks=rollbacks,
        )
        self.s3.put_object(
            Bucket=self.settings.bucket,
            Key=contract.ONLINE_QUALITY,
            Body=document.model_dump_json(indent=1).encode(),
            ContentType="application/json",
        )
        return document

    def _quality(self, serving: InService | None, experiment: Experiment | None, now: datetime) -> OnlineQuality:
        """Reads the log once, for the experiment as well."""
        days = [now.date() - timedelta(days=back) for back in reversed(range(DAYS))]
        since = serving.since if serving and serving.since else now
        took_part = []
        with tempfile.TemporaryDirectory() as scratch:
            log = ServedLog(self.s3, self.settings.bucket, Path(scratch))
            outcomes = Outcomes(log.outcomes(days))
            quality = OnlineQuality(outcomes, pd.Timestamp(since), pd.Timestamp(now))
            for day in days:
                shown = log.answers(day)
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

    def _rollbacks(self) -> list[online.Rollback]:
        try:
            answer = self.s3.get_object(Bucket=self.settings.bucket, Key=contract.ONLINE_QUALITY)
        except self.s3.exceptions.NoSuchKey:
            return []
        return online.OnlineQuality.model_validate_json(answer["Body"].read()).rollbacks

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


def _comparison(serving: InService | None, quality: OnlineQuality, now: datetime) -> Comparison | None:
    if serving is None or serving.previous is None or serving.since is None:
        return None
    whole = (now - FOLLOWED_WITHIN - serving.since) // timedelta(days=1)
    # As long as the log reaches as far back before the rollout.
    days = max(0, min(whole, COMPARED_DAYS, DAYS - 2 - whole))
    nothing = ReleaseQuality()
    own, other = (quality.releases.get(each, nothing) for each in (serving.release, serving.previous))
    return compare(serving.release, own, serving.previous, other, days)


def _may_go_back(serving: InService, rollbacks: list[online.Rollback]) -> bool:
    """Whether there is a release to go back to, and neither of the two was given up for this reason before."""
    given_up = {each.release for each in rollbacks}
    return serving.can_go_back and not given_up & {serving.release, serving.previous}


def _emit(found: online.OnlineQuality) -> None:
    metrics.add_metric("WorseOnline", MetricUnit.Count, int(found.comparison is not None and found.comparison.is_worse))
    for each in found.releases:
        if each.release == found.in_service and each.taken is not None and each.liked is not None:
            metrics.add_metric("AnswersTaken", MetricUnit.Percent, 100 * each.taken)
            metrics.add_metric("AnswersLiked", MetricUnit.Percent, 100 * each.liked)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Look once; what was written before stays where anything fails."""
    _emit(_monitor().look(datetime.now(UTC)))


@functools.cache
def _monitor() -> Monitor:
    settings = MonitorSettings.from_environment()
    s3 = boto3.client("s3")
    return Monitor(
        settings,
        s3,
        boto3.client("lambda"),
        Releases(s3, boto3.client("sagemaker"), settings.bucket, settings.prefix),
    )
