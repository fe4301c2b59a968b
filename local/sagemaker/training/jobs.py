"""SageMaker training jobs: the real training code in a process of this machine, under script mode's contract."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from moto.sagemaker.exceptions import AWSValidationException, ResourceInUseException

from local.context import CloudContext
from local.sagemaker import api
from local.sagemaker.api import Request
from local.sagemaker.training.container import JobFailed, TrainingContainer
from local.sagemaker.training.job import TrainingJob, now
from local.services import serialization

# Between the request to stop and the end by force, as in SageMaker.
_GRACE_SECONDS = 120
_LONGEST_SECONDS = 86_400
_REASON_CHARACTERS = 1024
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_INTERRUPTED = (
    "InternalServerError: the laptop cloud was stopped while this job ran; "
    "`python -m local retrain --force` runs it again."
)


class _Process:
    """The training program; what ends it early is remembered."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self.popen = popen
        self.ended_by = ""

    def end(self, why: str) -> None:
        """Ask the program to end, and after SageMaker's time of grace, force it."""
        self.ended_by = self.ended_by or why
        self._signal(signal.SIGTERM)
        force = threading.Timer(_GRACE_SECONDS, self.kill)
        force.daemon = True
        force.start()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # It leads a process group of its own, so its children end with it.
        if self.popen.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.popen.pid, number)


class TrainingJobs:
    """The cloud's training jobs by name; each runs in a thread of its own."""

    def __init__(self, cloud: CloudContext) -> None:
        self._cloud = cloud
        # moto finds what tags belong to in its own dictionary, so they live there.
        self._jobs: dict[str, TrainingJob] = api.backend(cloud).training_jobs  # type: ignore[assignment]
        self._processes: dict[str, _Process] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.RLock()
        self._stopped = False

    def create(self, request: Request) -> dict[str, Any]:
        name = request["TrainingJobName"]
        arn = api.arn(self._cloud, "training-job", name)
        if not re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name):
            raise AWSValidationException(
                f"1 validation error detected: Value '{name}' at 'trainingJobName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            )
        with self._lock:
            if name in self._jobs:
                raise ResourceInUseException(
                    "Job name must be unique within an AWS account and region, "
                    f"and a job with this name already exists ({arn})"
                )
            container = TrainingContainer(self.folder(name), request)
            job = TrainingJob(request, arn, container.artifact_uri, tags=list(request.get("Tags") or []))
            job.transition("Starting", "InProgress")
            self._jobs[name] = job
        self._emit_state_change(job)
        thread = threading.Thread(target=self._run, args=(job, container), daemon=True)
        self._threads.append(thread)
        thread.start()
        return {"TrainingJobArn": arn}

    def describe(self, request: Request) -> dict[str, Any]:
        with self._lock:
            return self._find(request["TrainingJobName"]).describe()

    def list_jobs(self, request: Request) -> dict[str, Any]:
        with self._lock:
            summaries = [job.summary() for job in self._jobs.values()]
        return api.list_page(request, summaries, "TrainingJobSummaries", "TrainingJob", "Ascending")

    def stop_job(self, request: Request) -> None:
        with self._lock:
            job = self._find(request["TrainingJobName"])
            if job.status != "InProgress":
                raise AWSValidationException(
                    f"The request was rejected because the training job is in status {job.status}."
                )
            job.transition("Stopping", "Stopping")
            process = self._processes.get(job.name)
            if process is not None:
                process.end("Stopped")
        self._emit_state_change(job)

    def folder(self, name: str) -> Path:
        """The job's /opt/ml."""
        return self._cloud.directory / "training-jobs" / name

    def log(self, name: str) -> Path:
        """What the job printed."""
        return self._cloud.directory / "logs" / "training-jobs" / f"{name}.log"

    def stop(self) -> None:
        """End what runs, with the cloud."""
        with self._lock:
            self._stopped = True
            running = list(self._processes.values())
        for process in running:
            process.kill()
        for thread in self._threads:
            thread.join()

    def save(self) -> Any:
        with self._lock:
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

    def _run(self, job: TrainingJob, container: TrainingContainer) -> None:
        try:
            ended_by = self._train(job, container)
        except JobFailed as error:
            self._end(job, "Failed", "Failed", str(error))
        except Exception as error:  # a job must end, whatever happens, or everybody waits for it for ever
            self._end(job, "Failed", "Failed", _own_fault(error))
        else:
            self._end(job, ended_by or "Completed", "Stopped" if ended_by else "Completed")
            shutil.rmtree(container.base, ignore_errors=True)

    def _train(self, job: TrainingJob, container: TrainingContainer) -> str:
        """Run the job until its output is in S3; what ended it early, if anything, as a secondary status."""
        s3 = self._cloud.client("s3")
        shutil.rmtree(container.base, ignore_errors=True)
        self._move(job, "Downloading")
        container.download(s3)
        process = self._start(job, container)
        if process is None:
            return "Stopped"
        code, last_lines = self._follow(job, process)
        if code != 0 and not process.ended_by:
            container.upload_checkpoints(s3)
            raise JobFailed(_failure(container, last_lines, code))
        self._move(job, "Uploading")
        container.upload(s3)
        return process.ended_by

    def _start(self, job: TrainingJob, container: TrainingContainer) -> _Process | None:
        """The program, started; None where the job was stopped before."""
        with self._lock:
            if self._stopped or job.status == "Stopping":
                return None
            popen = subprocess.Popen(
                [sys.executable, str(_SUPERVISOR), *container.environment.command()],
                cwd=container.code,
                env=container.environment.variables(self._cloud.url, self._cloud.region),
                # The supervisor ends the job when this end of the pipe is gone.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            process = self._processes[job.name] = _Process(popen)
            self._move(job, "Training")
        return process

    def _follow(self, job: TrainingJob, process: _Process) -> tuple[int, list[str]]:
        """Read what the program prints until it ends: its exit code, and the last lines of its errors."""
        definitions = [
            (each["Name"], re.compile(each["Regex"]))
            for each in job.request["AlgorithmSpecification"].get("MetricDefinitions") or []
        ]
        log = self.log(job.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        seconds = (job.request.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds", _LONGEST_SECONDS)
        limit = threading.Timer(seconds, process.end, ("MaxRuntimeExceeded",))
        limit.daemon = True
        limit.start()
        last_errors: deque[str] = deque(maxlen=10)
        popen = process.popen
        assert popen.stdout is not None
        assert popen.stderr is not None
        with log.open("w", encoding="utf-8", buffering=1) as written:
            errors = threading.Thread(target=_copy, args=(popen.stderr, written, last_errors), daemon=True)
            errors.start()
            for line in popen.stdout:
                written.write(line)
                self._record_metrics(job, definitions, line.rstrip("\n"))
                self._cloud.say("training", line.rstrip())
            code = popen.wait()
            errors.join()
        for stream in (popen.stdin, popen.stdout, popen.stderr):
            if stream is not None:
                stream.close()
        limit.cancel()
        with self._lock:
            del self._processes[job.name]
        return code, list(last_errors)

    def _record_metrics(self, job: TrainingJob, definitions: list[tuple[str, re.Pattern[str]]], line: str) -> None:
        for name, pattern in definitions:
            found = pattern.search(line)
            if found:
                with suppress(ValueError), self._lock:
                    job.metrics[name] = (float(found[1]), now())

    def _move(self, job: TrainingJob, secondary: str) -> None:
        with self._lock:
            job.transition(secondary, job.status)

    def _end(self, job: TrainingJob, secondary: str, status: str, failure: str | None = None) -> None:
        with self._lock:
            if self._stopped:
                # It is the cloud that ends: the job comes back as one that was interrupted.
                return
            job.failure = failure
            job.transition(secondary, status, failure or "")
        self._emit_state_change(job)

    def _emit_state_change(self, job: TrainingJob) -> None:
        with self._lock:
            detail = job.event_detail()
        line = f"{job.name} {job.status}" + (f": {job.failure}" if job.failure else "")
        self._cloud.say("job", line)
        self._cloud.emit("SageMaker Training Job State Change", "aws.sagemaker", detail, [job.arn])
        self._cloud.changed()


def _copy(errors: IO[str], log: IO[str], last: deque[str]) -> None:
    for line in errors:
        log.write(line)
        last.append(line)


def _failure(container: TrainingContainer, last_lines: list[str], code: int) -> str:
    """Why a program failed, as SageMaker words it: what it wrote to output/failure, or else its last errors."""
    if container.failure.is_file():
        reason = container.failure.read_text(encoding="utf-8", errors="replace")
    else:
        reason = "".join(last_lines) or "the program said nothing"
    return f"AlgorithmError: {reason.strip()[:_REASON_CHARACTERS]}, exit code: {code}"


def _own_fault(error: Exception) -> str:
    """Why a job failed of which nothing says that it was to blame."""
    return (
        f"InternalServerError: this is a fault of the laptop cloud, not of the job: {type(error).__name__}: {error}. "
        "Please report it; `python -m local retrain --force` runs the job again."
    )


def install(cloud: CloudContext) -> None:
    """Put training jobs that train in moto's place."""
    jobs = TrainingJobs(cloud)
    api.replace_operation(cloud, "CreateTrainingJob", jobs.create)
    api.replace_operation(cloud, "DescribeTrainingJob", jobs.describe)
    api.replace_operation(cloud, "ListTrainingJobs", jobs.list_jobs)
    api.replace_operation(cloud, "StopTrainingJob", jobs.stop_job)
    cloud.keep("training jobs", jobs.save, jobs.restore)
    cloud.on_stop(jobs.stop)
