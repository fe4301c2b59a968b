"""Processing jobs of SageMaker's Spark container, run by PySpark on this machine where it has Java and PySpark.

After github.com/aws/sagemaker-spark-container: smspark-submit hands its arguments on to spark-submit. Where a container
has `/opt/ml`, a job has a folder that SAGEMAKER_BASE_DIR names.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.sagemaker.exceptions import AWSValidationException, ResourceInUseException

from local.context import CloudContext
from local.sagemaker import api, s3_files
from local.sagemaker.api import Request
from local.sagemaker.job_threads import JobThreads
from local.sagemaker.training.container import JobFailed
from local.sagemaker.training.job import RUNNING, now
from local.sagemaker.training.program import Program
from local.services import serialization

_OPT_ML = "/opt/ml"
_SPARK = (
    *("--master", "local[2]"),
    *("--conf", "spark.ui.enabled=false"),
    *("--conf", "spark.driver.bindAddress=127.0.0.1"),
    # Of 200, most would be empty.
    *("--conf", "spark.sql.shuffle.partitions=4"),
)
_LONGEST_SECONDS = 86_400


@dataclass
class ProcessingJob:
    """`request` is CreateProcessingJob's."""

    request: dict[str, Any]
    arn: str
    status: str = "InProgress"
    created: datetime = field(default_factory=now)
    changed: datetime = field(default_factory=now)
    failure: str | None = None

    @property
    def name(self) -> str:
        return str(self.request["ProcessingJobName"])

    def summary(self) -> dict[str, Any]:
        """Its element of ListProcessingJobs' answer."""
        shown: dict[str, Any] = {
            "ProcessingJobName": self.name,
            "ProcessingJobArn": self.arn,
            "ProcessingJobStatus": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.changed,
        }
        if self.status not in RUNNING:
            shown["ProcessingEndTime"] = self.changed
        if self.failure:
            shown["FailureReason"] = self.failure
        return shown

    def describe(self) -> dict[str, Any]:
        """DescribeProcessingJob's answer."""
        return {name: value for name, value in self.request.items() if name != "Tags"} | self.summary()


class ProcessingJobs:
    """The cloud's processing jobs by name; each runs in a thread of its own."""

    def __init__(self, cloud: CloudContext) -> None:
        self._cloud = cloud
        self._jobs: dict[str, ProcessingJob] = {}
        self._threads = JobThreads()

    def create(self, request: Request) -> dict[str, Any]:
        name = request["ProcessingJobName"]
        arn = api.arn(self._cloud, "processing-job", name)
        with self._threads.lock:
            if name in self._jobs:
                raise ResourceInUseException(f"Job name must be unique within an AWS account and region ({arn})")
            job = self._jobs[name] = ProcessingJob(request, arn)
        self._cloud.say("job", f"{name} is prepared")
        self._threads.begin(self._run, job)
        return {"ProcessingJobArn": arn}

    def describe(self, request: Request) -> dict[str, Any]:
        with self._threads.lock:
            return self._find(request["ProcessingJobName"]).describe()

    def list_jobs(self, request: Request) -> dict[str, Any]:
        with self._threads.lock:
            summaries = [job.summary() for job in self._jobs.values()]
        return api.list_page(request, summaries, "ProcessingJobSummaries", "ProcessingJob", "Descending")

    def stop_job(self, request: Request) -> None:
        with self._threads.lock:
            job = self._find(request["ProcessingJobName"])
            if job.status != "InProgress":
                raise AWSValidationException(f"The processing job is in status {job.status}, and can't be stopped.")
            job.status, job.changed = "Stopping", now()
            self._threads.end(job.name)

    def stop(self) -> None:
        """End what runs, with the cloud."""
        self._threads.stop()

    def save(self) -> Any:
        with self._threads.lock:
            return [serialization.to_json(job) for job in self._jobs.values()]

    def restore(self, saved: Any) -> None:
        """Bring jobs back; one that ran has failed meanwhile."""
        for each in saved:
            job = serialization.from_json(ProcessingJob, each)
            self._jobs[job.name] = job
            if job.status in RUNNING:
                self._end(job, "Failed", "InternalServerError: the laptop cloud was stopped while this job ran.")

    def _find(self, name: str) -> ProcessingJob:
        if name not in self._jobs:
            raise AWSValidationException(f"Could not find requested job with name: {name}")
        return self._jobs[name]

    def _run(self, job: ProcessingJob) -> None:
        base = self._cloud.directory / "processing-jobs" / job.name
        try:
            ended_by = self._process(job, base)
        except JobFailed as error:
            self._end(job, "Failed", str(error))
        except Exception as error:  # a job must end, whatever happens, or everybody waits for it for ever
            self._end(
                job, "Failed", f"InternalServerError: a fault of the laptop cloud: {type(error).__name__}: {error}"
            )
        else:
            self._end(job, "Stopped" if ended_by else "Completed")
        finally:
            # Reviews are kept in the bucket alone.
            shutil.rmtree(base, ignore_errors=True)

    def _process(self, job: ProcessingJob, base: Path) -> str:
        """Run the job until its output is in S3; what ended it early, if anything."""
        s3 = self._cloud.client("s3")
        base.mkdir(parents=True)
        try:
            for given in job.request.get("ProcessingInputs") or []:
                source = given["S3Input"]
                for uri, path in s3_files.files_of(s3, source["S3Uri"], source["S3DataType"]):
                    s3_files.download(s3, uri, _local(base, source["LocalPath"]) / path)
        except ClientError as error:
            raise JobFailed(f"ClientError: Data download failed: {error}") from error
        with self._threads.lock:
            if self._threads.is_stopped or job.status == "Stopping":
                return "Stopped"
            message = base / "output" / "message"
            program = Program(self._command(job, base), base, _variables(base), message)
            self._threads.keep(job.name, [program])
        seconds = (job.request.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds", _LONGEST_SECONDS)
        log = self._cloud.directory / "logs" / "processing-jobs" / f"{job.name}.log"
        code = program.follow(log, seconds, lambda line: self._cloud.say("processing", line))
        self._threads.forget(job.name)
        if code != 0 and not program.ended_by:
            raise JobFailed(program.failure_reason(code))
        for given in job.request["ProcessingOutputConfig"]["Outputs"]:
            target = given["S3Output"]
            s3_files.upload_files(s3, _local(base, target["LocalPath"]), s3_files.folder(target["S3Uri"]))
        return program.ended_by

    def _command(self, job: ProcessingJob, base: Path) -> list[str]:
        container = job.request["AppSpecification"]
        if container.get("ContainerEntrypoint") != ["smspark-submit"]:
            raise JobFailed("ClientError: of processing jobs the laptop cloud runs those of the Spark container alone.")
        pyspark = importlib.util.find_spec("pyspark")
        if pyspark is None or pyspark.origin is None or shutil.which("java") is None:
            raise JobFailed(
                "ClientError: there is no Java or no PySpark on this machine: `make develop` installs PySpark, "
                "`apt-get install openjdk-17-jre-headless` Java on Debian."
            )
        submit = str(Path(pyspark.origin).parent / "bin" / "spark-submit")
        arguments = (each.replace(_OPT_ML, str(base)) for each in container.get("ContainerArguments") or [])
        return [submit, *_SPARK, *arguments]

    def _end(self, job: ProcessingJob, status: str, failure: str | None = None) -> None:
        with self._threads.lock:
            if self._threads.is_stopped:
                # It is the cloud that ends: the job comes back as one that was interrupted.
                return
            job.status, job.failure, job.changed = status, failure, now()
            detail = {
                name: api.milliseconds(value) if isinstance(value, datetime) else value
                for name, value in job.describe().items()
            }
        self._cloud.say("job", f"{job.name} {status}" + (f": {failure}" if failure else ""))
        self._cloud.emit("SageMaker Processing Job State Change", "aws.sagemaker", detail, [job.arn])
        self._cloud.changed()


def _local(base: Path, path: str) -> Path:
    return base / path.removeprefix(_OPT_ML).lstrip("/")


def _variables(base: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return inherited | {"SAGEMAKER_BASE_DIR": str(base), "PYSPARK_PYTHON": sys.executable}


def install(cloud: CloudContext) -> None:
    """Put processing jobs that process in moto's place."""
    jobs = ProcessingJobs(cloud)
    api.replace_operation(cloud, "CreateProcessingJob", jobs.create)
    api.replace_operation(cloud, "DescribeProcessingJob", jobs.describe)
    api.replace_operation(cloud, "ListProcessingJobs", jobs.list_jobs)
    api.replace_operation(cloud, "StopProcessingJob", jobs.stop_job)
    cloud.keep("processing jobs", jobs.save, jobs.restore)
    cloud.on_stop(jobs.stop)
