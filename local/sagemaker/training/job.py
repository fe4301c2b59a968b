"""What SageMaker knows of one training job, as DescribeTrainingJob and the events show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.api import milliseconds

RUNNING = ("InProgress", "Stopping")
_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading the training image and the input data",
    "Training": "Training image download completed. Training in progress.",
    "Stopping": "Stopping the training job",
    "Restarting": "Restarting the training job on other instances",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class TrainingJob:
    """`request` is CreateTrainingJob's; `tags` stay a list of their own, since AddTags extends it."""

    request: dict[str, Any]
    arn: str
    artifact_uri: str
    status: str = "InProgress"
    secondary: str = "Starting"
    created: datetime = field(default_factory=now)
    changed: datetime = field(default_factory=now)
    started: datetime | None = None
    ended: datetime | None = None
    failure: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)
    # The last value of each metric, and when it was printed.
    metrics: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    transitions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.request["TrainingJobName"])

    @property
    def is_running(self) -> bool:
        """Whether its end is still to come."""
        return self.status in RUNNING

    def transition(self, secondary: str, status: str, message: str = "") -> None:
        """Go on to a secondary status; Completed, Failed and Stopped end the job."""
        moment = now()
        if self.transitions:
            self.transitions[-1]["EndTime"] = moment
        self.transitions.append(
            {"Status": secondary, "StartTime": moment, "StatusMessage": message or _MESSAGES[secondary]}
        )
        self.status, self.secondary, self.changed = status, secondary, moment
        if secondary == "Training":
            self.started = moment
        if not self.is_running:
            self.transitions[-1]["EndTime"] = self.ended = moment
            self.started = self.started or moment

    def describe(self) -> dict[str, Any]:
        """DescribeTrainingJob's answer."""
        shown: dict[str, Any] = {
            **{name: value for name, value in self.request.items() if name != "Tags"},
            "TrainingJobArn": self.arn,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": self.secondary,
            "CreationTime": self.created,
            "LastModifiedTime": self.changed,
            "TrainingStartTime": self.started,
            "TrainingEndTime": self.ended,
            "FailureReason": self.failure,
            "SecondaryStatusTransitions": self.transitions,
            "FinalMetricDataList": [
                {"MetricName": name, "Value": value, "Timestamp": moment}
                for name, (value, moment) in self.metrics.items()
            ],
        }
        if self.status in ("Completed", "Stopped"):
            shown["ModelArtifacts"] = {"S3ModelArtifacts": self.artifact_uri}
        if self.ended and self.started:
            shown["TrainingTimeInSeconds"] = shown["BillableTimeInSeconds"] = round(
                (self.ended - self.started).total_seconds()
            )
        return {name: value for name, value in shown.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        """Its element of ListTrainingJobs' answer."""
        shown = {
            "TrainingJobName": self.name,
            "TrainingJobArn": self.arn,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": self.secondary,
            "CreationTime": self.created,
            "LastModifiedTime": self.changed,
            "TrainingEndTime": self.ended,
        }
        return {name: value for name, value in shown.items() if value is not None}

    def event_detail(self) -> dict[str, Any]:
        """The detail of its state-change event: as described, without artifact and metrics; times in milliseconds."""
        left_out = ("ModelArtifacts", "FinalMetricDataList", "Environment")
        shown = {name: value for name, value in self.describe().items() if name not in left_out}
        return {**_in_milliseconds(shown), "Tags": {tag["Key"]: tag["Value"] for tag in self.tags}}


def _in_milliseconds(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, Mapping):
        return {name: _in_milliseconds(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_in_milliseconds(each) for each in value]
    return value
