"""SageMaker's training jobs, as retrain sees and starts them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from taproom import contract
from taproom.sagemaker_errors import is_absent

_RUNNING = frozenset({"InProgress", "Stopping"})


@dataclass(frozen=True)
class Job:
    """One training job of the stack; `ended` is None while it runs."""

    run: str
    status: str
    created: datetime
    ended: datetime | None

    @property
    def runs(self) -> bool:
        """Whether its end is still to come."""
        return self.status in _RUNNING

    @property
    def completed(self) -> bool:
        """Whether it left an artifact."""
        return self.status == "Completed"


class Jobs:
    """The training jobs whose names begin with `prefix`, through `sagemaker`, a boto3 client."""

    def __init__(self, sagemaker: Any, prefix: str) -> None:
        self._sagemaker = sagemaker
        self._prefix = prefix

    def latest(self) -> list[Job]:
        """The stack's jobs, newest first, back to a completed one at least."""
        pages = self._sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=f"{self._prefix}-", SortBy="CreationTime", SortOrder="Descending", MaxResults=100
        )
        found: list[Job] = []
        for page in pages:
            found += [
                Job(
                    run=job["TrainingJobName"],
                    status=job["TrainingJobStatus"],
                    created=job["CreationTime"],
                    ended=job.get("TrainingEndTime"),
                )
                for job in page["TrainingJobSummaries"]
                if contract.is_run_id(job["TrainingJobName"], self._prefix)
            ]
            if any(job.completed for job in found):
                break
        return sorted(found, key=lambda job: job.created, reverse=True)

    def attempts(self, named: Callable[[int], str]) -> list[str]:
        """The attempts that exist, oldest first, `named(1)`, `named(2)` … being their names."""
        return list(itertools.takewhile(self._exists, map(named, itertools.count(1))))

    def start(self, request: dict[str, Any]) -> bool:
        """Create the job, False where somebody else did so first."""
        try:
            self._sagemaker.create_training_job(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceInUse":
                return False
            raise
        return True

    def _exists(self, run: str) -> bool:
        try:
            self._sagemaker.describe_training_job(TrainingJobName=run)
        except ClientError as error:
            if is_absent(error):
                return False
            raise
        return True
