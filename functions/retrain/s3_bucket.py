"""The bucket, as retrain reads and writes it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from retrain import hyperparameters, job
from retrain.decision import NewReviews
from retrain.hyperparameters import HyperparametersError
from retrain.source import Source
from taproom import contract
from taproom.releases import ROLLOUT, stored_releases
from taproom.snapshots.stored import StoredSnapshot, stored_parts, stored_snapshots

# For so long what chance has shown is kept from fitting, to judge by: enough for a few hundred probes to be rated, and
# short enough that what people say of them is learnt in the end.
SERVED_DAYS = 28
_PART_ENDING = ".parquet"
_MOST_COUNTED = 100
_VERDICT = "/verdict.json"


class Bucket:
    """The stack's bucket `name` through `s3`, a boto3 client."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._name = name

    def parts(self) -> tuple[str, ...]:
        """All parts, in order of time."""
        return stored_parts(self._s3, self._name)

    def snapshot(self, parts: Iterable[str]) -> StoredSnapshot | None:
        """The newest one that covers `parts` alone, be it some of them: of a part that is gone nothing may count."""
        there = set(parts)
        snapshots = stored_snapshots(self._s3, self._name)
        return next((each for each in snapshots if there.issuperset(each.snapshot.parts)), None)

    def has_listings(self) -> bool:
        """Whether catalogue files say anything of beers."""
        return self._exists(contract.LISTINGS)

    def learnt_catalogue(self) -> str:
        """The name of what there is to learn of catalogue files, which is its content's; empty for nothing."""
        try:
            head = self._s3.head_object(Bucket=self._name, Key=contract.LISTINGS)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return ""
            raise
        return str(head["Metadata"][contract.LEARNT])

    def learnt_catalogue_of(self, run: str) -> str:
        """The same of `run`."""
        return next(iter(self._listed(job.catalogue_manifest_key(run))), "")

    def count_reviews(self, parts: Iterable[str], minimum: int, minimum_ratings: int) -> NewReviews:
        """Reviews in `parts`, counted until there are enough of them.

        A part that does not say how many it holds (one that ingest did not write) has `minimum`.
        """
        found = NewReviews(0)
        for part in parts:
            if not found.missing(minimum, minimum_ratings):
                break
            head = self._s3.head_object(Bucket=self._name, Key=f"{contract.REVIEWS}{part}{_PART_ENDING}")
            rows = int(head["Metadata"].get("rows", minimum))
            if contract.RATED in head["Metadata"]:
                found = NewReviews(found.dropped, found.rated + rows)
            else:
                found = NewReviews(found.dropped + rows, found.rated)
        return found

    def hold(self, parts: frozenset[str], reviews: int) -> bool:
        """Whether the hundred largest of `parts` tell that they hold so many reviews: many small ones make few."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=contract.REVIEWS)
        listed = [(kept["Size"], kept["Key"]) for page in pages for kept in page.get("Contents", [])]
        of_parts = {f"{contract.REVIEWS}{part}{_PART_ENDING}" for part in parts}
        for _, key in sorted((each for each in listed if each[1] in of_parts), reverse=True)[:_MOST_COUNTED]:
            if reviews <= 0:
                break
            reviews -= int(self._s3.head_object(Bucket=self._name, Key=key)["Metadata"].get("rows", 0))
        return reviews <= 0

    def learnt_from(self, release: str) -> int:
        """Reviews that `release` has learnt from, 0 where it does not say."""
        try:
            recorded = self._read(f"{contract.RELEASES}{release}/{contract.METRICS}")
        except self._s3.exceptions.NoSuchKey:
            return 0
        return int(recorded.get("reviews", {}).get("total", 0))

    def was_told(self, month: str) -> bool:
        """Whether somebody was told that the budget of the `month`, such as 2026-11, is used up."""
        return self._exists(f"{contract.BUDGET}{month}")

    def note_told(self, month: str) -> None:
        """Note that somebody was."""
        self._s3.put_object(Bucket=self._name, Key=f"{contract.BUDGET}{month}", Body=b"")

    def has_verdict(self, run: str) -> bool:
        """Whether promote has decided about `run`."""
        return self._exists(f"{contract.RUNS}{run}/verdict.json")

    def verdicts(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each run that promote has decided about with its verdict.json, the latest decided first."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=contract.RUNS)
        found = [kept for page in pages for kept in page.get("Contents", []) if kept["Key"].endswith(_VERDICT)]
        for kept in sorted(found, key=lambda kept: (kept["LastModified"], kept["Key"]), reverse=True):
            yield kept["Key"].removeprefix(contract.RUNS).removesuffix(_VERDICT), self._read(kept["Key"])

    def was_rolled_back(self, run: str) -> bool:
        """Whether the last rollout of `run` was given up."""
        return self._rollout_status(run) == "rolled back"

    def promoted_at(self, release: str) -> datetime | None:
        """When `release` was made of its run, whatever was rolled back to since; None where its files are gone."""
        key = f"{contract.RELEASES}{release}/{contract.METRICS}"
        listed = self._s3.list_objects_v2(Bucket=self._name, Prefix=key, MaxKeys=1).get("Contents", [])
        return listed[0]["LastModified"] if listed else None

    def parts_of(self, run: str) -> frozenset[str]:
        """The parts that `run` was trained on; none where its manifest is gone."""
        return self._listed(job.manifest_key(run))

    def tuned_hyperparameters(self) -> dict[str, Any]:
        """What tuning left for the runs to come; none where it has left nothing.

        Raises
        ------
        HyperparametersError
            Naming the object, what it holds, and what to do.
        """
        try:
            answer = self._s3.get_object(Bucket=self._name, Key=contract.HYPERPARAMETERS)
        except self._s3.exceptions.NoSuchKey:
            return {}
        content = answer["Body"].read()
        try:
            return hyperparameters.parsed(content)
        except HyperparametersError as error:
            place = f"s3://{self._name}/{contract.HYPERPARAMETERS}"
            raise HyperparametersError(
                f"{place} can't be used: {error}. It starts with {content[:100]!r}. Correct it, delete it "
                f"(aws s3 rm {place}), or bring back the version before."
            ) from error

    def latest_releases(self, most: int) -> list[dict[str, Any]]:
        """metrics.json of the releases that came into service last, up to `most` of them, the latest first.

        Those that are retired are left out: nothing can be compared with them.
        """
        releases = (
            each.release
            for each in stored_releases(self._s3, self._name)
            if each.is_whole and self._rollout_status(each.release) == "in service"
        )
        return [
            self._read(f"{contract.RELEASES}{release}/{contract.METRICS}")
            for release in itertools.islice(releases, most)
        ]

    def served_files(self, now: datetime) -> tuple[str, ...]:
        """The files of the served log of the last SERVED_DAYS, below served/."""
        first = f"{contract.SERVED}day={now - timedelta(days=SERVED_DAYS):%Y-%m-%d}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=contract.SERVED, StartAfter=first
        )
        return tuple(kept["Key"].removeprefix(contract.SERVED) for page in pages for kept in page.get("Contents", []))

    def write_manifests(
        self,
        run: str,
        parts: tuple[str, ...],
        learnt: str,
        served: tuple[str, ...] = (),
        snapshot: StoredSnapshot | None = None,
    ) -> None:
        """List `parts` as the input of `run`, what it learns of catalogue files, empty for nothing, and `served`.

        With a `snapshot` also what it reads in the place of the parts.
        """
        manifests = {job.manifest_key(run): job.manifest(self._name, parts)}
        if snapshot:
            manifests[job.reviews_manifest_key(run)] = job.reviews_manifest(self._name, parts, snapshot)
        if learnt:
            manifests[job.catalogue_manifest_key(run)] = job.catalogue_manifest(self._name, learnt)
        if served:
            manifests[job.served_manifest_key(run)] = job.served_manifest(self._name, served)
        for key, manifest in manifests.items():
            body = json.dumps(manifest, indent=1).encode()
            self._s3.put_object(Bucket=self._name, Key=key, Body=body, ContentType="application/json")

    def keep_source(self, source: Source) -> None:
        """Upload the training code unless it is there."""
        if not self._exists(source.key):
            self._s3.put_object(Bucket=self._name, Key=source.key, Body=source.archive())

    def is_prepared(self, run: str) -> bool:
        """Whether what Spark has prepared for the run is there."""
        return self._exists(f"{contract.PREPARED}{run}/{contract.PREPARED_DESCRIPTION}")

    def keep_spark_source(self, source: Source) -> None:
        """Upload what runs on Spark."""
        for name, content in source.spark_files().items():
            self._s3.put_object(Bucket=self._name, Key=f"{source.spark_folder}{name}", Body=content)

    def _rollout_status(self, release: str) -> str | None:
        try:
            return str(self._read(f"{contract.RELEASES}{release}/{ROLLOUT}")["status"])
        except self._s3.exceptions.NoSuchKey:
            return None

    def _listed(self, manifest: str) -> frozenset[str]:
        try:
            answer = self._s3.get_object(Bucket=self._name, Key=manifest)
        except self._s3.exceptions.NoSuchKey:
            return frozenset()
        return job.parts_of(json.load(answer["Body"]))

    def _read(self, key: str) -> dict[str, Any]:
        return dict(json.load(self._s3.get_object(Bucket=self._name, Key=key)["Body"]))

    def _exists(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise
        return True
