"""Forgetting somebody, and retiring what has learnt from them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.core.responses import ActionResult
from moto.sagemaker.models import sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from operate.__main__ import main
from operate.commands import erase
from taproom.messages.erasures import Erasure
from tests.unit.operate.cloud import ACCOUNT, BUCKET, PARTS, PREFIX, REGION, ROLE, Tools

SERVES, OLD, UNDECIDED = (f"taproom-00000000000{number}" for number in range(3))
ASKED_AT = 1_790_000_000_000


@pytest.fixture
def asked(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """A stack with three releases, whose ingest has reported already."""
    monkeypatch.setattr(erase.time, "time", lambda: ASKED_AT / 1000)
    tools.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    sagemaker = tools.client("sagemaker")
    packages = sagemaker_backends[ACCOUNT][REGION].model_packages

    def delete_model_package(response: SageMakerResponse) -> ActionResult:
        del packages[response._get_param("ModelPackageName")]
        return ActionResult({})

    # moto lists packages, and deletes none.
    monkeypatch.setattr(SageMakerResponse, "delete_model_package", delete_model_package, raising=False)
    sagemaker.create_model_package_group(ModelPackageGroupName=PREFIX)
    for release in (SERVES, OLD, UNDECIDED):
        tools.put(f"runs/{release}/manifest.json", b"[]")
        tools.put(f"artifacts/{release}/output/model.tar.gz", b"")
        if release != UNDECIDED:
            tools.put(f"runs/{release}/verdict.json", b"{}")
            tools.put(f"releases/{release}/model.tar.gz", b"old")
            tools.put(f"releases/{release}/model.tar.gz", b"new")
        for archive in ("retrieval", "ranking"):
            name = f"{release}-{archive}-0a1b"
            sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "image"})
            variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}
            sagemaker.create_endpoint_config(
                EndpointConfigName=name, ProductionVariants=[{**variant, "InstanceType": "ml.m5.large"}]
            )
            if release == SERVES:
                sagemaker.create_endpoint(EndpointName=f"{PREFIX}-{archive}", EndpointConfigName=name)
        sagemaker.create_model_package(ModelPackageGroupName=PREFIX, ModelPackageDescription=release)
    report = {
        "asked_at": ASKED_AT,
        "parts": list(PARTS),
        "releases": [SERVES, OLD, UNDECIDED],
        "unreadable": {"notes.txt": "Look at it."},
    }
    tools.put(Erasure("zo\u00eb", ASKED_AT).report_key("histories"), json.dumps(report).encode())
    return tools


def kept(tools: Tools) -> dict[str, Any]:
    """What is left of each release: versions of objects, configs, models and packages."""
    sagemaker = tools.client("sagemaker")
    versions = tools.client("s3").list_object_versions(Bucket=BUCKET)
    found = [version["Key"] for kind in ("Versions", "DeleteMarkers") for version in versions.get(kind, [])]
    found += [config["EndpointConfigName"] for config in sagemaker.list_endpoint_configs()["EndpointConfigs"]]
    found += [model["ModelName"] for model in sagemaker.list_models()["Models"]]
    packages = sagemaker.list_model_packages(ModelPackageGroupName=PREFIX)["ModelPackageSummaryList"]
    found += [package["ModelPackageDescription"] for package in packages]
    return {release: sorted(name for name in found if release in name) for release in (SERVES, OLD, UNDECIDED)}


def test_ingest_is_asked_and_its_report_told(asked: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    before = kept(asked)
    main(["erase", "zoe\u0308"])
    (message,) = asked.messages("ingest")
    assert Erasure.from_message(message["Body"]) == Erasure("zo\u00eb", ASKED_AT)
    assert capsys.readouterr().out.splitlines() == [
        f"Forgotten. Parts that held them: {PARTS[0]}, {PARTS[1]}.",
        "Left: incoming/notes.txt. Look at it.",
        "A run on what is left was asked for: python -m operate status --stack taproom",
        f"{SERVES} has learnt from them and serves, until its successor does: erase them again then.",
        f"{OLD} has learnt from them: --retire deletes it, if nobody is to roll back to it.",
        f"{UNDECIDED} learns from them at this moment, or awaits its verdict: erase them again then.",
    ]
    assert kept(asked) == before


def test_of_what_has_learnt_from_them_only_what_is_of_no_use_is_retired(asked: Tools) -> None:
    before = kept(asked)
    main(["erase", "zo\u00eb", "--retire"])
    after = kept(asked)
    assert after[OLD] == [f"runs/{OLD}/manifest.json", f"runs/{OLD}/verdict.json"]
    assert (after[SERVES], after[UNDECIDED]) == (before[SERVES], before[UNDECIDED])
