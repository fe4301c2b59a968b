"""Promote: a training job ended, a package was approved, or somebody asks for a release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from promote import endpoint_lifecycle, events, gate, outcome, registry, rollout
from promote.archive import BadArtifact
from promote.endpoints import Endpoints
from promote.metrics import Metrics as RunMetrics
from promote.outcome import Outcome
from promote.registry import Registry
from promote.releases import NoSuchRelease, Releases
from promote.settings import PromoteSettings
from promote.verdict import Verdict
from taproom import audit, images
from taproom.contract import METRICS as METRICS_FILE
from taproom.contract import is_run_id

logger = Logger(service="promote")
measurements = Metrics(namespace="Taproom", service="promote")

# While an invocation may still be at work on a rollout, an endpoint's event has nothing to add.
LONGEST_INVOCATION = timedelta(seconds=900)


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
    function_name: str

    def job_ended(self, event: events.JobEnded) -> None:
        """Decide on a run once, tell the decision, and act on it."""
        if not is_run_id(event.run, self.settings.stack):
            logger.info("Not a run of this stack", run=event.run)
            return
        verdict = self.releases.verdict(event.run)
        if verdict is None:
            verdict = self._decide(event)
        if verdict is not None and verdict.status == "promoted" and self.settings.approval == "automatic":
            self._finish_rollout(event.run)
        # Data that came during the run and its rollout waits for this.
        self._request_retrain(event.run)

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
        self.roll_to(run)

    def rolled_by_hand(self, event: events.RollTo) -> None:
        """Put the release that somebody asks for in service."""
        at = event.at or datetime.now(UTC)
        self.releases.note(audit.Entry(at, "rollback", event.release, event.by or audit.UNKNOWN))
        self.roll_to(event.release)

    def endpoint_changed(self) -> None:
        """Go on with a rollout whose invocations all ran out of time."""
        release = self.endpoints.release_in_service()
        found = self.releases.rollout(release) if release else None
        if found is None or found[0].status != "started":
            return
        if datetime.now(UTC) - found[0].started_at > LONGEST_INVOCATION:
            self.roll_to(found[0].release)

    def roll_to(self, release: str) -> None:
        """Put the release in service, whichever it is."""
        message = rollout.roll_out(
            release,
            releases=self.releases,
            endpoints=self.endpoints,
            registry=self.registry,
            settings=self.settings,
            now=lambda: datetime.now(UTC),
        )
        if message is not None:
            self._publish(message)

    def stack_request(self, event: events.StackRequest) -> None:
        """Remove everything with the stack; roll the release out again when the endpoints' settings changed."""
        if event.kind == "Delete":
            removed = endpoint_lifecycle.remove(self.sagemaker, self.endpoints, self.registry, self.settings.stack)
            logger.info("Removed", removed=removed)
        elif event.kind == "Update" and (release := self.endpoints.release_in_service()) is not None:
            # CloudFormation need not wait for the endpoints to take the new settings.
            self.functions.invoke(
                FunctionName=self.function_name,
                InvocationType="Event",
                Payload=json.dumps({"release": release, "by": "an update of the stack"}),
            )

    def _decide(self, event: events.JobEnded) -> Verdict | None:
        serving = self.endpoints.release_in_service()
        if event.status != "Completed":
            verdict = Verdict(run=event.run, status="failed", serving=serving, reason=f"{event.status}: {event.reason}")
            if self.releases.write_verdict(verdict):
                self._publish(outcome.failed(event.run, event.status, event.reason))
            return verdict
        try:
            metrics = self.releases.run_metrics(event.run)
        except (BadArtifact, ValidationError, FileNotFoundError, NoSuchRelease) as error:
            reason = f"its artifact cannot be used: {error}"
            verdict = Verdict(run=event.run, status="failed", serving=serving, reason=reason)
            if self.releases.write_verdict(verdict):
                self._publish(outcome.failed(event.run, event.status, reason))
            return verdict
        verdict = gate.decide(metrics, self._in_service(metrics, serving))
        if verdict.status == "promoted":
            self.releases.prepare(event.run, self.settings.endpoint_layout)
        arn = self._register(verdict, metrics)
        if not self.releases.write_verdict(verdict):
            return self.releases.verdict(event.run)
        if verdict.status == "refused":
            self._publish(outcome.refused(verdict))
        elif self.settings.approval == "manual":
            self._publish(outcome.waiting(verdict, arn))
        return verdict

    def _in_service(self, metrics: RunMetrics, serving: str | None) -> gate.InService | None:
        if serving is None:
            return None
        if metrics.serving == serving and metrics.gains and metrics.gains.serving:
            return gate.InService(release=serving, gains=metrics.gains.serving)
        why = metrics.serving_failure or f"the run was measured beside {metrics.serving or 'nothing'}"
        return gate.InService(
            release=serving,
            gains=gate.recorded_gains(metrics, self.releases.metrics(serving)),
            note=f"{serving} counts with what it scored when it was trained itself, since {why}.",
        )

    def _register(self, verdict: Verdict, metrics: RunMetrics) -> str:
        promoted = verdict.status == "promoted"
        layout = self.settings.endpoint_layout
        return self.registry.register(
            registry.request(
                verdict,
                metrics,
                self.sagemaker.describe_training_job(TrainingJobName=verdict.run),
                group=self.settings.model_package_group,
                image=images.serving_image(self.settings.aws_region, self.settings.serving_image_tag),
                archives={name: self.releases.uri(verdict.run, f"{name}.tar.gz") for name in layout.archives}
                if promoted
                else {"artifact": self.releases.artifact_uri(verdict.run)},
                metrics_uri=self.releases.uri(verdict.run, METRICS_FILE)
                if promoted
                else f"s3://{self.releases.bucket}/runs/{verdict.run}/verdict.json",
                status=(registry.AUTOMATIC if self.settings.approval == "automatic" else registry.WAITING)
                if promoted
                else registry.REFUSED,
            )
        )

    def _finish_rollout(self, run: str) -> None:
        found = self.releases.rollout(run)
        if found is None or found[0].status == "started":
            self.roll_to(run)

    def _request_retrain(self, run: str) -> None:
        self.sqs.send_message(
            QueueUrl=self.settings.retrain_queue_url,
            MessageGroupId="retrain",
            MessageBody=json.dumps({"reason": "promote", "run": run}),
        )

    def _publish(self, message: Outcome) -> None:
        logger.info("Outcome", outcome=message.kind, run=message.run, body=message.body)
        measurements.add_metric(message.kind.title().replace(" ", ""), MetricUnit.Count, 1)
        self.sns.publish(**message.request(self.settings.outcomes_topic))


@cache
def _clients() -> dict[str, Any]:
    return {name: boto3.client(name) for name in ("s3", "sagemaker", "sagemaker-runtime", "sns", "sqs", "lambda")}


@logger.inject_lambda_context
@measurements.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Act on one event of `events.parse`; raises to be invoked again, which goes on where it stopped."""
    parsed = events.parse(event)
    measurements.add_metric(type(parsed).__name__, MetricUnit.Count, 1)
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
        case events.RollTo():
            promote.rolled_by_hand(parsed)
    return {"event": type(parsed).__name__}


def _answer(request: events.StackRequest, context: LambdaContext) -> None:
    fault = None
    try:
        _built(context).stack_request(request)
    except Exception as error:
        logger.exception("The stack's request failed")
        fault = f"{request.kind} of Taproom's endpoints failed: {error}"
    endpoint_lifecycle.answer(request, fault, context.log_stream_name)


def _built(context: LambdaContext) -> Promote:
    settings = PromoteSettings.from_environment()
    clients: Mapping[str, Any] = _clients()
    return Promote(
        settings=settings,
        sagemaker=clients["sagemaker"],
        sns=clients["sns"],
        sqs=clients["sqs"],
        functions=clients["lambda"],
        releases=Releases(clients["s3"], settings.bucket),
        registry=Registry(clients["sagemaker"], settings.model_package_group),
        endpoints=Endpoints(
            clients["sagemaker"],
            clients["sagemaker-runtime"],
            settings,
            time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        ),
        function_name=context.function_name,
    )
