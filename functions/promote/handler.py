"""Promote: a training job ended, a package was approved, or somebody asks for a release."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from promote import events, gate, registry, rollout
from promote.archive import BadArtifact
from promote.endpoints import Endpoints, SettledEndpoints
from promote.experiments.lifecycle import ExperimentLifecycle
from promote.metrics import Metrics as RunMetrics
from promote.notices import Notices, Outcome, Subject, Untold
from promote.registry import Registry
from promote.releases import NoSuchRelease, Releases
from promote.retention.retention import Retention, remove
from promote.rollout import LONGEST_INVOCATION
from promote.scaling import Scaling
from promote.settings import PromoteSettings, RemovalSettings
from promote.verdict import Verdict, failed
from taproom import audit, measurements
from taproom.contract import is_run_id
from taproom.names import challenger_prefix

logger = Logger(service="promote")
measured = measurements.of_service("promote")


@dataclass(frozen=True)
class Promote:
    """One invocation's view of the stack."""

    settings: PromoteSettings
    sagemaker: Any
    sns: Any
    sqs: Any
    functions: Any
    releases: Releases
    registry: Registry
    endpoints: Endpoints
    challenger: Endpoints
    notices: Notices
    function_name: str

    @property
    def experiments(self) -> ExperimentLifecycle:
        """Where candidates are tried beside what serves."""
        kept = self.releases, self.registry, self.notices, self.settings
        return ExperimentLifecycle(self.endpoints, self.challenger, *kept, put_in_service=self.roll_to, now=_now)

    def job_ended(self, event: events.JobEnded) -> None:
        """Keep what a run read for the next one, decide on it once, and act on the decision."""
        if not is_run_id(event.run, self.settings.prefix):
            logger.info("Not a run of this stack", run=event.run)
            return
        self.releases.snapshots.attempt_to_keep(event.run)
        verdict = self.releases.verdict(event.run)
        if verdict is None:
            verdict = self._decide(event)
        if verdict is not None and verdict.status == "promoted" and self.settings.approval == "automatic":
            found = self.releases.rollout(event.run)
            if found is None or found[0].status == "started":
                self.experiments.bring(event.run)
        # Data that came during the run and its rollout waits for this.
        self._request_retrain(event.run)
        self.tell(event.run)

    def approved(self, event: events.Approved) -> None:
        """Deploy what a person approved; what was approved by the gate is being deployed already."""
        run = self.registry.run_of(event.package_arn)
        verdict = self.releases.verdict(run)
        # The gate registers before it writes its verdict, and this event may be faster than that.
        if self.settings.approval == "automatic" and (verdict is None or verdict.status == "promoted"):
            logger.info("Approved by the gate itself", run=run)
            return
        who = self.registry.approver(event.package_arn) or audit.UNKNOWN
        self.releases.note(audit.Entry(event.at, "approval", run, who))
        self.experiments.bring(run)
        self.tell(run)

    def rolled_by_hand(self, event: events.RollTo) -> None:
        """Put the release that somebody asks for in service, or once more the one that serves."""
        release = event.release
        if release is None:
            rollout.others_ended(None, self.releases, self.endpoints, _now)
            release = self.endpoints.release_in_service()
        if release is not None:
            self.releases.note(audit.Entry(event.at or _now(), "rollback", release, event.by or audit.UNKNOWN))
            self.experiments.bring_by_hand(release, event.reason)
            self.tell(release)

    def experiment_decided(self, event: events.ExperimentDecided) -> None:
        """Promote a challenger or take it away."""
        at, action = event.at or _now(), "promotion" if event.promoted else "stop"
        self.releases.note(audit.Entry(at, action, event.challenger, event.by or audit.UNKNOWN))
        self.experiments.decide(event.challenger, promoted=event.promoted, reason=event.reason)

    def endpoint_changed(self) -> None:
        """Go on with a rollout, or the start of an experiment, whose invocations all ran out of time."""
        self.experiments.go_on(_now() - LONGEST_INVOCATION)
        release = self.endpoints.release_in_service()
        found = self.releases.rollout(release) if release else None
        if found is None or found[0].status != "started":
            return
        if _now() - found[0].started_at > LONGEST_INVOCATION:
            self.roll_to(found[0].release)
            self.tell(found[0].release)

    def roll_to(self, release: str, reason: str | None = None) -> None:
        """Put the release in service, whichever it is, for this reason if there is one to be told."""
        if self.tell(release) and self.endpoints.release_in_service() == release:
            # This is the same request once more: its work was done, and only the telling was left.
            return
        rollout.roll_out(
            release,
            releases=self.releases,
            endpoints=self.endpoints,
            registry=self.registry,
            notices=self.notices,
            now=_now,
            reason=reason,
        )
        kept = self.settings.kept_releases
        Retention(self.sagemaker, self.releases, self.endpoints, self.registry, self.settings.prefix, kept).attempt()

    def tell(self, run: str | None = None) -> bool:
        """Tell what is untold of `run`, and what others left untold; whether there was anything of `run`.

        What is of others and young is left to the invocation that is at work on it.
        """
        left_since = _now() - LONGEST_INVOCATION
        told = False
        for untold in self.notices.untold():
            if untold.run not in (run, *self.notices.marked) and untold.since > left_since:
                continue
            message = self.notices.message(untold)
            if message is not None:
                self._publish(message)
                self._unmark(untold)
                told |= untold.run == run
        return told

    def _unmark(self, untold: Untold) -> None:
        try:
            self.notices.told(untold)
        except (ClientError, BotoCoreError):
            # Whoever comes after a quarter of an hour tells it once more; all else is done.
            logger.exception("The marker of what has been told stays", key=untold.key)

    def stack_request(self, event: events.StackRequest) -> None:
        """Roll the release in service out again when the endpoints' settings changed."""
        if event.kind == "Update" and self.endpoints.release_in_service() is not None:
            # CloudFormation need not wait for the endpoints to take the new settings, nor for a release that comes now.
            self.functions.invoke(
                FunctionName=self.function_name,
                InvocationType="Event",
                Payload=json.dumps({"release": None, "by": "an update of the stack"}),
            )

    def _decide(self, event: events.JobEnded) -> Verdict | None:
        serving = self.endpoints.release_in_service()
        if event.status != "Completed":
            return self._written(failed(event.run, serving, f"{event.status}: {event.reason}"))
        try:
            metrics = self.releases.run_metrics(event.run)
        except (BadArtifact, ValidationError, FileNotFoundError, NoSuchRelease) as error:
            return self._written(failed(event.run, serving, f"Its artifact cannot be used: {error}"))
        in_service = None if serving is None else gate.in_service(metrics, serving, self.releases.metrics)
        verdict = gate.decide(metrics, in_service)
        if verdict.status == "promoted":
            self.releases.prepare(event.run)
        else:
            self.releases.keep_report(event.run)
        self._register(verdict, metrics)
        return self._written(verdict)

    def _written(self, verdict: Verdict) -> Verdict | None:
        """The verdict that holds: this one, or that of another invocation which was first."""
        if verdict.status != "promoted" or self.settings.approval == "manual":
            self.notices.mark(verdict.run, Subject.VERDICT)
        return verdict if self.releases.write_verdict(verdict) else self.releases.verdict(verdict.run)

    def _register(self, verdict: Verdict, metrics: RunMetrics) -> None:
        job = self.sagemaker.describe_training_job(TrainingJobName=verdict.run)
        self.registry.register(registry.request_for(verdict, metrics, job, self.releases, self.settings))

    def _request_retrain(self, run: str) -> None:
        self.sqs.send_message(
            QueueUrl=self.settings.retrain_queue_url,
            MessageGroupId="retrain",
            MessageBody=json.dumps({"reason": "promote", "run": run}),
        )

    def _publish(self, message: Outcome) -> None:
        logger.info("Outcome", outcome=message.kind, run=message.run, body=message.body)
        measured.add_metric(message.kind.title().replace(" ", ""), MetricUnit.Count, 1)
        self.sns.publish(**message.request(self.settings.outcomes_topic))


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _clients() -> dict[str, Any]:
    return {
        name: boto3.client(name)
        for name in ("s3", "sagemaker", "sagemaker-runtime", "application-autoscaling", "sns", "sqs", "lambda")
    }


@logger.inject_lambda_context
@measured.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Act on one event of `events.parse`; raises to be invoked again, which goes on where it stopped."""
    parsed = events.parse(event)
    measured.add_metric(type(parsed).__name__, MetricUnit.Count, 1)
    if isinstance(parsed, events.StackRequest):
        _answer(parsed, context)
        return {"event": "StackRequest"}
    promote = _built(context)
    match parsed:
        case events.JobEnded():
            promote.job_ended(parsed)
        case events.Approved():
            promote.approved(parsed)
        case events.EndpointChanged():
            promote.endpoint_changed()
            promote.tell()
        case events.RollTo():
            promote.rolled_by_hand(parsed)
        case events.ExperimentDecided():
            promote.experiment_decided(parsed)
            promote.tell(parsed.challenger)
    return {"event": type(parsed).__name__}


def _answer(request: events.StackRequest, context: LambdaContext) -> None:
    fault = None
    try:
        if request.kind == "Delete":
            _remove(context)
        else:
            _built(context).stack_request(request)
    except Exception as error:
        logger.exception("The stack's request failed")
        fault = f"{request.kind} of Taproom's endpoints failed: {error}"
    events.answer(request, fault, context.log_stream_name)


def _remove(context: LambdaContext) -> None:
    # A stack whose parameters are wrong must go all the same: they are not read.
    settings = RemovalSettings.from_environment()
    sagemaker, prefixes = _clients()["sagemaker"], (settings.prefix, challenger_prefix(settings.prefix))
    scaling = Scaling(_clients()["application-autoscaling"])
    pairs = [SettledEndpoints(sagemaker, scaling, prefix, _time_left(context)) for prefix in prefixes]
    removed = remove(sagemaker, pairs, Registry(sagemaker, settings.prefix), settings.prefix)
    logger.info("Removed", removed=removed)


def _time_left(context: LambdaContext) -> Callable[[], float]:
    return lambda: context.get_remaining_time_in_millis() / 1000


def _built(context: LambdaContext) -> Promote:
    settings = PromoteSettings.from_environment()
    clients: Mapping[str, Any] = _clients()
    releases = Releases(clients["s3"], settings.bucket)
    registry = Registry(clients["sagemaker"], settings.prefix)

    def endpoints(of: PromoteSettings) -> Endpoints:
        scaling = Scaling(clients["application-autoscaling"])
        return Endpoints(clients["sagemaker"], clients["sagemaker-runtime"], scaling, of, _time_left(context))

    return Promote(
        settings=settings,
        sagemaker=clients["sagemaker"],
        sns=clients["sns"],
        sqs=clients["sqs"],
        functions=clients["lambda"],
        releases=releases,
        registry=registry,
        notices=Notices(clients["s3"], releases, registry),
        endpoints=endpoints(settings),
        challenger=endpoints(settings.of_challenger),
        function_name=context.function_name,
    )
