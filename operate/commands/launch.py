"""Start one training job by hand, with other hyper-parameters than the loop's.

It is the job that the stack's next run would be: the same image, code, reviews, release to compare with and
hyper-parameters, but for those given here. Its name begins with "by-hand-", so the loop takes no notice of it: it is
neither promoted nor waited for, and the hyper-parameters of the loop stay as they are.

When it has completed, its model.tar.gz lies under artifacts/ in the stack's bucket for 30 days, with report.html
in it (curves, metrics, the release in service beside them); the command that fetches it is printed. To train with
these hyper-parameters from now on, deploy with them as the parameter Hyperparameters.

It uses the AWS credentials and region of the AWS CLI. With --dry-run nothing is started, written or uploaded, and
without credentials or a network it still prints the request, with what only AWS knows as placeholders.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import boto3

from operate import command_line as commands
from operate import deployed_stack as deployed
from operate import sagemaker_sdk as sdk
from operate import training_code as hyperparameters
from operate.deployed_stack import Deployed

RUN = "run"


def main(arguments: Sequence[str]) -> None:
    asked = _parsed(arguments)
    session = boto3.Session()
    with commands.told():
        own = deployed.source_in(asked.source)
        stack = commands.find(session, asked.stack, own, dry_run=asked.dry_run)
        name = job_name(asked.stack, datetime.now(UTC))
        stack = changed(stack, name, asked)
        request = commands.training_request(stack, name, stack.serving)
        if asked.dry_run:
            commands.show(sdk.would_send(sdk.TRAINING, request, stack.region))
            return
        commands.prepare(session, stack, name, own)
        job = sdk.start(sdk.TRAINING, request, session)
    print(_started(stack, name))
    if asked.wait:
        _wait(job, name)


def job_name(stack: str, now: datetime) -> str:
    """A name that is no run's: at most 23 characters longer than the stack's."""
    return f"by-hand-{stack}-{now:%Y%m%d%H%M%S}"


def changed(stack: Deployed, name: str, asked: argparse.Namespace) -> Deployed:
    """`stack` with what was asked for.

    Raises
    ------
    CannotTrain
        As the job itself would, which it does after minutes.
    """
    known = [each.name for each in fields(hyperparameters.Hyperparameters) if each.name != RUN]
    given = {each: getattr(asked, each) for each in known if getattr(asked, each) is not None}
    stack = deployed.with_hyperparameters(stack, given)
    hyperparameters.parsed({**stack.settings.hyperparameters, RUN: name})
    return commands.on_instance(stack, asked.instance_type, asked.spot)


def _wait(job: Any, name: str) -> None:
    from sagemaker.core.utils.exceptions import FailedStatusError

    try:
        job.wait()
    except FailedStatusError:
        raise SystemExit(f"{name} failed: {job.failure_reason}") from None
    print(f"{name}: {job.training_job_status}")
    for metric in job.final_metric_data_list or []:
        print(f"  {metric.metric_name:<36} {metric.value:.4f}")


def _started(stack: Deployed, name: str) -> str:
    compared = f"compared with {stack.serving}" if stack.serving else "with nothing in service to compare with"
    artifact = f"s3://{stack.settings.bucket}/artifacts/{name}/output/model.tar.gz"
    return "\n".join(
        (
            f"{name} trains on {len(stack.parts)} parts with the code of {stack.code_from}, {compared}.",
            "The loop takes no notice of it. How it goes, and its report when it has completed:",
            f"  aws sagemaker describe-training-job --training-job-name {name} --query SecondaryStatus",
            f"  mkdir {name} && aws s3 cp {artifact} - | tar xz -C {name}    # then open {name}/report.html",
        )
    )


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = commands.parser(__doc__ or "")
    parser.add_argument("--instance-type", help="such as ml.m5.2xlarge (default: the stack's)")
    parser.add_argument(
        "--spot", action="store_true", help="on spot instances, with checkpoints (default: as the stack)"
    )
    parser.add_argument("--wait", action="store_true", help="until it has ended, and show its metrics")
    group = parser.add_argument_group(
        "hyper-parameters", "JSON values; where not given, the loop's (default: as shown)"
    )
    for each in fields(hyperparameters.Hyperparameters):
        if each.name != RUN:
            described = f"{each.metadata['expected']} ({json.dumps(each.default)})".replace("%", "%%")
            group.add_argument(f"--{each.name}", type=_json, metavar="VALUE", help=described)
    return parser.parse_args(arguments)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON: give a value such as 12, 0.3, true or [64]") from None


if __name__ == "__main__":
    main(sys.argv[1:])
