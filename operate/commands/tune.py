"""Search for better hyper-parameters, and give them to the loop.

SageMaker's automatic model tuning tunes one model at a time, by a metric of validation rows and never of held-out
ones: retrieval by its recall at 100, ranking by its RMSE. What is searched, and where, is in
operate/tuning/search_space.py. The training jobs have the image, code, reviews and other hyper-parameters of the
stack's next run; the loop takes no notice of them. Each costs what a training job costs, less what the model that is
not tuned would take.

It prints how many training jobs have ended whenever that changes and, when the tuning job has ended, all of them, the
best first. The best hyper-parameters are written to hyperparameters.json in the stack's bucket, over those that are
there: every run from then on has them, and one is asked for at once. They are not written where the newest run, on
the same reviews with the same code, did as well without them. Whatever the stack's parameter Hyperparameters sets
wins over the file. Ctrl-C leaves the tuning job running; --best goes on from there.

examples:
  python -m operate tune --objective retrieval --jobs 20 --parallel 2
  python -m operate tune --best tune-taproom-261124093059    # see one through that was left with Ctrl-C
  python -m operate tune --objective ranking --dry-run       # the request, without credentials too
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3

from operate import requests, sagemaker_sdk
from operate.commands import retrain
from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from operate.next_run import NextRun
from operate.target import Target
from operate.tuning import trials, tuned_hyperparameters
from operate.tuning.search_space import OBJECTIVES, OTHER_MODEL, SEARCH_SPACE
from retrain.compared_releases import ComparedReleases
from trainer import hyperparameters

POLL_SECONDS = 30.0
_ENDED = ("Completed", "Failed", "Stopped")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    group = parser.add_mutually_exclusive_group()
    requests.add_dry_run(group)
    group.add_argument("--best", metavar="TUNING_JOB", help="start nothing: see this one through")
    requests.add_source(parser)
    parser.add_argument(
        "--objective", choices=tuple(OBJECTIVES), default="retrieval", help="the model (default: retrieval)"
    )
    parser.add_argument("--jobs", type=_positive, default=20, help="training jobs in all (default: 20)")
    parser.add_argument("--parallel", type=_positive, default=2, help="of them at a time (default: 2)")


def run(options: argparse.Namespace, target: Target) -> None:
    """Start a tuning job, or show its request, and see it through.

    Raises
    ------
    CannotOperate
        In the laptop cloud, for a tuning job that is not this stack's, and for one of which no training job completed.
    CannotTrain
        For hyper-parameters that the training code would not take.
    """
    sagemaker_sdk.require()
    if options.local is not None and not options.dry_run:
        raise CannotOperate(
            "The laptop cloud has training jobs and no tuning jobs: see the request with --dry-run, or tune a stack "
            "in an AWS account."
        )
    stack, next_run = requests.find_next_run(target, options.source, dry_run=options.dry_run)
    name = options.best
    if name is None:
        name = job_name(stack.prefix, datetime.now(UTC))
        start = _tuning(next_run, name, options.objective, options.jobs, options.parallel)
        if options.dry_run:
            requests.show(sagemaker_sdk.would_send(start, next_run.region))
            return
        next_run.write_inputs(target.session, name)
        start(target.session)
        print(f"{name} tunes {options.objective} on {len(next_run.parts)} parts with the code of {next_run.code_from}.")
    try:
        finish(target, stack, next_run, name)
    except KeyboardInterrupt:
        raise SystemExit(
            f"\n{name} goes on without you. To see it through: python -m operate tune {target.again} --best {name}\n"
            f"To end it: {target.aws} sagemaker stop-hyper-parameter-tuning-job "
            f"--hyper-parameter-tuning-job-name {name}"
        ) from None


def job_name(prefix: str, now: datetime) -> str:
    """SageMaker takes 32 characters, from which it makes the names of the training jobs; none of them is a run's."""
    return f"tune-{prefix.rpartition('-')[2]}-{now:%y%m%d%H%M%S}"


def finish(target: Target, stack: Stack, next_run: NextRun, name: str) -> None:
    """Wait for the tuning job, show what it found, and give the best to the loop."""
    session = target.session
    job = sagemaker_sdk.tuning_job(name, session)
    objective = OBJECTIVES[tuned_hyperparameters.model_of(job, stack.bucket)]
    follow(job)
    found = trials.trials(job.get_all_training_jobs(session=session, region=stack.region))
    print(trials.table(found, objective))
    best = trials.best(found, objective)
    if best is None or best.value is None:
        raise CannotOperate(
            f"{name} {job.hyper_parameter_tuning_job_status.lower()}, and no training job of it completed, so nothing "
            f"was written. Look at one of them: {target.aws} sagemaker list-training-jobs --name-contains {name}"
        )
    hyperparameters.parsed(best.hyperparameters)
    now = tuned_hyperparameters.value_now(session, stack, name, objective.metric)
    if now is not None and not objective.is_better(best.value, now.value):
        print(
            f"Nothing was written: the best {objective.metric} is {best.value:.4f}, and {now.run}, on the same reviews "
            f"with the same code, came to {now.value:.4f} without it."
        )
        return
    known = f"{now.value:.4f} in {now.run}" if now else "not known for these reviews and this code"
    print(f"The best {objective.metric} is {best.value:.4f} ({best.job}); with the hyper-parameters so far: {known}.")
    before, after = tuned_hyperparameters.write(session, stack.bucket, best.hyperparameters)
    print(f"Wrote s3://{stack.bucket}/{tuned_hyperparameters.KEY}")
    print(f"  before: {json.dumps(before)}\n  now:    {json.dumps(after)}")
    if overruled := sorted(best.hyperparameters.keys() & next_run.parameter.keys()):
        print(f"The stack's parameter Hyperparameters sets {', '.join(overruled)} and wins: deploy without it there.")
    session.client("sqs").send_message(**retrain.message(stack, "tune"))
    print("Asked for a run with them. If one is training now, the next drop or the schedule starts it.")


def follow(job: Any) -> None:
    """Tell how many of the training jobs have ended, whenever that changes, until all have."""
    said = ""
    while True:
        job.refresh()
        counts = job.training_job_status_counters
        failed = counts.non_retryable_error + counts.retryable_error
        line = (
            f"{job.hyper_parameter_tuning_job_status}: {counts.completed} completed, {counts.in_progress} running, "
            f"{counts.stopped} stopped, {failed} failed"
        )
        if line != said:
            print(f"{datetime.now():%H:%M:%S}  {line}", flush=True)
            said = line
        if job.hyper_parameter_tuning_job_status in _ENDED:
            return
        time.sleep(POLL_SECONDS)


def _tuning(next_run: NextRun, name: str, model: str, jobs: int, parallel: int) -> Callable[[boto3.Session], None]:
    """What starts a tuning job for `model`; its training jobs are compared with no release."""
    request = next_run.with_hyperparameters(OTHER_MODEL[model]).training_request(name, ComparedReleases())
    return lambda session: sagemaker_sdk.start_tuning(
        name, request, OBJECTIVES[model], SEARCH_SPACE[model], jobs, parallel, session
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)
