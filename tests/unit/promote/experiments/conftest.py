"""The function in a stack that tries candidates beside what serves."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto.core.responses import ActionResult
from moto.sagemaker.models import sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse
from moto.sns.models import sns_backends

from promote import handler as promote_handler
from promote import rollout
from promote.handler import handler
from promote.verdict import Verdict
from taproom.experiments import Experiment
from taproom.names import Layout
from taproom.sagemaker_endpoints import release_in_service
from tests.unit.promote.conftest import ENVIRONMENT, metrics
from tests.unit.promote.test_untold import Context

ACCOUNT, REGION, BUCKET = "123456789012", "us-east-1", ENVIRONMENT["BUCKET"]
CHANGED = {"detail-type": "SageMaker Endpoint State Change", "detail": {"EndpointName": "taproom-ranking"}}
CONTROL, FIRST, SECOND, THIRD = (f"taproom-{number:012}" for number in range(4))


@dataclass
class World:
    """The function, and what it did."""

    aws: Callable[[str], Any]
    broken: set[str]

    def invoke(self, **event: Any) -> None:
        handler(event, cast(LambdaContext, Context()))

    def candidate(self, run: str, layout: Layout = Layout.SEPARATE) -> None:
        """A run that passes the gate ends."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, content in {
                **{f"{servable}/1/saved_model.pb": b"model" for servable in layout.servables},
                "metrics.json": metrics(run=run)
                .model_copy(update={"endpoint_layout": layout})
                .model_dump_json()
                .encode(),
                "smoke_test.json": json.dumps({"retrieval": [], "ranking": [], "release": run}).encode(),
                "catalogue.sqlite": b"beers",
                "report.html": b"<p>",
            }.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        s3 = self.aws("s3")
        s3.put_object(Bucket=BUCKET, Key=f"artifacts/{run}/output/model.tar.gz", Body=packed.getvalue())
        verdict = Verdict(run=run, status="promoted", serving=CONTROL, comparisons=(), notes=())
        s3.put_object(Bucket=BUCKET, Key=f"runs/{run}/verdict.json", Body=verdict.model_dump_json())
        arn = self.aws("sagemaker").create_model_package(ModelPackageGroupName="taproom", ModelPackageDescription=run)
        package = sagemaker_backends[ACCOUNT][REGION].model_packages[arn["ModelPackageArn"]]
        package.model_approval_status = "Approved"
        self.ended(run)

    def ended(self, run: str) -> None:
        detail = {"TrainingJobName": run, "TrainingJobStatus": "Completed"}
        self.invoke(**{"detail-type": "SageMaker Training Job State Change", "detail": detail})

    def decide(self, what: str, challenger: str, reason: str = "It is so.") -> None:
        self.invoke(experiment=what, challenger=challenger, reason=reason, by="monitor")

    def serving(self) -> tuple[str | None, str | None]:
        """The release in service, and the one beside it."""
        sagemaker = self.aws("sagemaker")
        return release_in_service(sagemaker, "taproom"), release_in_service(sagemaker, "taproom-challenger")

    def endpoints(self) -> int:
        return len(self.aws("sagemaker").list_endpoints()["Endpoints"])

    def configs(self) -> set[str]:
        """Those of all endpoints."""
        sagemaker = self.aws("sagemaker")
        names = (each["EndpointName"] for each in sagemaker.list_endpoints()["Endpoints"])
        return {sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"] for name in names}

    def experiment(self) -> Experiment:
        found = self.aws("s3").get_object(Bucket=BUCKET, Key="experiment.json")["Body"].read()
        return Experiment.model_validate_json(found)

    def status(self, release: str) -> tuple[str, str | None]:
        """How its rollout ended, and why."""
        found = json.load(self.aws("s3").get_object(Bucket=BUCKET, Key=f"releases/{release}/rollout.json")["Body"])
        return found["status"], found["reason"]

    def told(self) -> list[tuple[str, str]]:
        """Kind and run of the messages on the topic since the last call."""
        topic = sns_backends[ACCOUNT][REGION].topics[ENVIRONMENT["OUTCOMES_TOPIC"]]
        sent = [attributes or {} for *_, attributes, _ in (each[:6] for each in topic.sent_notifications)]
        topic.sent_notifications.clear()
        return [(attributes["outcome"]["Value"], attributes["run"]["Value"]) for attributes in sent]

    def approval(self, run: str) -> str:
        listed = self.aws("sagemaker").list_model_packages(ModelPackageGroupName="taproom")["ModelPackageSummaryList"]
        return next(one["ModelApprovalStatus"] for one in listed if one["ModelPackageDescription"] == run)


def update_endpoint(response: SageMakerResponse) -> ActionResult:
    """What moto lacks: the config changes at once."""
    asked = json.loads(response.body)
    endpoint = sagemaker_backends[ACCOUNT][REGION].endpoints[asked["EndpointName"]]
    endpoint.endpoint_config_name = asked["EndpointConfigName"]
    return ActionResult({"EndpointArn": endpoint.arn})


@pytest.fixture
def world(aws: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """CONTROL is in service; half of the users get a candidate first. What is `broken` answers wrongly."""
    for name, value in {**ENVIRONMENT, "EXPERIMENT_SHARE": "0.5"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(SageMakerResponse, "update_endpoint", update_endpoint, raising=False)
    made = World(aws, set())
    monkeypatch.setattr(
        rollout,
        "differences",
        lambda recorded, *_: ["it answers wrongly"] if recorded["release"] in made.broken else [],
    )
    aws("sns").create_topic(Name="outcomes")
    aws("sqs").create_queue(
        QueueName="retrain.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    )
    promote_handler._clients.cache_clear()
    # Nothing serves yet, so there is nothing to try it beside.
    made.candidate(CONTROL)
    assert made.serving() == (CONTROL, None)
    assert made.told() == [("promoted", CONTROL)]
    yield made
    promote_handler._clients.cache_clear()


@pytest.fixture
def trial(world: World) -> World:
    """FIRST is tried beside CONTROL."""
    world.candidate(FIRST)
    assert world.told() == [("experiment started", FIRST)]
    return world
