"""Look at the experiment, or end it.

With the parameter ExperimentShare a candidate that passed the gate is tried beside the release in service, and the
monitor decides by rule which of the two stays. `promote` puts the challenger in service now, `stop` takes it away.

It prints the experiment and what was found last, or that it has asked; the outcome reaches the stack's topic.

examples:
  python -m operate experiment
  python -m operate experiment promote
  python -m operate experiment stop --dry-run    # the invocation that would be sent
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from operate import requests
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.target import Target
from taproom.contract import EXPERIMENT, EXPERIMENT_REPORT
from taproom.experiments import Experiment, ExperimentReport

_PLACEHOLDER = "the-challenger"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    parser.add_argument(
        "action", nargs="?", default="status", choices=["status", "promote", "stop"], help="(default: status)"
    )


def run(options: argparse.Namespace, target: Target) -> None:
    """Print how it stands, or invoke promote with the decision.

    Raises
    ------
    CannotOperate
        Where none runs that could be ended.
    """
    stack = requests.find_stack(target, dry_run=options.dry_run)
    if options.action == "status":
        for line in _standing(target.session.client("s3"), stack.bucket):
            print(line)
        return
    by = requests.caller(target, dry_run=options.dry_run)
    if options.dry_run:
        requests.show(invocation(stack, options.action, _PLACEHOLDER, by, datetime.now(UTC)))
        return
    experiment = _read(target.session.client("s3"), stack.bucket, EXPERIMENT, Experiment)
    if experiment is None or not experiment.is_open:
        raise CannotOperate(
            f"No experiment runs in {stack.name}: a candidate that passes the gate begins the next one."
        )
    request = invocation(stack, options.action, experiment.challenger, by, datetime.now(UTC))
    target.session.client("lambda").invoke(**request)
    print(f"Asked for it. How far it is: python -m operate experiment {target.again}")


def invocation(stack: Stack, action: str, challenger: str, by: str, at: datetime) -> dict[str, Any]:
    """The arguments of Lambda's Invoke with which `by` promotes or stops a challenger."""
    decision = {"experiment": action, "challenger": challenger, "reason": "it was decided by hand"}
    return {
        "FunctionName": stack.outputs["PromoteFunctionName"],
        "InvocationType": "Event",
        "Payload": json.dumps({**decision, "by": by, "at": at.isoformat()}),
    }


def _standing(s3: Any, bucket: str) -> Iterator[str]:
    experiment = _read(s3, bucket, EXPERIMENT, Experiment)
    if experiment is None:
        yield "There has been no experiment: with the parameter ExperimentShare the next candidate begins one."
        return
    yield (
        f"{experiment.challenger} beside {experiment.control}, for {experiment.share:.0%} of users, "
        f"since {experiment.started_at:%Y-%m-%d %H:%M}: {experiment.status}"
    )
    if experiment.reason:
        yield f"reason    {experiment.reason}"
    if experiment.waiting:
        yield f"next      {experiment.waiting}"
    report = _read(s3, bucket, EXPERIMENT_REPORT, ExperimentReport)
    if report is not None and report.challenger == experiment.challenger:
        yield from _found(report)


def _found(report: ExperimentReport) -> Iterator[str]:
    yield f"users     {report.control_users:,} and {report.challenger_users:,} of the challenger"
    for one in report.differences:
        if one.control is not None and one.challenger is not None:
            told = "" if one.lower is None else f" ({one.lower:+.3f} to {one.upper:+.3f})"
            yield f"{one.metric:<9} {one.control:.3f} and {one.challenger:.3f}: {one.difference:+.3f}{told}"
    yield f"{report.looked_at:%Y-%m-%d %H:%M}: {report.decision}. {report.reason}"


def _read(s3: Any, bucket: str, key: str, record: type[Any]) -> Any:
    try:
        return record.model_validate_json(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
