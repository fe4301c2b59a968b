"""An outcome is told though an answer was lost, or the topic refused, and not more often than it has to be."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends

from promote import handler as promote_handler
from promote.handler import handler
from promote.notices import Notices, Subject
from promote.registry import Registry
from promote.releases import Releases
from promote.verdict import Verdict
from tests.unit.promote.conftest import ENVIRONMENT, RUN, metrics

ACCOUNT, REGION, BUCKET = "123456789012", "us-east-1", ENVIRONMENT["BUCKET"]
OTHER = "taproom-ba9876543210"


@dataclass
class Context:
    """Lambda's."""

    function_name: str = "promote"
    memory_limit_in_mb: int = 2048
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:promote"
    aws_request_id: str = "request"
    log_stream_name: str = "stream"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def job_ended(status: str, run: str = RUN) -> dict[str, Any]:
    detail = {"TrainingJobName": run, "TrainingJobStatus": status, "FailureReason": "One user is too few."}
    return {"detail-type": "SageMaker Training Job State Change", "detail": detail}


ENDPOINT_CHANGED = {"detail-type": "SageMaker Endpoint State Change", "detail": {"EndpointName": "taproom-ranking"}}


@dataclass
class World:
    """The function's clients, and what it did through them."""

    aws: Callable[[str], Any]
    clients: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def fault(self, service: str, operation: str, key: str = "", *, answer_lost: bool) -> Iterator[list[str]]:
        """The first such call (of an object under `key`) fails: before it has an effect, or when it has had it."""
        events = self.clients[service].meta.events
        happened: list[str] = []
        wanted = False

        def note(params: dict[str, Any], **_: Any) -> None:
            nonlocal wanted
            wanted = str(params.get("Key", "")).startswith(key)

        def fail(**_: Any) -> None:
            if wanted and not happened:
                happened.append(operation)
                raise (
                    ConnectionClosedError(endpoint_url="cloud")
                    if answer_lost
                    else EndpointConnectionError(endpoint_url="cloud")
                )

        # The parameters as they were given are known before they become a request.
        events.register(f"provide-client-params.{service}.{operation}", note)
        place = f"{'after' if answer_lost else 'before'}-call.{service}.{operation}"
        events.register(place, fail)
        try:
            yield happened
        finally:
            events.unregister(f"provide-client-params.{service}.{operation}", note)
            events.unregister(place, fail)

    def invoke(self, event: dict[str, Any]) -> None:
        """As Lambda does: three times, until it succeeds."""
        for attempt in (1, 2, 3):
            try:
                handler(event, Context())
                return
            except Exception:
                if attempt == 3:
                    raise

    def told(self) -> list[tuple[str, str]]:
        """Kind and run of every message on the topic."""
        topic = sns_backends[ACCOUNT][REGION].topics[ENVIRONMENT["OUTCOMES_TOPIC"]]
        sent = [attributes or {} for *_, attributes, _ in (each[:6] for each in topic.sent_notifications)]
        return [(attributes["outcome"]["Value"], attributes["run"]["Value"]) for attributes in sent]

    def markers(self) -> list[str]:
        listed = self.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix="untold/").get("Contents", [])
        return [entry["Key"] for entry in listed]

    def put(self, key: str, body: bytes) -> None:
        self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)

    def artifact(self, *, recall: float = 0.4) -> None:
        """A run's artifact, whose release has no question to answer."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, content in {
                "retrieval/1/saved_model.pb": b"retrieval",
                "ranking/1/saved_model.pb": b"ranking",
                "metrics.json": metrics(recall=recall).model_dump_json().encode(),
                "smoke_test.json": b'{"retrieval": [], "ranking": []}',
                "catalogue.sqlite": b"beers",
                "report.html": b"<p>",
            }.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        self.put(f"artifacts/{RUN}/output/model.tar.gz", packed.getvalue())
        self.aws("sagemaker").create_training_job(
            TrainingJobName=RUN,
            RoleArn=ENVIRONMENT["ROLE_ARN"],
            AlgorithmSpecification={"TrainingInputMode": "File", "TrainingImage": "image"},
            InputDataConfig=[
                {
                    "ChannelName": "reviews",
                    "DataSource": {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": f"s3://{BUCKET}/m"}},
                }
            ],
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/artifacts"},
            ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )


@pytest.fixture
def world(aws: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    topic = aws("sns").create_topic(Name="outcomes")["TopicArn"]
    assert topic == ENVIRONMENT["OUTCOMES_TOPIC"]
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    aws("sqs").create_queue(QueueName="retrain.fifo", Attributes=fifo)
    promote_handler._clients.cache_clear()
    yield World(aws, promote_handler._clients())
    promote_handler._clients.cache_clear()


# What can go wrong between an outcome that holds and its message: service, operation, object, whether it had an effect.
FAULTS = {
    "the marker is not put": ("s3", "PutObject", "untold/", False),
    "the marker's answer is lost": ("s3", "PutObject", "untold/", True),
    "the topic refuses": ("sns", "Publish", "", False),
    "the marker is not taken away": ("s3", "DeleteObject", "untold/", False),
    "the answer to taking it away is lost": ("s3", "DeleteObject", "untold/", True),
}
# It is told once more by whoever comes a quarter of an hour later.
LEFT = {"the marker is not taken away"}


@pytest.mark.parametrize(
    ("what", "fault"),
    {
        **FAULTS,
        "the verdict is not written": ("s3", "PutObject", f"runs/{RUN}/verdict.json", False),
        "the verdict's answer is lost": ("s3", "PutObject", f"runs/{RUN}/verdict.json", True),
        "the request for a retrain is lost": ("sqs", "SendMessage", "", False),
    }.items(),
)
def test_a_failed_run_is_told(world: World, what: str, fault: tuple[str, str, str, bool]) -> None:
    service, operation, key, answer_lost = fault
    with world.fault(service, operation, key, answer_lost=answer_lost) as happened:
        world.invoke(job_ended("Failed"))
    assert happened
    assert world.told() == [("failed", RUN)]
    assert bool(world.markers()) == (what in LEFT)


@pytest.mark.parametrize(
    ("what", "fault"),
    {
        **FAULTS,
        "the verdict's answer is lost": ("s3", "PutObject", f"runs/{RUN}/verdict.json", True),
    }.items(),
)
def test_a_refusal_is_told(world: World, what: str, fault: tuple[str, str, str, bool]) -> None:
    world.artifact(recall=0.1)
    service, operation, key, answer_lost = fault
    with world.fault(service, operation, key, answer_lost=answer_lost) as happened:
        world.invoke(job_ended("Completed"))
    assert happened
    assert world.told() == [("refused", RUN)]
    assert bool(world.markers()) == (what in LEFT)


@pytest.mark.parametrize(
    ("what", "fault"),
    {
        **FAULTS,
        "the end of the rollout is not written": ("s3", "PutObject", f"releases/{RUN}/rollout.json", False),
        "the answer to the end of the rollout is lost": ("s3", "PutObject", f"releases/{RUN}/rollout.json", True),
        "older releases can't be retired": ("sagemaker", "ListTrainingJobs", "", False),
    }.items(),
)
@pytest.mark.parametrize("by_hand", [False, True], ids=["promoted", "rolled to by hand"])
def test_a_release_that_came_into_service_is_told(
    world: World, what: str, fault: tuple[str, str, str, bool], by_hand: bool
) -> None:
    world.artifact()
    service, operation, key, answer_lost = fault
    with world.fault(service, operation, key, answer_lost=answer_lost) as happened:
        world.invoke({"release": RUN} if by_hand else job_ended("Completed"))
    assert happened
    assert world.told() == [("promoted", RUN)]
    assert bool(world.markers()) == (what in LEFT)


def test_a_run_that_waits_for_a_person_is_told_with_the_package_to_approve(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL", "manual")
    world.artifact()
    with world.fault("sns", "Publish", answer_lost=False):
        world.invoke(job_ended("Completed"))
    assert world.told() == [("waiting for approval", RUN)]
    topic = sns_backends[ACCOUNT][REGION].topics[ENVIRONMENT["OUTCOMES_TOPIC"]]
    arn = Registry(world.aws("sagemaker"), "taproom").find(RUN)
    assert arn is not None and arn in json.dumps([str(part) for part in topic.sent_notifications[0]])


def test_the_same_event_once_more_tells_nothing_more(world: World) -> None:
    world.invoke(job_ended("Failed"))
    world.invoke(job_ended("Failed"))
    assert world.told() == [("failed", RUN)]


@pytest.mark.parametrize("event", [ENDPOINT_CHANGED, job_ended("Stopped", OTHER), {"release": RUN}])
def test_what_all_tries_left_untold_is_told_by_the_next_event(world: World, event: dict[str, Any]) -> None:
    releases = Releases(world.aws("s3"), BUCKET)
    notices = Notices(world.aws("s3"), releases, Registry(world.aws("sagemaker"), "taproom"))
    notices.mark("taproom-00000000dead", Subject.VERDICT)
    releases.write_verdict(Verdict(run="taproom-00000000dead", status="failed", serving=None, reason="Stopped: a."))
    world.artifact()
    # It is young: an invocation may be about to tell it.
    world.invoke(event)
    assert ("failed", "taproom-00000000dead") not in world.told()

    marker = s3_backends[ACCOUNT]["aws"].buckets[BUCKET].keys["untold/taproom-00000000dead/verdict"]
    marker.last_modified = (datetime.now(UTC) - timedelta(minutes=16)).replace(tzinfo=None)
    world.invoke(event)
    assert world.told().count(("failed", "taproom-00000000dead")) == 1
    assert world.markers() == []


def test_a_marker_whose_outcome_was_never_written_tells_nothing(world: World) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=f"untold/{OTHER}/rollout", Body=b"")
    marker = s3_backends[ACCOUNT]["aws"].buckets[BUCKET].keys[f"untold/{OTHER}/rollout"]
    marker.last_modified = (datetime.now(UTC) - timedelta(minutes=16)).replace(tzinfo=None)
    world.invoke(ENDPOINT_CHANGED)
    assert world.told() == []
