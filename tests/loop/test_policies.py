"""Each function's policies are what its calls need: one action less is refused, one more is spare."""

from __future__ import annotations

import base64
import io
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from moto.sagemaker.models import sagemaker_backends
from PIL import Image

from local.services.iam_actions import Need
from local.services.permissions import is_allowed
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually

FUNCTIONS = ("IngestFunction", "MonitorFunction", "RetrainFunction", "PromoteFunction", "RecommendFunction")
# Granted, and needed by no call of the name: what is missing reads as such only to those who may list.
NO_CALL = {
    ("IngestFunction", "s3:ListBucket"),
    ("RecommendFunction", "s3:ListBucket"),
    # Of a release that does worse with people, which takes a log of days: test_online_quality.py.
    ("MonitorFunction", "lambda:InvokeFunction"),
    # Of large runs: test_preparation.py.
    ("RetrainFunction", "sagemaker:CreateProcessingJob"),
    ("PromoteFunction", "sagemaker:StopProcessingJob"),
    # Lambda itself publishes to the failure destination.
    ("PromoteFunction", "sns:publish"),
    ("MonitorFunction", "sns:publish"),
}


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    return deployed()


def role_of(world: World, function: str) -> str:
    configured = world.cloud.client("lambda").get_function(FunctionName=world.cloud.functions.name_of(function))
    return str(configured["Configuration"]["Role"]).rpartition("/")[2]


def granted(documents: dict[str, str]) -> set[str]:
    statements = [statement for document in documents.values() for statement in json.loads(document)["Statement"]]
    listed = [[one["Action"]] if isinstance(one["Action"], str) else one["Action"] for one in statements]
    return {action for actions in listed for action in actions}


def ask(world: World, path: str, body: Any = None, method: str = "GET") -> None:
    content = None if body is None else json.dumps(body).encode()
    url = world.cloud.outputs["ApiUrl"] + path
    request = urllib.request.Request(url, content, {"content-type": "application/json"}, method=method)
    urllib.request.urlopen(request).close()


def photograph(world: World) -> None:
    """A menu comes as a photo; one without text is a 400, once it has been read."""
    file = io.BytesIO()
    Image.new("RGB", (100, 100)).save(file, "PNG")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        ask(world, "/menu", {"photo": base64.b64encode(file.getvalue()).decode()}, "POST")


def erase(world: World) -> None:
    """Somebody takes back one of the ratings that stand in a file with others', and then asks to be forgotten."""
    before = len(world.jobs())
    header = "username,beer_id,beer_name,brewery_name,score\n"
    for name, last in ("three.csv", "dot,b05,Beer 5,Alder,3\n"), ("own.csv", "cid,b07,Beer 7,Alder,bad\n"):
        file = world.folder / name
        file.write_text(f"{header}cid,b05,Beer 5,Alder,2\ncid,b06,Beer 6,Alder,2\n{last}")
        world.loop.drop(file)
    ask(world, "/users/cid/reviews/b05", method="DELETE")
    world.quiet()
    ask(world, "/users/cid", method="DELETE")
    world.quiet()
    for _ in range(len(world.jobs()) - before):
        world.loop.outcome()


def retrain(world: World, request: dict[str, Any]) -> None:
    url = world.cloud.outputs["RetrainQueueUrl"]
    world.cloud.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(request), MessageGroupId="retrain")


def whole_loop(world: World) -> None:
    """All that the stack does: runs that end well and otherwise, rollbacks, changes of settings, every kind of call."""
    world.loop.drop(taken_back := world.csv("cleo"))
    assert world.loop.outcome().kind == "promoted"
    first = world.drop().run
    review = world.review("ann", 3, 4.5)
    world.loop.drop(review)
    world.loop.outcome()
    world.cloud.client("s3").delete_object(Bucket=world.bucket, Key=f"incoming/{review.name}")
    world.loop.outcome()
    assert world.drop("ann,answers wrongly").kind == "rolled back"
    assert world.drop("fail").kind == "failed"
    for path in (
        "/users/ann/recommendations",
        "/beers",
        "/users?prefix=an",
        "/users/ann/reviews",
        "/releases",
        "/health",
    ):
        ask(world, path)
    ask(world, "/users/ann/reviews", {"beer_id": "b05", "score": 4}, "POST")
    photograph(world)
    world.quiet()
    world.cloud.events.fire_schedules()
    world.loop.outcome()
    erase(world)
    world.promote({"release": first})
    assert world.loop.outcome().kind == "promoted"
    world.quiet()
    layout = {"EndpointLayout": "fused", "EndpointKind": "ml.c6i.large"}
    world.cloud.deploy(parameters=layout)
    assert world.loop.outcome().kind == "promoted"
    world.cloud.deploy(parameters={**layout, "Approval": "manual"})
    waiting = world.drop()
    assert waiting.kind == "waiting for approval"
    sagemaker = world.cloud.client("sagemaker")
    packages = sagemaker.list_model_packages(ModelPackageGroupName=world.prefix)["ModelPackageSummaryList"]
    (package,) = (one for one in packages if one["ModelPackageDescription"] == waiting.run)
    sagemaker.update_model_package(ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus="Approved")
    assert world.loop.outcome().kind == "promoted"
    # The budget of the month is used up.
    world.cloud.deploy(parameters={**layout, "Approval": "manual", "MonthlyTrainingMinutes": "1"})
    jobs: Any = sagemaker_backends[world.cloud.account][world.cloud.region].training_jobs
    for job in jobs.values():
        job.created -= timedelta(minutes=1)
    world.loop.drop(world.csv("bea"))
    eventually(lambda: world.objects("budget/"), 60)
    # A job is running when the stack goes.
    (world.cloud.directory / "hold").touch()
    retrain(world, {"reason": "by hand", "force": True})
    eventually(lambda: "InProgress" in world.jobs().values(), 60)
    world.cloud.client("s3").delete_object(Bucket=world.bucket, Key=f"incoming/{taken_back.name}")
    eventually(lambda: b'"withdrawn"' in world.objects(f"receipts/{taken_back.name}")[".json"], 60)
    eventually(lambda: not world.cloud.functions.busy(world.cloud.functions.name_of("IngestFunction")), 60)


def test_every_action_of_the_policies_is_needed_and_none_is_missing(world: World) -> None:
    refused: list[str] = []
    world.cloud.watch(lambda kind, text: refused.append(text) if kind == "iam" else None)
    roles = {function: role_of(world, function) for function in FUNCTIONS}
    policies = {function: world.cloud.permissions.policies(role) for function, role in roles.items()}
    whole_loop(world)
    world.cloud.delete()

    assert refused == []
    spare = {
        (function, action)
        for function, role in roles.items()
        for action in granted(policies[function]) - {need.action for need in world.cloud.permissions.used[role]}
    }
    assert spare - NO_CALL == set()


def test_a_policy_with_one_action_less_refuses_the_call_that_needs_it() -> None:
    document = json.dumps({"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:a/b/*"}]})
    assert is_allowed((document,), Need("s3:GetObject", "arn:a/b/c"))
    assert not is_allowed((document,), Need("s3:PutObject", "arn:a/b/c"))
    assert not is_allowed((document,), Need("s3:GetObject", "arn:a/c/c"))
    assert not is_allowed((), Need("s3:GetObject", "arn:a/b/c"))
