"""SageMaker training jobs: the real training code in a process of this machine, under script mode's contract."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from moto.sagemaker.exceptions import AWSValidationException, ResourceInUseException

from local.context import CloudContext
from local.sagemaker import api
from local.sagemaker.api import Request
from local.sagemaker.job_threads import JobThreads
from local.sagemaker.training.container import JobFailed, TrainingContainer
from local.sagemaker.training.environment import Host
from local.sagemaker.training.job import TrainingJob, now
from local.sagemaker.training.program import Program, is_lost
from local.services import serialization

_LONGEST_SECONDS = 86_400
_INTERRUPTED = (
    "InternalServerError: the laptop cloud was stopped while this job ran; "
    "`python -m operate retrain --force --local` runs it again."
)


class TrainingJobs:
    """The cloud's training jobs by name; each runs in a thread of its own, and `begun` is called when one begins."""

    def __init__(self, cloud: CloudContext, begun: Callable[[], None]) -> None:
        self._cloud = cloud
        self._begun = begun
        # moto finds what tags belong to in its own dictionary, so they live there.
        self._jobs: dict[str, TrainingJob] = api.backend(cloud).training_jobs  # type: ignore[assignment]
        self._threads = JobThreads()

    def create(self, request: Request) -> dict[str, Any]:
        name = request["TrainingJobName"]
        arn = api.arn(self._cloud, "training-job", name)
        if not re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name):
            raise AWSValidationException(
                f"1 validation error detected: Value '{name}' at 'trainingJobName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            )
        with self._threads.lock:
            if name in self._jobs:
                raise ResourceInUseException(
                    "Job name must be unique within an AWS account and region, "
                    f"and a job with this name already exists ({arn})"
                )
            containers = TrainingContainer.on_every_host(self.folder(name), request)
            job = TrainingJob(request, arn, containers[0].artifact_uri, tags=list(request.get("Tags") or []))
            job.transition("Starting", "InProgress")
            self._jobs[name] = job
        self._emit_state_change(job)
        self._begun()
        self._threads.begin(self._run, job, containers)
        return {"TrainingJobArn": arn}

    def describe(self, request: Request) -> dict[str, Any]:
        with self._threads.lock:
            return self._find(request["TrainingJobName"]).describe()

    def list_jobs(self, request: Request) -> dict[str, Any]:
        with self._threads.lock:
            summaries = [job.summary() for job in self._jobs.values()]
        return api.list_page(request, summaries, "TrainingJobSummaries", "TrainingJob", "Ascending")

    def stop_job(self, request: Request) -> None:
        with self._threads.lock:
            job = self._find(request["TrainingJobName"])
            if job.status != "InProgress":
                raise AWSValidationException(
                    f"The request was rejected because the training job is in status {job.status}."
                )
            job.transition("Stopping", "Stopping")
            self._threads.end(job.name)
        self._emit_state_change(job)

    def folder(self, name: str) -> Path:
        """The /opt/ml of the job's first host."""
        return self._cloud.directory / "training-jobs" / name

    def log(self, name: str, host: Host | None = None) -> Path:
        """What the job printed on a host, if not the first one."""
        of_host = f"-{host.name}" if host and host.number else ""
        return self._cloud.directory / "logs" / "training-jobs" / f"{name}{of_host}.log"

    def stop(self) -> None:
        """End what runs, with the cloud."""
        self._threads.stop()

    def save(self) -> Any:
        with self._threads.lock:
            return [serialization.to_json(job) for job in self._jobs.values()]

    def restore(self, saved: Any) -> None:
        """Bring jobs back; one that ran has failed meanwhile."""
        for each in saved:
            job = serialization.from_json(TrainingJob, each)
            self._jobs[job.name] = job
            if job.is_running:
                job.failure = _INTERRUPTED
                job.transition("Failed", "Failed")
                self._emit_state_change(job)

    def _find(self, name: str) -> TrainingJob:
        found = self._jobs.get(name)
        if found is None:
            arn = api.arn(self._cloud, "training-job", name)
            raise AWSValidationException(f"Could not find training job '{arn}'.")
        return found

    def _run(self, job: TrainingJob, containers: list[TrainingContainer]) -> None:
        try:
            try:
                ended_by = self._train(job, containers)
            finally:
                # What a failed job leaves is for a person to look at; reviews are kept in the bucket alone.
                for container in containers:
                    shutil.rmtree(container.data, ignore_errors=True)
        except JobFailed as error:
            self._end(job, "Failed", "Failed", str(error))
        except Exception as error:  # a job must end, whatever happens, or everybody waits for it for ever
            self._end(job, "Failed", "Failed", _own_fault(error))
        else:
            self._end(job, ended_by or "Completed", "Stopped" if ended_by else "Completed")
            shutil.rmtree(containers[0].base, ignore_errors=True)

    def _train(self, job: TrainingJob, containers: list[TrainingContainer]) -> str:
        """Run the job until its output is in S3; what ended it early, if anything, as a secondary status."""
        s3, first = self._cloud.client("s3"), containers[0]
        retries = (job.request.get("RetryStrategy") or {}).get("MaximumRetryAttempts", 0)
        while True:
            shutil.rmtree(first.base, ignore_errors=True)
            self._move(job, "Downloading")
            for container in containers:
                container.download(s3)
            programs = self._start(job, containers)
            if programs is None:
                return "Stopped"
            failed = self._follow(job, programs, containers)
            if failed is None:
                break
            first.upload_checkpoints(s3)
            program, code = failed
            if not is_lost(code) or not retries:
                raise JobFailed(program.failure_reason(code))
            retries -= 1
            self._move(job, "Restarting")
        self._move(job, "Uploading")
        first.upload(s3)
        return programs[0].ended_by

    def _start(self, job: TrainingJob, containers: list[TrainingContainer]) -> list[Program] | None:
        """The programs, started; None where the job was stopped before."""
        with self._threads.lock:
            if self._threads.is_stopped or job.status == "Stopping":
                return None
            programs = [self._program(container) for container in containers]
            self._threads.keep(job.name, programs)
            self._move(job, "Training")
        return programs

    def _program(self, container: TrainingContainer) -> Program:
        environment = container.environment
        variables = environment.variables(self._cloud.url, self._cloud.region)
        return Program(environment.command(), container.code, variables, container.failure)

    def _follow(
        self, job: TrainingJob, programs: list[Program], containers: list[TrainingContainer]
    ) -> tuple[Program, int] | None:
        """Tell and measure what the first host prints until all end; the program that failed first, and its exit code.

        Where one fails, the others are ended.
        """
        definitions = [
            (each["Name"], re.compile(each["Regex"]))
            for each in job.request["AlgorithmSpecification"].get("MetricDefinitions") or []
        ]
        seconds = (job.request.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds", _LONGEST_SECONDS)
        failed: list[tuple[Program, int]] = []

        def read(line: str) -> None:
            self._record_metrics(job, definitions, line)
            self._cloud.say("training", line.rstrip())

        def follow(program: Program, container: TrainingContainer) -> None:
            is_first = program is programs[0]
            code = program.follow(self.log(job.name, container.host), seconds, read if is_first else lambda _: None)
            if code != 0 and not program.ended_by:
                failed.append((program, code))
                for other in programs:
                    other.kill()

        others = [
            threading.Thread(target=follow, args=each, daemon=True)
            for each in zip(programs[1:], containers[1:], strict=True)
        ]
        for other in others:
            other.start()
        follow(programs[0], containers[0])
        for other in others:
            other.join()
        self._threads.forget(job.name)
        return failed[0] if failed else None

    def _record_metrics(self, job: TrainingJob, definitions: list[tuple[str, re.Pattern[str]]], line: str) -> None:
        for name, pattern in definitions:
            found = pattern.search(line)
            if found:
                with suppress(ValueError), self._threads.lock:
                    job.metrics[name] = (float(found[1]), now())

    def _move(self, job: TrainingJob, secondary: str) -> None:
        with self._threads.lock:
            job.transition(secondary, job.status)

    def _end(self, job: TrainingJob, secondary: str, status: str, failure: str | None = None) -> None:
        with self._threads.lock:
            if self._threads.is_stopped:
                # It is the cloud that ends: the job comes back as one that was interrupted.
                return
            job.failure = failure
            job.transition(secondary, status, failure or "")
        self._emit_state_change(job)

    def _emit_state_change(self, job: TrainingJob) -> None:
        with self._threads.lock:
            detail = job.event_detail()
        line = f"{job.name} {job.status}" + (f": {job.failure}" if job.failure else "")
        self._cloud.say("job", line)
        self._cloud.emit("SageMaker Training Job State Change", "aws.sagemaker", detail, [job.arn])
        self._cloud.changed()


def _own_fault(error: Exception) -> str:
    """Why a job failed of which nothing says that it was to blame."""
    return (
        f"InternalServerError: this is a fault of the laptop cloud, not of the job: {type(error).__name__}: {error}. "
        "Please report it; `python -m operate retrain --force --local` runs the job again."
    )


def install(cloud: CloudContext, begun: Callable[[], None]) -> None:
    """Put training jobs that train in moto's place; `begun` is called when one begins."""
    jobs = TrainingJobs(cloud, begun)
    api.replace_operation(cloud, "CreateTrainingJob", jobs.create)
    api.replace_operation(cloud, "DescribeTrainingJob", jobs.describe)
    api.replace_operation(cloud, "ListTrainingJobs", jobs.list_jobs)
    api.replace_operation(cloud, "StopTrainingJob", jobs.stop_job)
    cloud.keep("training jobs", jobs.save, jobs.restore)
    cloud.on_stop(jobs.stop)
