"""The last releases stay whole; of those before them metrics and report stay, and nothing that serves is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.responses import ActionResult
from moto.s3.models import s3_backends
from moto.sagemaker.models import sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from promote.endpoints import Endpoints
from promote.registry import Registry
from promote.releases import NoSuchRelease, Releases, Rollout
from promote.retention.retention import Retention
from promote.scaling import Scaling
from promote.settings import PromoteSettings
from taproom.names import Layout, config_name, endpoint_name
from tests.unit.promote.conftest import ENVIRONMENT

ACCOUNT, REGION, BUCKET = "123456789012", "us-east-1", ENVIRONMENT["BUCKET"]
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HEAVY = {"model.tar.gz", "retrieval.tar.gz", "ranking.tar.gz", "catalogue.sqlite", "smoke_test.json"}
RECORDS = {"metrics.json", "report.html", "rollout.json"}


def named(day: int) -> str:
    """The release of this day of January: by name the other way round than by time."""
    return f"taproom-{99 - day:012}"


@dataclass
class World:
    """What a test arranges and looks at."""

    aws: Callable[[str], Any]
    settings: PromoteSettings

    def retire(self, kept: int = 3) -> list[str]:
        sagemaker = self.aws("sagemaker")
        releases = Releases(self.aws("s3"), BUCKET)
        scaling = Scaling(self.aws("application-autoscaling"))
        endpoints = Endpoints(sagemaker, self.aws("sagemaker-runtime"), scaling, self.settings, lambda: 900.0)
        return Retention(sagemaker, releases, endpoints, Registry(sagemaker, "taproom"), "taproom", kept).retire()

    def release(self, day: int, status: str | None = "in service") -> str:
        """One that was rolled out that day, with all that belongs to it."""
        name = named(day)
        for file in HEAVY | {"metrics.json", "report.html"}:
            self.put(f"releases/{name}/{file}", b"{}", day)
        self.put(f"artifacts/{name}/output/model.tar.gz", b"", day)
        self.put(f"runs/{name}/manifest.json", b"[]", day)
        self.put(f"runs/{name}/verdict.json", b"{}", day)
        if status is not None:
            rollout = Rollout.model_validate(
                {"release": name, "previous": None, "previous_configs": {}, "started_at": NEW_YEAR, "status": status}
            )
            self.put(f"releases/{name}/rollout.json", rollout.model_dump_json().encode(), day)
            self.configured(name)
        self.registered(name, day)
        return name

    def put(self, key: str, body: bytes, day: int) -> None:
        self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        kept = s3_backends[ACCOUNT]["aws"].get_object(BUCKET, key)
        assert kept is not None
        # moto keeps its times in UTC without saying so.
        kept.last_modified = (NEW_YEAR + timedelta(days=day)).replace(tzinfo=None)

    def configured(self, release: str) -> None:
        for servable in Layout.SEPARATE.servables:
            config = config_name(release, servable, "0123")
            role = ENVIRONMENT["ROLE_ARN"]
            self.aws("sagemaker").create_model(
                ModelName=config, ExecutionRoleArn=role, PrimaryContainer={"Image": "image"}
            )
            variant = {"VariantName": "AllTraffic", "ModelName": config, "InitialInstanceCount": 1}
            self.aws("sagemaker").create_endpoint_config(
                EndpointConfigName=config, ProductionVariants=[{**variant, "InstanceType": "ml.t2.medium"}]
            )

    def registered(self, run: str, day: int) -> None:
        arn = self.aws("sagemaker").create_model_package(ModelPackageGroupName="taproom", ModelPackageDescription=run)
        package = sagemaker_backends[ACCOUNT][REGION].model_packages[arn["ModelPackageArn"]]
        package.creation_time = NEW_YEAR + timedelta(days=day)

    def serve(self, release: str) -> None:
        for servable in Layout.SEPARATE.servables:
            self.aws("sagemaker").create_endpoint(
                EndpointName=endpoint_name("taproom", servable),
                EndpointConfigName=config_name(release, servable, "0123"),
            )

    def job(self, name: str, *compared: str) -> None:
        """A training job that runs, with these releases among its inputs."""
        uris = [f"s3://{BUCKET}/runs/{name}/manifest.json"]
        uris += [f"s3://{BUCKET}/releases/{release}/model.tar.gz" for release in compared]
        self.aws("sagemaker").create_training_job(
            TrainingJobName=name,
            RoleArn=ENVIRONMENT["ROLE_ARN"],
            AlgorithmSpecification={"TrainingInputMode": "File", "TrainingImage": "image"},
            InputDataConfig=[
                {
                    "ChannelName": f"c{number}",
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
                }
                for number, uri in enumerate(uris)
            ],
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/artifacts"},
            ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        sagemaker_backends[ACCOUNT][REGION].training_jobs[name].training_job_status = "InProgress"

    def left(self, release: str) -> dict[str, Any]:
        """What there is of a release."""
        listed = self.aws("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
        keys = [entry["Key"] for entry in listed if f"/{release}/" in entry["Key"]]
        sagemaker = self.aws("sagemaker")
        configs = sagemaker.list_endpoint_configs(MaxResults=100)["EndpointConfigs"]
        models = sagemaker.list_models(MaxResults=100)["Models"]
        packages = sagemaker.list_model_packages(ModelPackageGroupName="taproom", MaxResults=100)
        return {
            "files": {key.rpartition("/")[2] for key in keys if key.startswith("releases/")},
            "runs": {key.rpartition("/")[2] for key in keys if key.startswith("runs/")},
            "artifacts": [key for key in keys if key.startswith("artifacts/")],
            "configs": [name for one in configs if release in (name := one["EndpointConfigName"])],
            "models": [name for one in models if release in (name := one["ModelName"])],
            "packages": [
                one for one in packages["ModelPackageSummaryList"] if one["ModelPackageDescription"] == release
            ],
        }

    def is_whole(self, release: str) -> bool:
        left = self.left(release)
        return left["files"] >= HEAVY and all(len(left[kind]) for kind in ("artifacts", "packages"))


@pytest.fixture
def world(aws: Callable[[str], Any], settings: PromoteSettings, monkeypatch: pytest.MonkeyPatch) -> World:
    def delete_model_package(response: SageMakerResponse) -> ActionResult:
        del sagemaker_backends[ACCOUNT][REGION].model_packages[response._get_param("ModelPackageName")]
        return ActionResult({})

    # moto lists packages, and deletes none.
    monkeypatch.setattr(SageMakerResponse, "delete_model_package", delete_model_package, raising=False)
    # Clients take long to make.
    return World(cache(aws), settings)


def test_what_is_left_of_a_retired_release_is_what_people_look_back_at(world: World) -> None:
    oldest, *later = [world.release(day) for day in range(1, 5)]
    world.serve(later[-1])
    assert world.retire() == [oldest]
    assert world.left(oldest) == {
        "files": RECORDS,
        "runs": {"manifest.json", "verdict.json"},
        "artifacts": [],
        "configs": [],
        "models": [],
        "packages": [],
    }
    assert all(world.is_whole(release) for release in later)
    assert all(len(world.left(release)[kind]) == 2 for release in later for kind in ("configs", "models"))


def test_once_more_finds_nothing_to_do(world: World) -> None:
    releases = [world.release(day) for day in range(1, 6)]
    assert world.retire() == releases[1::-1]
    assert world.retire() == []
    assert all(world.is_whole(release) for release in releases[2:])


def test_as_many_as_are_kept_all_stay(world: World) -> None:
    for day in range(1, 4):
        world.release(day)
    assert world.retire() == []


def test_what_serves_stays_however_old_it_is(world: World) -> None:
    oldest, second, *_ = [world.release(day) for day in range(1, 6)]
    world.serve(oldest)
    assert world.retire() == [second]
    assert world.is_whole(oldest)
    assert len(world.left(oldest)["configs"]) == 2


def test_what_the_endpoints_are_being_updated_to_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    oldest, *_, newest = [world.release(day) for day in range(1, 5)]
    world.serve(newest)
    endpoint = sagemaker_backends[ACCOUNT][REGION].endpoints[endpoint_name("taproom", "ranking")]
    described = type(endpoint).response_object.fget  # type: ignore[attr-defined]
    pending = {"PendingDeploymentSummary": {"EndpointConfigName": config_name(oldest, "ranking", "0123")}}
    monkeypatch.setattr(type(endpoint), "response_object", property(lambda self: {**described(self), **pending}))
    assert world.retire() == []


def test_a_release_that_is_being_rolled_out_stays(world: World) -> None:
    begun = world.release(1, "started")
    for day in range(2, 6):
        world.release(day)
    assert world.retire() == [named(2)]
    assert world.is_whole(begun)


def test_rollouts_that_were_given_up_do_not_count_and_go_with_those_around_them(world: World) -> None:
    given_up_first = world.release(1, "rolled back")
    in_service = [world.release(day) for day in (2, 4, 6)]
    given_up = [world.release(day, "rolled back") for day in (3, 5)]
    assert world.retire() == [given_up_first]
    assert all(world.is_whole(release) for release in (*in_service, *given_up))


def test_a_release_that_nobody_approved_goes_with_those_of_its_time(world: World) -> None:
    forgotten = world.release(1, None)
    for day in range(2, 5):
        world.release(day)
    waiting = world.release(5, None)
    assert world.retire() == [forgotten]
    assert world.is_whole(waiting)


def test_a_refused_run_leaves_the_registry_when_no_release_of_its_time_is_left(world: World) -> None:
    world.registered("taproom-aaaaaaaaaaaa", 1)
    for day in range(2, 6):
        world.release(day)
    world.registered("taproom-bbbbbbbbbbbb", 4)
    world.retire()
    assert world.left("taproom-aaaaaaaaaaaa")["packages"] == []
    assert len(world.left("taproom-bbbbbbbbbbbb")["packages"]) == 1


def test_what_a_running_job_is_compared_with_stays_until_it_has_ended(world: World) -> None:
    oldest, second, *_ = [world.release(day) for day in range(1, 6)]
    world.job("taproom-cccccccccccc", oldest)
    assert world.retire() == [second]
    sagemaker_backends[ACCOUNT][REGION].training_jobs["taproom-cccccccccccc"].training_job_status = "Completed"
    assert world.retire() == [oldest]


def test_while_a_job_runs_that_somebody_started_nothing_goes(world: World) -> None:
    for day in range(1, 5):
        world.release(day)
    world.job("by-hand-taproom-20260131235959")
    assert world.retire() == []


def test_what_an_invocation_left_that_was_cut_off_goes_with_the_next_one(world: World) -> None:
    oldest = world.release(1)
    for day in range(2, 5):
        world.release(day)
    # The artifact goes first.
    world.aws("s3").delete_object(Bucket=BUCKET, Key=f"releases/{oldest}/model.tar.gz")
    world.aws("sagemaker").delete_model(ModelName=config_name(oldest, "ranking", "0123"))
    assert world.retire() == [oldest]
    left = world.left(oldest)
    assert left["files"] == RECORDS
    assert left["configs"] == left["models"] == left["packages"] == []


def test_a_name_that_only_begins_like_that_of_a_release_is_somebody_elses(world: World) -> None:
    oldest = world.release(1)
    for day in range(2, 5):
        world.release(day)
    world.configured(f"{oldest}-2")
    world.retire()
    assert len(world.left(f"{oldest}-2")["configs"]) == 2


def test_a_retired_release_cannot_be_rolled_to_until_its_artifact_is_restored(world: World) -> None:
    world.aws("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    oldest = world.release(1)
    for day in range(2, 5):
        world.release(day)
    world.retire()
    releases = Releases(world.aws("s3"), BUCKET)
    with pytest.raises(NoSuchRelease, match=f"There is no release {oldest} that could serve"):
        releases.prepare(oldest)
    key = f"releases/{oldest}/model.tar.gz"
    (mark,) = world.aws("s3").list_object_versions(Bucket=BUCKET, Prefix=key)["DeleteMarkers"]
    world.aws("s3").delete_object(Bucket=BUCKET, Key=key, VersionId=mark["VersionId"])
    assert [each.release for each in releases.stored() if each.is_whole][-1] == oldest


def test_a_listing_that_fails_deletes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    releases = [world.release(day) for day in range(1, 5)]

    def refuse(_: SageMakerResponse) -> ActionResult:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "ListTrainingJobs")

    monkeypatch.setattr(SageMakerResponse, "list_training_jobs", refuse)
    with pytest.raises(ClientError):
        world.retire()
    assert all(world.is_whole(release) for release in releases)
