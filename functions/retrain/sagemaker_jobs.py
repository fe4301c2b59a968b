"""SageMaker's jobs, as retrain sees them, and starts those that train."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from taproom import contract
from taproom.sagemaker_errors import is_absent

_RUNNING = frozenset({"InProgress", "Stopping"})


@dataclass(frozen=True)
class Job:
    """A job of `run`, which trains it or prepares its reviews; `ended` is None while it runs."""

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
        """Whether it left what it is for."""
        return self.status == "Completed"


def month_of(now: datetime) -> datetime:
    """When the month of `now`, a UTC time, began."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


class Jobs:
    """The training jobs whose names begin with `prefix`, through `sagemaker`, a boto3 client."""

    def __init__(self, sagemaker: Any, prefix: str) -> None:
        self._sagemaker = sagemaker
        self._prefix = prefix

    def latest(self) -> list[Job]:
        """The stack's jobs, newest first, back to a completed one at least."""
        found: list[Job] = []
        for page in self._pages():
            found += page
            if any(job.completed for job in found):
                break
        return sorted(found, key=lambda job: job.created, reverse=True)

    def minutes_since(self, start: datetime, now: datetime) -> float:
        """Minutes of all the stack's jobs that were created since `start`, those that run included.

        Counted from their creation, so with the minutes in which SageMaker finds an instance, which it does not bill.
        """
        seconds = 0.0
        for page in self._pages():
            seconds += sum(((job.ended or now) - job.created).total_seconds() for job in page if job.created >= start)
            if any(job.created < start for job in page):
                break
        return seconds / 60

    def attempts(self, named: Callable[[int], str]) -> list[str]:
        """The attempts that exist, oldest first, `named(1)`, `named(2)` … being their names."""
        return list(itertools.takewhile(self.exists, map(named, itertools.count(1))))

    def start(self, request: dict[str, Any]) -> bool:
        """Create the job, False where somebody else did so first."""
        try:
            self._sagemaker.create_training_job(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceInUse":
                return False
            raise
        return True

    def _pages(self) -> Iterator[list[Job]]:
        """The stack's jobs, newest first, page by page."""
        pages = self._sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=f"{self._prefix}-", SortBy="CreationTime", SortOrder="Descending", MaxResults=100
        )
        for page in pages:
            yield [
                Job(
                    run=job["TrainingJobName"],
                    status=job["TrainingJobStatus"],
                    created=job["CreationTime"],
                    ended=job.get("TrainingEndTime"),
                )
                for job in page["TrainingJobSummaries"]
                if contract.is_run_id(job["TrainingJobName"], self._prefix)
            ]

    def exists(self, run: str) -> bool:
        """Whether there is, or was, a training job of this name."""
        try:
            self._sagemaker.describe_training_job(TrainingJobName=run)
        except ClientError as error:
            if is_absent(error):
                return False
            raise
        return True
