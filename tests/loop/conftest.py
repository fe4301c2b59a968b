"""The real stack, functions and laptop cloud around a training job that takes a second."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from moto.sqs.models import sqs_backends

from local import PROJECT, assembly
from local.assembly import Cloud
from local.demo.loop import Loop, Outcome
from local.sagemaker import api
from local.sagemaker.training.job import TrainingJob
from taproom.contract import is_run_id
from tests.loop import pair
from tests.loop.kept_model_server import KeptModelServer
from tests.unit.local.waiting import eventually


@dataclass
class World:
    """A deployed cloud, and what the tests do to it."""

    cloud: Cloud
    loop: Loop
    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _read: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def bucket(self) -> str:
        return self.cloud.outputs["BucketName"]

    @property
    def prefix(self) -> str:
        """What the names of training jobs, models and endpoints begin with."""
        return self.cloud.outputs["NamePrefix"]

    def csv(self, users: str = "ann", rows: int = 1) -> Path:
        """A file with `rows` reviews by each of the comma-separated users, of beers that no other file has."""
        number = next(self._numbers)
        lines = [f"{user},{number}.{row},Alder,4\n" for user in users.split(",") for row in range(rows)]
        file = self.folder / f"drop{number}.csv"
        file.write_text("username,beer_name,brewery_name,score\n" + "".join(lines))
        return file

    def review(self, user: str, beer: int, score: float) -> Path:
        """A file with one review of a beer of the catalogue, by its number."""
        file = self.folder / f"review{next(self._numbers)}.csv"
        header = "username,beer_id,beer_name,brewery_name,score\n"
        file.write_text(f"{header}{user},b{beer:02},Beer {beer},Alder,{score}\n")
        return file

    def put(self, file: Path, name: str | None = None) -> str:
        """Upload without waiting; the name below incoming/."""
        name = name or file.name
        self.cloud.client("s3").upload_file(str(file), self.bucket, f"incoming/{name}")
        return name

    def drop(self, users: str = "ann") -> Outcome:
        """Drop a file and wait for what becomes of the run that follows."""
        # A part's name tells the second of its drop, and the stand-in does what the newest part asks for.
        time.sleep(1 - time.time() % 1)
        self.loop.drop(self.csv(users))
        return self.loop.outcome()

    def objects(self, prefix: str) -> dict[str, bytes]:
        """Every object under `prefix`."""
        found = {}
        for key, etag in self._listed(prefix):
            # Some are gone again since they were listed.
            with suppress(self.cloud.client("s3").exceptions.NoSuchKey):
                found[key.removeprefix(prefix)] = self._content(key, etag)
        return found

    def keys(self, prefix: str) -> list[str]:
        """What the keys of the objects under `prefix` go on with."""
        return [key.removeprefix(prefix) for key, _ in self._listed(prefix)]

    def object(self, key: str) -> bytes:
        """The object of that key."""
        content: bytes = self.cloud.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return content

    def _listed(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Key and ETag of every object under `prefix`."""
        pages = self.cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return ((found["Key"], found["ETag"]) for page in pages for found in page.get("Contents", []))

    def _content(self, key: str, etag: str) -> bytes:
        # Most objects stay as they are, and are looked at again and again.
        if self._read.get(key, ("", b""))[0] != etag:
            self._read[key] = etag, self.object(key)
        return self._read[key][1]

    def jobs(self) -> dict[str, str]:
        """The training jobs and their status."""
        listed = self.cloud.client("sagemaker").list_training_jobs(MaxResults=100)["TrainingJobSummaries"]
        return {job["TrainingJobName"]: job["TrainingJobStatus"] for job in listed}

    def serving(self) -> set[str]:
        """The releases that the endpoints serve."""
        return {endpoint["EndpointConfigName"][: len(pair.RELEASE)] for endpoint in self.loop.endpoints()}

    @contextmanager
    def holding(self) -> Iterator[None]:
        """No training job ends meanwhile."""
        hold = self.cloud.directory / "hold"
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    def quiet(self, seconds: float = 180) -> None:
        """Wait until no queue holds a message, no function and no job runs, and every run has its verdict.

        Where nothing else is left to wait for, the clock goes on to when what is delayed is due.
        """
        names = ("Ingest", "Monitor", "Retrain", "Promote")
        functions = [self.cloud.functions.name_of(f"{name}Function") for name in names]
        queues = self.queues()
        jobs: dict[str, TrainingJob] = api.backend(self.cloud).training_jobs  # type: ignore[assignment]

        def settled() -> bool:
            # This process is asked first, which costs nothing.
            if any(self.cloud.functions.busy(name) for name in functions) or invoked_later():
                return False
            if any(job.is_running for job in list(jobs.values())):
                return False
            if any(self.cloud.queues.unfinished(name) for name in queues):
                self._deliver_what_is_delayed()
                return False
            keys = set(self.keys("runs/"))
            return all(f"{run}/verdict.json" in keys for run in list(jobs) if is_run_id(run, self.prefix))

        # Twice, since a message on its way from one place to the next is in neither.
        for _ in range(2):
            eventually(settled, seconds)

    def _deliver_what_is_delayed(self) -> None:
        for queue in list(sqs_backends[self.cloud.account][self.cloud.region].queues.values()):
            for message in list(queue._messages):
                message.delayed_until = 0

    def queues(self) -> list[str]:
        urls = self.cloud.client("sqs").list_queues()["QueueUrls"]
        names = [url.rpartition("/")[2] for url in urls]
        return [name for name in names if "DeadLetters" not in name and name != "demo-outcomes"]

    def promote(self, event: dict[str, Any]) -> None:
        """Invoke promote as `aws lambda invoke` does."""
        import json

        self.cloud.client("lambda").invoke(
            FunctionName=self.cloud.outputs["PromoteFunctionName"], InvocationType="Event", Payload=json.dumps(event)
        )


def invoked_later() -> bool:
    """Whether a function is, or is to be, invoked for an event: between two attempts it is not busy."""
    return any(thread.name.startswith("invoke-") for thread in threading.enumerate())


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the stand-in in place of training/."""
    place = tmp_path_factory.mktemp("project")
    for name in ("template.yaml", "functions", "layers", "local"):
        (place / name).symlink_to(PROJECT / name)
    packages = place / "training" / "packages"
    packages.mkdir(parents=True)
    for name in ("train.py", "prepare.py"):
        (place / "training" / name).write_text((Path(__file__).parent / "training" / name).read_text())
    pair.save(tmp_path_factory.mktemp("good"), packages / "good.tar.gz", fails=False)
    pair.save(tmp_path_factory.mktemp("fails"), packages / "cannot answer.tar.gz", fails=True)
    return place


@pytest.fixture(scope="package", autouse=True)
def model_server() -> Iterator[None]:
    """One process that serves models for all clouds, which come one after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "ModelServer", KeptModelServer)
        yield
    KeptModelServer.end()


@pytest.fixture(scope="module")
def deployed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., World]]:
    """Deploy the stack with these parameters; once a module."""
    clouds: list[Cloud] = []

    def deploy(**parameters: str) -> World:
        cloud = Cloud(tmp_path_factory.mktemp("cloud"), project=project)
        clouds.append(cloud)
        cloud.start()
        cloud.deploy(parameters=parameters)
        return World(cloud, Loop(cloud), tmp_path_factory.mktemp("drops"))

    yield deploy
    for cloud in clouds:
        cloud.stop()
