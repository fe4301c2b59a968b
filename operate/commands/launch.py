"""Start one training job beside the loop.

It is the job that the stack's next run would be: the same image, code, reviews, release to compare with and
hyper-parameters, but for those given here. Its name begins with "by-hand-", so the loop takes no notice of it: it is
neither promoted nor waited for, and the hyper-parameters of the loop stay as they are.

It prints the job's name, the command that tells how it goes, and the one that fetches its model.tar.gz, which lies
under artifacts/ in the stack's bucket for 30 days, with report.html in it (curves, metrics, the release in service
beside them). To train with these hyper-parameters from now on, deploy with them as the parameter Hyperparameters.

examples:
  python -m operate launch --retrieval_dimension 96 --wait
  python -m operate launch --deep_layer_sizes '[128, 64]' --spot --instance-type ml.m5.2xlarge
  python -m operate launch --dry-run          # the request, without credentials too
  python -m operate launch --local --wait     # in the cloud of `make local`
"""

from __future__ import annotations

import argparse
import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from operate import requests, sagemaker_sdk
from operate.next_run import NextRun
from operate.target import Target
from trainer import hyperparameters

_RUN = "run"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    requests.add_dry_run(parser)
    requests.add_source(parser)
    parser.add_argument("--instance-type", help="such as ml.m5.2xlarge (default: the stack's)")
    parser.add_argument(
        "--spot", action="store_true", help="on spot instances, with checkpoints (default: as the stack)"
    )
    parser.add_argument("--wait", action="store_true", help="until it has ended, and show its metrics")
    group = parser.add_argument_group(
        "hyper-parameters", "JSON values; where not given, the loop's (default: as shown)"
    )
    for each in _hyperparameters():
        described = f"{each.metadata['expected']} ({json.dumps(each.default)})".replace("%", "%%")
        group.add_argument(f"--{each.name}", type=_json, metavar="VALUE", help=described)


def run(options: argparse.Namespace, target: Target) -> None:
    """Start the job, or show its request.

    Raises
    ------
    CannotTrain
        As the job itself would, which it does after minutes.
    """
    sagemaker_sdk.require()
    stack, next_run = requests.find_next_run(target, options.source, dry_run=options.dry_run)
    name = job_name(stack.prefix, datetime.now(UTC))
    next_run = next_run.with_hyperparameters(
        {each.name: value for each in _hyperparameters() if (value := getattr(options, each.name)) is not None}
    ).on_instance(options.instance_type, options.spot)
    hyperparameters.parsed({**next_run.settings.hyperparameters, _RUN: name})
    request = next_run.training_request(name, next_run.compared)
    if options.dry_run:
        requests.show(
            sagemaker_sdk.would_send(lambda session: sagemaker_sdk.start_training(request, session), next_run.region)
        )
        return
    next_run.write_inputs(target.session, name)
    job = sagemaker_sdk.start_training(request, target.session)
    print(_started(next_run, target, name), flush=True)
    if options.wait:
        _wait(job, name)


def job_name(prefix: str, now: datetime) -> str:
    """A name that is no run's: 23 characters longer than the prefix of the stack's names."""
    return f"by-hand-{prefix}-{now:%Y%m%d%H%M%S}"


def _hyperparameters() -> list[Any]:
    return [each for each in fields(hyperparameters.Hyperparameters) if each.name != _RUN]


def _wait(job: Any, name: str) -> None:
    from sagemaker.core.utils.exceptions import FailedStatusError

    try:
        job.wait()
    except FailedStatusError:
        raise SystemExit(f"{name} failed: {job.failure_reason}") from None
    except KeyboardInterrupt:
        raise SystemExit(f"\n{name} goes on without you.") from None
    print(f"{name}: {job.training_job_status}")
    for metric in job.final_metric_data_list or []:
        print(f"  {metric.metric_name:<36} {metric.value:.4f}")


def _started(next_run: NextRun, target: Target, name: str) -> str:
    serving = next_run.compared.serving
    compared = f"compared with {serving}" if serving else "with nothing in service to compare with"
    artifact = f"s3://{next_run.settings.bucket}/artifacts/{name}/output/model.tar.gz"
    return "\n".join(
        (
            f"{name} trains on {len(next_run.parts)} parts with the code of {next_run.code_from}, {compared}.",
            "The loop takes no notice of it. How it goes, and its report when it has completed:",
            f"  {target.aws} sagemaker describe-training-job --training-job-name {name} --query SecondaryStatus",
            f"  mkdir {name} && {target.aws} s3 cp {artifact} - | tar xz -C {name}    # then open {name}/report.html",
        )
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON: give a value such as 12, 0.3, true or [64]") from None
