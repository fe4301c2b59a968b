"""How long what promote makes is kept: the last releases, and everything no longer than the stack.

Of the releases before the last ones what is small stays (docs/adr/0061-retention.md).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from promote.endpoints import Endpoints, SettledEndpoints
from promote.registry import Registry
from promote.releases import Releases
from taproom import releases as taproom_releases
from taproom.contract import RELEASES, is_run_id
from taproom.names import Layout
from taproom.releases import StoredRelease

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retention:
    """Keeps the `kept` releases that came into service last, and what is in use."""

    sagemaker: Any
    releases: Releases
    endpoints: Endpoints
    registry: Registry
    prefix: str
    kept: int

    def attempt(self) -> None:
        """Retire what can be retired; an error is logged, and whoever rolls out next finds what is left."""
        try:
            logger.info("Retired: %s", self.retire())
        except (ClientError, BotoCoreError, ValidationError):
            logger.exception("Older releases stay for now")

    def retire(self) -> list[str]:
        """Delete what older releases need to serve; the releases of which files were deleted. May run again.

        While a job runs that somebody started by hand nothing is: it may be about to read any release.
        """
        read = self._read_by_jobs()
        if read is None:
            return []
        stored = self.releases.stored()
        in_use = self.endpoints.releases_in_use() | read
        going = {
            each.release: each
            for each in self._older(stored)
            if each.release not in in_use and not self._has_status(each, "started")
        }
        if not read:
            # A job that has just started reads one of them, too.
            self.releases.snapshots.retire({each.release for each in stored if each.is_whole}.difference(going))
        if not going:
            return []
        retired = [release for release, each in going.items() if self.releases.retire(each)]
        taproom_releases.delete_configs_and_models(self.sagemaker, self.prefix, going.__contains__)
        self._delete_packages({each.release for each in stored}, going)
        return retired

    def _older(self, stored: Sequence[StoredRelease]) -> Sequence[StoredRelease]:
        """Those of `stored`, the last rolled out first, behind the last one that is kept."""
        came_into_service = 0
        for place, each in enumerate(stored):
            if came_into_service == self.kept:
                return stored[place:]
            came_into_service += self._has_status(each, "in service")
        return ()

    def _has_status(self, stored: StoredRelease, status: str) -> bool:
        found = self.releases.rollout(stored.release) if stored.is_whole else None
        return found is not None and found[0].status == status

    def _read_by_jobs(self) -> set[str] | None:
        """The releases that running jobs are compared with; None where somebody's own job runs."""
        # A job that is started by hand has the stack's digits in its name, and not always what stands before them.
        pages = self.sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=self.prefix.rpartition("-")[2], StatusEquals="InProgress"
        )
        jobs = [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]
        if not all(is_run_id(job, self.prefix) for job in jobs):
            return None
        described = (self.sagemaker.describe_training_job(TrainingJobName=job) for job in jobs)
        return {release for job in described for release in _compared(job)}

    def _delete_packages(self, stored: set[str], going: Mapping[str, StoredRelease]) -> None:
        """Those of releases that go, and of runs without a release that came before all of those that stay."""
        packages = [(package.get("ModelPackageDescription"), package) for package in self.registry.packages()]
        of_kept = [package["CreationTime"] for run, package in packages if run in stored - going.keys()]
        for run, package in packages:
            outlived = run not in stored and bool(of_kept) and package["CreationTime"] < min(of_kept)
            if run in going or outlived:
                taproom_releases.delete_package(self.sagemaker, package)


def remove(sagemaker: Any, pairs: Sequence[SettledEndpoints], registry: Registry, prefix: str) -> dict[str, int]:
    """Stop the stack's jobs, delete the `pairs` of endpoints, configs, models and packages; how many of each.

    Only what carries a name with the stack's `prefix` is touched. May run again.
    """
    # Preparations first: as long as nobody decides, no training job follows them.
    jobs = [*_stop(sagemaker, "Processing", prefix), *_stop(sagemaker, "Training", prefix)]
    for endpoints in pairs:
        for layout in Layout:
            endpoints.remove(layout)
    deleted = taproom_releases.delete_configs_and_models(sagemaker, prefix, lambda name: is_run_id(name, prefix))
    return {"jobs": len(jobs), **deleted, "packages": registry.clear()}


def _stop(sagemaker: Any, kind: str, prefix: str) -> list[str]:
    """Stop the `Training` or `Processing` jobs of the stack's runs; their names."""
    pages = sagemaker.get_paginator(f"list_{kind.lower()}_jobs").paginate(
        NameContains=prefix, StatusEquals="InProgress"
    )
    names = [job[f"{kind}JobName"] for page in pages for job in page[f"{kind}JobSummaries"]]
    jobs = [name for name in names if is_run_id(name, prefix)]
    for job in jobs:
        getattr(sagemaker, f"stop_{kind.lower()}_job")(**{f"{kind}JobName": job})
    return jobs


def _compared(job: Mapping[str, Any]) -> set[str]:
    """The releases among a training job's inputs, by DescribeTrainingJob's answer."""
    uris = (channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in job["InputDataConfig"])
    return {uri.partition(f"/{RELEASES}")[2].partition("/")[0] for uri in uris if f"/{RELEASES}" in uri}
