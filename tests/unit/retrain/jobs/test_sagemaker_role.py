"""Jobs and endpoints may read and write what they are told to, and none of what people dropped or asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local import PROJECT
from local.cloudformation import stack
from local.services.iam_actions import Need
from local.services.permissions import is_allowed
from retrain import job
from retrain.compared_releases import ComparedReleases
from retrain.preparation import processing_request
from retrain.settings import RetrainSettings
from taproom import contract

RUN, SERVING, BEST = "taproom-0123456789ab", "taproom-ba9876543210", "taproom-cccccccccccc"
BUCKET = "arn:aws:s3:::drops"


@pytest.fixture(scope="module")
def documents() -> tuple[str, ...]:
    """The policies of SageMakerRole."""
    role = stack.translate(PROJECT / "template.yaml", "us-east-1")["Resources"]["SageMakerRole"]["Properties"]
    text = json.dumps([policy["PolicyDocument"] for policy in role["Policies"]])
    text = text.replace('{"Fn::GetAtt": ["Bucket", "Arn"]}', '"${Bucket.Arn}"').replace("${Bucket.Arn}", BUCKET)
    for document in (found := json.loads(text)):
        document["Statement"] = [
            {**statement, "Resource": [_plain(each) for each in _listed(statement["Resource"])]}
            for statement in document["Statement"]
        ]
    return tuple(map(json.dumps, found))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(resource: Any) -> str:
    return str(resource["Fn::Sub"] if isinstance(resource, dict) else resource)


def requests(settings: RetrainSettings) -> Iterator[dict[str, Any]]:
    """What SageMaker is asked for: every channel and every output is in one of them."""
    compared = ComparedReleases(SERVING, BEST)
    more = {"has_catalogue": True, "has_served": True}
    spot = settings.model_copy(update={"training_spot": True})
    for each, leaves_snapshot in (settings, True), (spot, False):
        yield job.training_request(
            each, "us-east-1", RUN, "code/1/a", compared, leaves_snapshot=leaves_snapshot, has_snapshot=True, **more
        )
    yield job.training_request(settings, "us-east-1", RUN, "code/1/a", compared, is_prepared=True)
    yield job.batch_request(settings, "us-east-1", RUN, "code/1/a", SERVING, has_snapshot=False, has_listings=True)
    yield processing_request(settings, "us-east-1", RUN, "code/1", has_snapshot=True)


def addresses(asked: Any, under: str = "") -> Iterator[tuple[str, str]]:
    """Each address in the bucket, and the name of what holds it."""
    if isinstance(asked, dict):
        for name, value in asked.items():
            yield from addresses(value, name if "Output" in name or "Checkpoint" in name else under)
    elif isinstance(asked, list):
        for value in asked:
            yield from addresses(value, under)
    elif str(asked).strip('"').startswith("s3://"):
        yield under, str(asked).strip('"').removeprefix("s3://drops/").rstrip("/") + "/file"


def test_a_job_may_do_what_its_request_asks_for(environment: dict[str, str], documents: tuple[str, ...]) -> None:
    read: set[str] = set()
    written: set[str] = set()
    for asked in requests(RetrainSettings.from_environment(environment)):
        for under, key in addresses(asked):
            (written if under else read).add(key)
            # What SageMaker keeps for an interrupted job it also gives back.
            if "Checkpoint" in under:
                read.add(key)
    # What manifests list, and what an endpoint loads.
    listed = (contract.REVIEWS, contract.SNAPSHOTS, contract.SERVED, contract.CATALOGUE_BEERS, contract.RELEASES)
    assert {key.partition("/")[0] for key in read} >= {"runs", "code", "releases", "prepared", "checkpoints", "batch"}
    assert {key.partition("/")[0] for key in written} == {
        "artifacts",
        "checkpoints",
        "tensorboard",
        "prepared",
        "batch",
    }
    for key in (*read, *(f"{prefix}file" for prefix in listed)):
        assert is_allowed(documents, Need("s3:GetObject", f"{BUCKET}/{key}")), key
    for key in written:
        assert is_allowed(documents, Need("s3:PutObject", f"{BUCKET}/{key}")), key


@pytest.mark.parametrize("prefix", [contract.INCOMING, contract.AUDIT, contract.ERASURES, contract.RECEIPTS])
def test_what_people_dropped_and_asked_for_is_not_a_jobs(prefix: str, documents: tuple[str, ...]) -> None:
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert not is_allowed(documents, Need(action, f"{BUCKET}/{prefix}file"))


@pytest.mark.parametrize("prefix", [contract.CODE, contract.RELEASES, contract.REVIEWS, contract.RUNS])
def test_what_a_job_reads_it_may_not_rewrite(prefix: str, documents: tuple[str, ...]) -> None:
    for action in ("s3:PutObject", "s3:DeleteObject"):
        assert not is_allowed(documents, Need(action, f"{BUCKET}/{prefix}file"))
