"""A candidate that passed the gate is tried beside what serves, and every way out of that leaves one pair serving."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

    def candidate(self, run: str) -> None:
        """A run that passes the gate ends."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, content in {
                "retrieval/1/saved_model.pb": b"retrieval",
                "ranking/1/saved_model.pb": b"ranking",
                "metrics.json": metrics(run=run).model_dump_json().encode(),
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
        rollout, "differences", lambda recorded, _: ["it answers wrongly"] if recorded["release"] in made.broken else []
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


def test_a_candidate_that_passed_the_gate_is_tried_beside_what_serves(trial: World) -> None:
    assert trial.serving() == (CONTROL, FIRST)
    experiment = trial.experiment()
    assert (experiment.challenger, experiment.control, experiment.share) == (FIRST, CONTROL, 0.5)
    assert experiment.status == "running"
    assert abs(datetime.now(UTC) - experiment.started_at) < timedelta(minutes=1)
    trial.ended(FIRST)
    assert (trial.experiment(), trial.told()) == (experiment, [])


def test_a_better_challenger_takes_the_controls_place_and_its_own_endpoints_go(trial: World) -> None:
    trial.decide("promote", FIRST, "It is liked more.")
    assert (trial.serving(), trial.endpoints()) == ((FIRST, None), 2)
    assert trial.told() == [("promoted", FIRST)]
    ended = trial.experiment()
    assert (ended.status, ended.reason) == ("promoted", "It is liked more.")
    assert trial.status(FIRST) == ("in service", "It is liked more.")
    trial.decide("promote", FIRST)
    assert (trial.experiment(), trial.told()) == (ended, [])


def test_a_worse_challenger_is_taken_away_and_rejected_with_the_reason(trial: World) -> None:
    trial.decide("stop", FIRST, "It is liked less.")
    assert (trial.serving(), trial.endpoints()) == ((CONTROL, None), 2)
    assert trial.told() == [("rolled back", FIRST)]
    assert (trial.experiment().status, trial.experiment().reason) == ("stopped", "It is liked less.")
    assert trial.status(FIRST) == ("rolled back", "It is liked less.")
    assert trial.approval(FIRST) == "Rejected"
    # The same job's end once more is no new candidate.
    trial.ended(FIRST)
    assert trial.serving() == (CONTROL, None)


def test_a_challenger_that_does_not_work_never_starts(world: World) -> None:
    world.broken.add(FIRST)
    world.candidate(FIRST)
    assert (world.serving(), world.endpoints()) == ((CONTROL, None), 2)
    assert world.told() == [("rolled back", FIRST)]
    assert world.status(FIRST) == ("rolled back", "it answers wrongly")


def test_a_challenger_that_fails_where_it_is_promoted_leaves_the_control_in_service(trial: World) -> None:
    trial.broken.add(FIRST)
    trial.decide("promote", FIRST)
    assert (trial.serving(), trial.endpoints()) == ((CONTROL, None), 2)
    assert trial.told() == [("rolled back", FIRST)]
    ended = trial.experiment()
    assert (ended.status, ended.reason) == ("stopped", "It could not be put in service. It is so.")


def test_of_the_candidates_that_come_meanwhile_the_newest_is_next(trial: World) -> None:
    trial.candidate(SECOND)
    assert (trial.serving(), trial.experiment().waiting) == ((CONTROL, FIRST), SECOND)
    trial.candidate(THIRD)
    assert trial.experiment().waiting == THIRD
    assert trial.told() == [("rolled back", SECOND)]
    assert trial.status(SECOND) == ("rolled back", f"{THIRD} passed the gate while it waited.")
    trial.ended(SECOND)
    assert trial.experiment().waiting == THIRD
    trial.decide("promote", FIRST)
    assert trial.serving() == (FIRST, THIRD)
    assert (trial.experiment().challenger, trial.experiment().control) == (THIRD, FIRST)
    assert trial.told() == [("promoted", FIRST), ("experiment started", THIRD)]


def test_who_waits_goes_in_service_where_nothing_is_tried_any_more(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial.candidate(SECOND)
    monkeypatch.setenv("EXPERIMENT_SHARE", "0")
    trial.decide("stop", FIRST)
    assert trial.serving() == (SECOND, None)
    assert trial.told() == [("rolled back", FIRST), ("promoted", SECOND)]
    assert trial.experiment().waiting is None


def test_a_decision_that_comes_too_late_changes_nothing(trial: World) -> None:
    trial.decide("stop", FIRST)
    trial.candidate(SECOND)
    trial.told()
    trial.decide("promote", FIRST)
    assert trial.serving() == (CONTROL, SECOND)
    assert trial.told() == []


def test_a_promotion_that_has_begun_is_gone_on_with_whatever_is_decided(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("promote.rollout.deploy", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            trial.decide("promote", FIRST)
    assert trial.experiment().status == "promoting"
    trial.decide("stop", FIRST)
    assert (trial.serving(), trial.experiment().status) == ((FIRST, None), "promoted")


def test_an_end_whose_invocation_ended_is_gone_on_with(trial: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.candidate(SECOND)
    with monkeypatch.context() as patch:
        patch.setattr("promote.experiments.lifecycle.Layout", [None])
        with pytest.raises(AttributeError):
            trial.decide("stop", FIRST)
    assert trial.serving() == (CONTROL, FIRST)
    ended = trial.experiment()
    old = ended.model_copy(update={"ended_at": ended.started_at - promote_handler.LONGEST_INVOCATION})
    trial.aws("s3").put_object(Bucket=BUCKET, Key="experiment.json", Body=old.model_dump_json())
    trial.invoke(**CHANGED)
    assert trial.serving() == (CONTROL, SECOND)


def test_the_challenger_by_hand_is_a_promotion(trial: World) -> None:
    trial.invoke(release=FIRST, by="ann")
    assert (trial.serving(), trial.experiment().status) == ((FIRST, None), "promoted")
    assert trial.told() == [("promoted", FIRST)]


def test_another_release_by_hand_ends_the_experiment(world: World) -> None:
    world.candidate(FIRST)
    world.decide("promote", FIRST)
    world.candidate(SECOND)
    world.told()
    world.invoke(release=CONTROL, by="ann")
    assert (world.serving(), world.experiment().status) == ((CONTROL, None), "stopped")
    assert world.told() == [("rolled back", SECOND), ("promoted", CONTROL)]
    assert world.status(SECOND) == ("rolled back", f"{CONTROL} was put in service instead.")


def test_new_settings_of_the_endpoints_reach_both_pairs_and_the_experiment_goes_on(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trial.experiment()
    monkeypatch.setenv("ENDPOINT_LAYOUT", "shared")
    trial.invoke(release=CONTROL, by="an update of the stack")
    assert (trial.serving(), trial.endpoints()) == ((CONTROL, FIRST), 2)
    assert trial.experiment() == before


def test_a_start_whose_invocation_ended_is_gone_on_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("promote.experiments.lifecycle.deploy", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.candidate(FIRST)
    begun = world.experiment()
    assert begun.status == "starting"
    world.invoke(**CHANGED)
    assert world.experiment() == begun
    old = begun.model_copy(update={"started_at": begun.started_at - promote_handler.LONGEST_INVOCATION})
    world.aws("s3").put_object(Bucket=BUCKET, Key="experiment.json", Body=old.model_dump_json())
    world.invoke(**CHANGED)
    assert (world.experiment().status, world.serving()) == ("running", (CONTROL, FIRST))
    assert world.told() == [("experiment started", FIRST)]


@pytest.mark.usefixtures("trial")
def test_the_release_that_is_tried_is_not_retired() -> None:
    endpoints = promote_handler._built(cast(LambdaContext, Context())).endpoints
    assert endpoints.releases_in_use() == {CONTROL, FIRST}
