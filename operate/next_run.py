"""What the loop's next run would be made of, and the training job that differs from it in what a person asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from operate.deployed_stack import Stack
from operate.errors import CannotOperate
from retrain import compared_releases, job, source
from retrain.compared_releases import ComparedReleases
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Jobs
from retrain.settings import RetrainSettings
from taproom.sagemaker_endpoints import release_in_service
from taproom.snapshots.stored import StoredSnapshot

# The hyper-parameter that says where the code lies.
ARCHIVE = "sagemaker_submit_directory"
BUILT = Path(".aws-sam") / "build" / "TrainingLayer" / "training"


@dataclass(frozen=True)
class NextRun:
    """What the next run of a stack is made of.

    Attributes
    ----------
    settings
        The retrain function's own, with the hyper-parameters that the run would have.
    parameter
        Those of them that the template's parameter sets.
    parts
        All there are.
    code
        The key of the training code's archive in the bucket, and `code_from` whose it is.
    own
        The code to upload, None where it is in the bucket already.
    compared
        The releases that its models are measured beside.
    learnt
        The name of what it learns of catalogue files, empty for nothing.
    served
        The files of the served log that it reads.
    snapshot
        What it reads in the place of parts, None for nothing.
    """

    settings: RetrainSettings
    parameter: dict[str, Any]
    region: str
    parts: tuple[str, ...]
    code: str
    code_from: str
    own: source.Source | None
    compared: ComparedReleases
    learnt: str = ""
    served: tuple[str, ...] = ()
    snapshot: StoredSnapshot | None = None

    def with_hyperparameters(self, chosen: dict[str, Any]) -> NextRun:
        """The same with `chosen` over its hyper-parameters."""
        return self._with(hyperparameters={**self.settings.hyperparameters, **chosen})

    def on_instance(self, kind: str | None, spot: bool) -> NextRun:
        """The same on instances of this `kind`, and on spot ones, where that was asked for."""
        return self._with(
            training_instance_type=kind or self.settings.training_instance_type,
            training_spot=spot or self.settings.training_spot,
        )

    def training_request(self, name: str, compared: ComparedReleases) -> dict[str, Any]:
        """The arguments of CreateTrainingJob that the retrain function would send, but for the `name`.

        The job's models are measured beside the releases `compared`.
        """
        return job.training_request(
            self.settings,
            self.region,
            name,
            self.code,
            compared,
            has_snapshot=self.snapshot is not None,
            has_catalogue=bool(self.learnt),
            has_served=bool(self.served),
        )

    def write_inputs(self, session: boto3.Session, name: str) -> None:
        """Put into the bucket what a job called `name` reads: the list of its parts, and code that is not there yet."""
        bucket = Bucket(session.client("s3"), self.settings.bucket)
        bucket.write_manifests(name, self.parts, self.learnt, self.served, self.snapshot)
        if self.own is not None:
            bucket.keep_source(self.own)

    def _with(self, **settings: Any) -> NextRun:
        return replace(self, settings=self.settings.model_copy(update=settings))


def find(session: boto3.Session, stack: Stack, own: source.Source | None) -> NextRun:
    """The next run of `stack`; its code is that of its newest run, or `own`.

    Raises
    ------
    CannotOperate
        Where there is no review or no code.
    """
    settings = RetrainSettings.from_environment(stack.retrain_environment)
    sagemaker = session.client("sagemaker")
    bucket = Bucket(session.client("s3"), settings.bucket)
    parts = bucket.parts()
    if not parts:
        raise CannotOperate(
            f"{stack.name} has no reviews yet: drop a CSV of reviews under incoming/ ({stack.outputs['DropCommand']})."
        )
    code, code_from = (own.key, "--source") if own else _newest_code(sagemaker, stack)
    return NextRun(
        settings=settings.over(bucket.tuned_hyperparameters()),
        parameter=settings.hyperparameters,
        region=stack.region,
        parts=parts,
        code=code,
        code_from=code_from,
        own=own,
        compared=compared_releases.choose(
            release_in_service(sagemaker, stack.prefix), bucket.latest_releases(compared_releases.LATEST)
        ),
        learnt=bucket.learnt_catalogue(),
        served=bucket.served_files(datetime.now(UTC)),
        snapshot=bucket.snapshot(parts),
    )


def described_by_template(stack: Stack, own: source.Source | None) -> NextRun:
    """The next run of a stack that nobody was asked about."""
    settings = RetrainSettings.from_environment(stack.retrain_environment)
    code = own.key if own else "code/the-code-of-the-newest-run/sourcedir.tar.gz"
    code_from = "--source" if own else "a placeholder"
    return NextRun(settings, settings.hyperparameters, stack.region, (), code, code_from, own, ComparedReleases())


def source_in(folder: Path | None) -> source.Source | None:
    """The training code in `folder`, None where none was named.

    Raises
    ------
    CannotOperate
        For a folder that `sam build` did not fill: the container lacks what it brings.
    """
    if folder is None:
        return None
    if not (folder / source.PACKAGES).is_dir():
        raise CannotOperate(
            f"{folder} has no folder {source.PACKAGES}/, without which the job fails in its container: "
            f"run `sam build` and give --source {BUILT}."
        )
    return source.read(folder)


def _newest_code(sagemaker: Any, stack: Stack) -> tuple[str, str]:
    latest = Jobs(sagemaker, stack.prefix).latest()
    if not latest:
        raise CannotOperate(
            f"{stack.name} has not trained yet, and so has no code in its bucket: wait for its first run, or run "
            f"`sam build` and give --source {BUILT}."
        )
    run = latest[0].run
    archive = json.loads(sagemaker.describe_training_job(TrainingJobName=run)["HyperParameters"][ARCHIVE])
    return str(archive).removeprefix(f"s3://{stack.bucket}/"), run
