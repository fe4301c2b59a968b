"""Search for better hyper-parameters with SageMaker's automatic model tuning, and give them to the loop.

One model is tuned at a time, by a metric of validation rows and never of held-out ones: retrieval by its recall at
100, ranking by its RMSE. What is searched, and where, is in training/search_space.py. The training jobs have the
image, code, reviews and other hyper-parameters of the stack's next run; the loop takes no notice of them.

When the tuning job has ended, its training jobs are shown, and the best hyper-parameters are written to
hyperparameters.json in the stack's bucket, over those that are there: every run from then on has them, and one is
asked for at once. They are not written where the newest run, on the same reviews with the same code, did as well
without them. Whatever the stack's parameter Hyperparameters sets wins over the file.

Ctrl-C leaves the tuning job running; --best goes on from there. It uses the AWS credentials and region of the AWS
CLI. With --dry-run nothing is started, written or uploaded, and without credentials or a network it still prints
the request, with what only AWS knows as placeholders.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import boto3

from operate import command_line as commands
from operate import deployed_stack as deployed
from operate import sagemaker_sdk as sdk
from operate import training_code as hyperparameters
from operate.deployed_stack import CannotStart, Deployed
from operate.tuning import trials as tuning
from operate.tuning import tuned_hyperparameters as tuned
from operate.tuning.search_space import OBJECTIVES, OTHER_MODEL, SEARCH_SPACE

POLL_SECONDS = 30.0
_ENDED = ("Completed", "Failed", "Stopped")


def main(arguments: Sequence[str]) -> None:
    asked = _parsed(arguments)
    session = boto3.Session()
    with commands.told():
        own = deployed.source_in(asked.source)
        stack = commands.find(session, asked.stack, own, dry_run=asked.dry_run)
        name = asked.best
        if name is None:
            name = job_name(asked.stack, datetime.now(UTC))
            request = requested(stack, name, asked.objective, asked.jobs, asked.parallel)
            if asked.dry_run:
                commands.show(sdk.would_send(sdk.TUNING, request, stack.region))
                return
            commands.prepare(session, stack, name, own)
            sdk.start(sdk.TUNING, request, session)
            print(f"{name} tunes {asked.objective} on {len(stack.parts)} parts with the code of {stack.code_from}.")
        try:
            finish(session, stack, name)
        except KeyboardInterrupt:
            raise SystemExit(
                f"\n{name} goes on without you. To see it through: python training/tune.py --stack {asked.stack} "
                f"--best {name}\nTo end it: aws sagemaker stop-hyper-parameter-tuning-job "
                f"--hyper-parameter-tuning-job-name {name}"
            ) from None


def job_name(stack: str, now: datetime) -> str:
    """SageMaker takes 32 characters, from which it makes the names of the training jobs; none of them is a run's."""
    return f"tune-{stack[:13].rstrip('-')}-{now:%y%m%d%H%M%S}"


def requested(stack: Deployed, name: str, model: str, jobs: int, parallel: int) -> dict[str, Any]:
    """The arguments of CreateHyperParameterTuningJob for `model` of the stack; nothing is compared with a release."""
    training = commands.training_request(stack, name, serving=None)
    return tuning.tuning_request(
        name, training, OBJECTIVES[model], SEARCH_SPACE[model], OTHER_MODEL[model], jobs, parallel
    )


def finish(session: boto3.Session, stack: Deployed, name: str) -> None:
    """Wait for the tuning job, show what it found, and give the best to the loop.

    Raises
    ------
    CannotStart
        For a tuning job that is not this stack's, and for one of which no training job completed.
    CannotTrain
        For hyper-parameters that the training code would not take.
    """
    job = sdk.tuning_job(name, session)
    model = tuned.model_of(job, stack.settings.bucket)
    objective = OBJECTIVES[model]
    follow(job)
    found = tuning.trials(job.get_all_training_jobs(session=session, region=stack.region))
    print(tuning.table(found, objective))
    best = tuning.best(found, objective)
    if best is None or best.value is None:
        raise CannotStart(
            f"{name} {job.hyper_parameter_tuning_job_status.lower()}, and no training job of it completed, so nothing "
            f"was written. Look at one of them: aws sagemaker list-training-jobs --name-contains {name}"
        )
    hyperparameters.parsed(best.hyperparameters)
    now = tuned.value_now(session, stack, name, objective.metric)
    if now is not None and not objective.is_better(best.value, now.value):
        print(
            f"Nothing was written: the best {objective.metric} is {best.value:.4f}, and {now.run}, on the same reviews "
            f"with the same code, came to {now.value:.4f} without it."
        )
        return
    known = f"{now.value:.4f} in {now.run}" if now else "not known for these reviews and this code"
    print(f"The best {objective.metric} is {best.value:.4f} ({best.job}); with the hyper-parameters so far: {known}.")
    before, after = tuned.write(session, stack.settings.bucket, best.hyperparameters)
    print(f"Wrote s3://{stack.settings.bucket}/{tuned.KEY}")
    print(f"  before: {json.dumps(before)}\n  now:    {json.dumps(after)}")
    if overruled := tuned.overruled(stack, best.hyperparameters):
        print(f"The stack's parameter Hyperparameters sets {', '.join(overruled)} and wins: deploy without it there.")
    session.client("sqs").send_message(
        QueueUrl=stack.retrain_queue_url,
        MessageBody='{"reason": "tune"}',
        MessageGroupId="retrain",
        # Asked twice is meant twice, and the queue would drop the second of two equal messages.
        MessageDeduplicationId=str(uuid.uuid4()),
    )
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


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = commands.parser(__doc__ or "")
    parser.add_argument(
        "--objective", choices=tuple(OBJECTIVES), default="retrieval", help="the model (default: retrieval)"
    )
    parser.add_argument("--jobs", type=_positive, default=20, help="training jobs in all (default: 20)")
    parser.add_argument("--parallel", type=_positive, default=2, help="of them at a time (default: 2)")
    parser.add_argument("--best", metavar="TUNING_JOB", help="start nothing: see this one through")
    asked = parser.parse_args(arguments)
    if asked.best and asked.dry_run:
        parser.error("--dry-run shows the request for a new tuning job, and --best starts none: give one of them")
    return asked


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    main(sys.argv[1:])
