"""What serves, what the last runs came to, what waits.

It prints a line for each endpoint with the release that it answers with (and the one that it is being updated to), for
the age of the data and of what serves, for how many releases are kept and retired, for each of the last five runs with
SageMaker's status of its training job and what the gate said, for the month's training minutes where there is a
budget, for each queue, and for each of the last five approvals and rollbacks with who asked for it. Below stand why
the last run was promoted or refused, and how far it was from each release that it was compared with. Messages in a
queue of dead letters were given up: `redrive`, with its dry run, says which ones, and why.

examples:
  python -m operate status
  python -m operate status --stack pub --region eu-west-1
  python -m operate status --local
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from operate import deployed_stack
from operate.deployed_stack import Stack
from operate.target import Target
from retrain import freshness
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Job, Jobs, month_of
from retrain.settings import RetrainSettings
from taproom import audit, contract, sagemaker_endpoints
from taproom.names import Layout, challenger_prefix
from taproom.releases import stored_releases

_RUNS = 5
_ENTRIES = 5
_WAITING, _TAKEN = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
_NO_VERDICT = "-"


def add_options(_: argparse.ArgumentParser) -> None:
    """This command has no options of its own."""


def run(_: argparse.Namespace, target: Target) -> None:
    """Print it."""
    stack = deployed_stack.find(target.session, target.stack)
    sagemaker = target.session.client("sagemaker")
    serving = sagemaker_endpoints.release_in_service(sagemaker, stack.prefix)
    print(f"{stack.name} in {stack.region}: {serving or 'nothing'} is in service. {stack.outputs['ApiUrl']}")
    verdicts = _verdicts(sagemaker, target.session.client("s3"), stack)
    rows = [
        *_endpoints(sagemaker, stack),
        *_ages(target.session.client("s3"), stack, serving),
        *_releases(target.session.client("s3"), stack),
        *(_run(job, verdict) for job, verdict in verdicts),
        *_budget(sagemaker, stack),
        *_queues(target.session.client("sqs"), stack),
        *_audited(target.session.client("s3"), stack),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for line in next((_explained(verdict) for _, verdict in verdicts if verdict), []):
        print(line)


Row = tuple[str, str, str, str]


def _endpoints(sagemaker: Any, stack: Stack) -> Iterator[Row]:
    for prefix, layout in itertools.product((stack.prefix, challenger_prefix(stack.prefix)), Layout):
        for endpoint in sagemaker_endpoints.of_layout(sagemaker, prefix, layout).values():
            if endpoint is not None:
                next_release = f" -> {endpoint.next_release}" if endpoint.next_release else ""
                failure = endpoint.failure or ""
                yield "endpoint", endpoint.name, endpoint.status, f"{endpoint.release}{next_release}  {failure}"


def _ages(s3: Any, stack: Stack, serving: str | None) -> Iterator[Row]:
    found, now = freshness.look(Bucket(s3, stack.bucket), serving), datetime.now(UTC)
    what = "promoted" if serving else "no release since"
    for name, then, since in (("data", found.newest_drop_at, "newest drop"), ("model", found.model_at, what)):
        if then is not None:
            yield "age", name, f"{freshness.hours_since(then, now):.1f} hours", f"{since} {then:%Y-%m-%d %H:%M}"


def _releases(s3: Any, stack: Stack) -> Iterator[Row]:
    releases = stored_releases(s3, stack.bucket)
    kept = [each.release for each in releases if each.is_whole]
    if kept:
        oldest = f"to roll back to, as far as {kept[-1]}"
        yield "releases", f"{len(kept)} kept", f"{len(releases) - len(kept)} retired", oldest


def _verdicts(sagemaker: Any, s3: Any, stack: Stack) -> list[tuple[Job, dict[str, Any] | None]]:
    """The last runs, the newest first, with verdict.json of each that has one."""
    return [(job, _verdict(s3, stack, job.run)) for job in Jobs(sagemaker, stack.prefix).latest()[:_RUNS]]


def _run(job: Job, verdict: dict[str, Any] | None) -> Row:
    said = verdict["status"] if verdict else _NO_VERDICT
    return "run", job.run, job.status, f"{job.created:%Y-%m-%d %H:%M}  gate: {said}"


def _verdict(s3: Any, stack: Stack, run: str) -> dict[str, Any] | None:
    try:
        kept = s3.get_object(Bucket=stack.bucket, Key=f"{contract.RUNS}{run}/verdict.json")
    except s3.exceptions.NoSuchKey:
        return None
    return dict(json.load(kept["Body"]))


def _explained(verdict: dict[str, Any]) -> Iterator[str]:
    """What the gate says of the newest run that it has decided about."""
    yield f"verdict   {verdict['run']} {verdict['status']}: {verdict.get('reason') or 'no reason was recorded'}"
    for one in verdict.get("comparisons", []):
        if one.get("gain") is not None:
            told = one["lower"] is not None and one["upper"] is not None
            interval = f" ({one['lower']:+.1%} to {one['upper']:+.1%})" if told else ""
            doubt = "" if one["sure"] else ", too few to tell"
            mark = "ok  " if one["passed"] else "FAIL"
            yield f"{mark}      {one['metric']:<22}  {one['gain']:+.1%}{interval}{doubt}  {one['against']}"


def _budget(sagemaker: Any, stack: Stack) -> Iterator[Row]:
    now = datetime.now(UTC)
    settings = RetrainSettings.from_environment(stack.retrain_environment)
    if budget := settings.monthly_training_minutes:
        used = Jobs(sagemaker, stack.prefix).minutes_since(month_of(now), now)
        said = "used up: only a forced run starts" if used >= budget else ""
        yield "budget", f"{now:%Y-%m}", f"{used:.0f} minutes", f"of {budget}  {said}".rstrip()


def _queues(sqs: Any, stack: Stack) -> Iterator[Row]:
    for name, url in stack.queues.items():
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_WAITING, _TAKEN])["Attributes"]
        yield "queue", name, f"{counts[_WAITING]} waiting", f"{counts[_TAKEN]} being worked on"


def _audited(s3: Any, stack: Stack) -> Iterator[Row]:
    for entry in audit.latest(s3, stack.bucket, _ENTRIES):
        yield entry.action, entry.what, f"{entry.at:%Y-%m-%d %H:%M}", f"by {entry.by}"
