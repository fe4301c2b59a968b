"""The Model Registry: one package a run, all servables in it, with metrics and lineage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promote.metrics import NEEDED, Metrics
from promote.releases import Releases
from promote.settings import PromoteSettings
from promote.verdict import Verdict
from taproom import images
from taproom import releases as taproom_releases
from taproom.contract import METRICS, RUNS, digest

AUTOMATIC, WAITING, REFUSED = "Approved", "PendingManualApproval", "Rejected"


def request(
    verdict: Verdict,
    metrics: Metrics,
    job: Mapping[str, Any],
    *,
    group: str,
    image: str,
    archives: Mapping[str, str],
    metrics_uri: str,
    status: str,
) -> dict[str, Any]:
    """CreateModelPackage's arguments.

    `job` is DescribeTrainingJob's answer, `archives` the s3:// address of each endpoint's archive.
    """
    manifest = next(
        (
            channel["DataSource"]["S3DataSource"]["S3Uri"]
            for channel in job["InputDataConfig"]
            if channel["DataSource"]["S3DataSource"]["S3DataType"] == "ManifestFile"
        ),
        "",
    )
    candidate = {**metrics.retrieval.candidate, **metrics.ranking.candidate}
    lineage = {
        "run": verdict.run,
        "manifest": manifest,
        "code": job.get("HyperParameters", {}).get("sagemaker_submit_directory", "").strip('"'),
        "reviews": str(metrics.reviews.total),
        "verdict": verdict.status,
        "compared_with": verdict.serving or "nothing",
        "failed_comparisons": "; ".join(
            f"{one.metric} against {one.against}" for one in verdict.comparisons if not one.passed
        )
        or "none",
        **{metric.name: f"{candidate[metric.name]:.4f}" for metric in NEEDED},
    }
    return {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": verdict.run,
        "ModelApprovalStatus": status,
        "InferenceSpecification": {
            "Containers": [{"Image": image, "ModelDataUrl": uri} for uri in archives.values()],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": metrics_uri}}},
        # Values hold 256 characters at most.
        "CustomerMetadataProperties": {name: value[:256] for name, value in lineage.items() if value},
    }


def request_for(
    verdict: Verdict, metrics: Metrics, job: Mapping[str, Any], releases: Releases, settings: PromoteSettings
) -> dict[str, Any]:
    """The arguments for a run that was decided: with the archives of a release where it becomes one."""
    promoted = verdict.status == "promoted"
    if promoted:
        archives = {name: releases.uri(verdict.run, f"{name}.tar.gz") for name in metrics.endpoint_layout.servables}
        metrics_uri = releases.uri(verdict.run, METRICS)
    else:
        archives = {"artifact": releases.artifact_uri(verdict.run)}
        metrics_uri = f"s3://{releases.bucket}/{RUNS}{verdict.run}/verdict.json"
    return request(
        verdict,
        metrics,
        job,
        group=settings.prefix,
        image=images.serving_image(settings.aws_region, settings.serving_image_tag),
        archives=archives,
        metrics_uri=metrics_uri,
        status=(AUTOMATIC if settings.approval == "automatic" else WAITING) if promoted else REFUSED,
    )


class Registry:
    """The stack's model package group."""

    def __init__(self, sagemaker: Any, group: str) -> None:
        self._sagemaker = sagemaker
        self.group = group

    def register(self, arguments: Mapping[str, Any]) -> str:
        """Create the run's package unless it is there; its ARN."""
        run = arguments["ModelPackageDescription"]
        found = self.find(run)
        if found is not None:
            return found
        # The token keeps two invocations that got the same event from registering it twice.
        arn: str = self._sagemaker.create_model_package(ClientToken=digest(run), **arguments)["ModelPackageArn"]
        return arn

    def find(self, run: str) -> str | None:
        """The ARN of the run's package, None if it has none."""
        found = (one["ModelPackageArn"] for one in self.packages() if one.get("ModelPackageDescription") == run)
        return next(found, None)

    def packages(self) -> list[Mapping[str, Any]]:
        """Every package of the group, as SageMaker lists it."""
        return taproom_releases.packages(self._sagemaker, self.group)

    def run_of(self, arn: str) -> str:
        """The run that the package was made of."""
        run: str = self._sagemaker.describe_model_package(ModelPackageName=arn)["ModelPackageDescription"]
        return run

    def approver(self, arn: str) -> str | None:
        """The ARN of who changed the package last, None where SageMaker does not say."""
        changed = self._sagemaker.describe_model_package(ModelPackageName=arn).get("LastModifiedBy", {})
        arn_of_who: str | None = changed.get("IamIdentity", {}).get("Arn") or changed.get("UserProfileArn")
        return arn_of_who

    def reject(self, run: str, reason: str) -> None:
        """Mark the run's package, if it has one, as not to be deployed."""
        arn = self.find(run)
        if arn is not None:
            self._sagemaker.update_model_package(
                ModelPackageArn=arn, ModelApprovalStatus=REFUSED, ApprovalDescription=reason[:1024]
            )

    def clear(self) -> int:
        """Delete every package of the group, so that CloudFormation can delete the group; how many."""
        packages = self.packages()
        for package in packages:
            taproom_releases.delete_package(self._sagemaker, package)
        return len(packages)
