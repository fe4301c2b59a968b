"""Endpoints are created, asked, updated in place and removed as SageMaker's are."""

from __future__ import annotations

import json
import threading
import uuid

import pytest
from botocore.exceptions import ClientError

from local.sagemaker.serving.model_server_process import ModelServer, SavedModel
from tests.unit.local.sagemaker.cloud import SageMakerCloud, tar_gz
from tests.unit.local.sagemaker.serving import saved_models
from tests.unit.local.sagemaker.serving.requests import COLUMNS, ask, config, endpoint, refused, release, update


@pytest.fixture(scope="module")
def archives() -> dict[str, bytes]:
    """Archives by name: saving a model takes a second."""
    return {
        "one": saved_models.archive(retrieval="one"),
        "two": saved_models.archive(retrieval="two"),
        "both": saved_models.archive(retrieval="both", ranking="both"),
        "broken": saved_models.archive(retrieval="broken"),
        "empty": tar_gz({"readme.txt": "nothing to serve"}),
        "no archive": b"this is no tar.gz",
    }


def test_a_new_endpoint_is_creating_and_then_in_service(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    sagemaker = cloud.client("sagemaker")
    made = config(cloud, archives["one"])
    sagemaker.create_endpoint(EndpointName="fresh", EndpointConfigName=made, Tags=[{"Key": "of", "Value": "stack"}])

    assert cloud.event("Endpoint", EndpointName="fresh")["EndpointStatus"] == "CREATING"
    event = cloud.event("Endpoint", EndpointName="fresh")
    assert event["EndpointStatus"] == "IN_SERVICE"
    assert event["EndpointConfigName"] == made
    assert event["Tags"] == {"of": "stack"}
    described = sagemaker.describe_endpoint(EndpointName="fresh")
    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == made
    assert described["ProductionVariants"][0]["CurrentServerlessConfig"]["MemorySizeInMB"] == 2048
    assert sagemaker.list_tags(ResourceArn=described["EndpointArn"])["Tags"] == [{"Key": "of", "Value": "stack"}]
    assert release(cloud, "fresh") == "one"


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        ("broken", "Cannot parse file"),
        ("empty", "no SavedModel bundles found!"),
        ("no archive", "not a readable tar.gz"),
    ],
)
def test_an_endpoint_whose_model_does_not_load_fails_with_the_reason(
    cloud: SageMakerCloud, archives: dict[str, bytes], archive: str, reason: str
) -> None:
    name = f"failing-{uuid.uuid4().hex[:8]}"
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config(cloud, archives[archive]))
    event = cloud.event("Endpoint", EndpointName=name, EndpointStatus="FAILED")

    assert "did not pass the ping health check" in event["FailureReason"]
    assert reason in event["FailureReason"]
    assert sagemaker.describe_endpoint(EndpointName=name)["FailureReason"] == event["FailureReason"]
    with pytest.raises(ClientError, match="not found"):
        ask(cloud, name)
    with pytest.raises(ClientError, match="Failed"):
        sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config(cloud, archives["one"]))
    sagemaker.delete_endpoint(EndpointName=name)


def test_an_update_replaces_in_place_without_a_failed_request(
    cloud: SageMakerCloud, archives: dict[str, bytes]
) -> None:
    name = endpoint(cloud, config(cloud, archives["one"]))
    answered: list[str] = []
    failed: list[Exception] = []
    ended = threading.Event()

    def ask_all_along() -> None:
        while not ended.is_set():
            try:
                answered.append(release(cloud, name))
            except Exception as error:
                failed.append(error)

    client = threading.Thread(target=ask_all_along)
    client.start()
    for archive in ("two", "one", "two"):
        made = config(cloud, archives[archive])
        described = update(cloud, name, made)
        assert described["EndpointStatus"] == "InService"
        assert described["EndpointConfigName"] == made
        assert release(cloud, name) == archive
    ended.set()
    client.join()
    assert failed == []
    assert set(answered) == {"one", "two"}


def test_a_request_that_an_update_overtakes_is_answered_by_the_new_model(
    cloud: SageMakerCloud, archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = endpoint(cloud, config(cloud, archives["one"]))
    new = config(cloud, archives["two"])
    predict = ModelServer.predict
    overtaken: list[str] = []

    def late(server: ModelServer, key: str, version: str | None, body: bytes) -> tuple[int, bytes]:
        if not overtaken:
            overtaken.append(key)
            update(cloud, name, new)
        return predict(server, key, version, body)

    monkeypatch.setattr(ModelServer, "predict", late)
    assert release(cloud, name) == "two"
    assert overtaken


def test_while_it_updates_an_endpoint_shows_the_old_config_and_the_pending_one(
    cloud: SageMakerCloud, archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = config(cloud, archives["one"]), config(cloud, archives["two"])
    name = endpoint(cloud, old)
    go_on = threading.Event()
    load = ModelServer.load

    def slow(server: ModelServer, key: str, model: SavedModel) -> None:
        go_on.wait()
        load(server, key, model)

    monkeypatch.setattr(ModelServer, "load", slow)
    sagemaker = cloud.client("sagemaker")
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=new)

    described = sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointStatus"] == "Updating"
    assert described["EndpointConfigName"] == old
    assert described["PendingDeploymentSummary"]["EndpointConfigName"] == new
    assert release(cloud, name) == "one"
    for change in (
        lambda: sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=old),
        lambda: sagemaker.delete_endpoint(EndpointName=name),
    ):
        with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
            change()

    go_on.set()
    cloud.event("Endpoint", EndpointName=name, EndpointStatus="IN_SERVICE")
    assert "PendingDeploymentSummary" not in sagemaker.describe_endpoint(EndpointName=name)
    assert release(cloud, name) == "two"


def test_an_update_that_fails_leaves_the_old_model_in_service(
    cloud: SageMakerCloud, archives: dict[str, bytes]
) -> None:
    old = config(cloud, archives["one"])
    name = endpoint(cloud, old)
    described = update(cloud, name, config(cloud, archives["broken"]))

    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == old
    assert "Cannot parse file" in described["FailureReason"]
    assert release(cloud, name) == "one"
    assert "FailureReason" not in update(cloud, name, config(cloud, archives["two"]))


def test_a_config_in_service_must_stay_for_the_next_update(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    old = config(cloud, archives["one"])
    name = endpoint(cloud, old)
    sagemaker = cloud.client("sagemaker")
    sagemaker.delete_endpoint_config(EndpointConfigName=old)
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config(cloud, archives["two"]))


def test_a_deleted_endpoint_is_not_found_and_may_be_made_again(
    cloud: SageMakerCloud, archives: dict[str, bytes]
) -> None:
    made = config(cloud, archives["one"])
    name = endpoint(cloud, made)
    sagemaker = cloud.client("sagemaker")
    sagemaker.delete_endpoint(EndpointName=name)

    with pytest.raises(ClientError) as refusal:
        sagemaker.describe_endpoint(EndpointName=name)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert refusal.value.response["Error"]["Message"].startswith("Could not find endpoint")
    with pytest.raises(ClientError) as unanswered:
        ask(cloud, name)
    assert unanswered.value.response["Error"]["Code"] == "ValidationError"
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=made)
    cloud.event("Endpoint", EndpointName=name, EndpointStatus="IN_SERVICE")
    assert release(cloud, name) == "one"


def test_names_are_taken_once(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    made = config(cloud, archives["one"])
    name = endpoint(cloud, made)
    sagemaker = cloud.client("sagemaker")
    variant = {"VariantName": "v", "ModelName": made, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    for create in (
        lambda: sagemaker.create_model(ModelName=made, PrimaryContainer={"Image": "i"}),
        lambda: sagemaker.create_endpoint_config(EndpointConfigName=made, ProductionVariants=[variant]),
        lambda: sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=made),
    ):
        with pytest.raises(ClientError, match="Cannot create already existing") as refusal:
            create()
        assert refusal.value.response["Error"]["Code"] == "ValidationException"


def test_the_servable_is_chosen_by_request_with_a_default_from_the_environment(
    cloud: SageMakerCloud, archives: dict[str, bytes]
) -> None:
    shared = endpoint(cloud, config(cloud, archives["both"], {"SAGEMAKER_TFS_DEFAULT_MODEL_NAME": "retrieval"}))
    assert release(cloud, shared) == "both"
    assert release(cloud, shared, CustomAttributes="tfs-model-name=ranking") == "both"
    assert release(cloud, shared, CustomAttributes="tfs-model-name=ranking,tfs-model-version=1") == "both"

    refusal = refused(cloud, shared, COLUMNS, CustomAttributes="tfs-model-name=pricing")
    assert refusal["OriginalStatusCode"] == 404
    assert "Latest(pricing)" in refusal["OriginalMessage"]


def test_a_request_that_the_model_refuses_is_a_model_error(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    name = endpoint(cloud, config(cloud, archives["one"]))
    answer = refused(cloud, name, {"inputs": {"name": ["Ada"]}})
    assert answer["Error"]["Code"] == "ModelError"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert answer["OriginalStatusCode"] == 400
    assert json.loads(answer["OriginalMessage"]) == {"error": "Missing named input: number in 'inputs' object."}
    assert answer["Error"]["Message"].startswith("Received client error (400) from primary with message")


def test_only_json_is_taken(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    name = endpoint(cloud, config(cloud, archives["one"]))
    assert refused(cloud, name, COLUMNS, ContentType="text/csv")["OriginalStatusCode"] == 415


def test_what_does_not_exist_cannot_be_put_in_service(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    sagemaker = cloud.client("sagemaker")
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        sagemaker.create_endpoint(EndpointName="nothing", EndpointConfigName="nothing")
    orphan = config(cloud, archives["one"])
    sagemaker.delete_model(ModelName=orphan)
    with pytest.raises(ClientError, match="Could not find model"):
        sagemaker.create_endpoint(EndpointName="nothing", EndpointConfigName=orphan)


def test_endpoints_models_and_configs_are_found_by_name(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    made = config(cloud, archives["one"])
    config(cloud, archives["two"])
    name = endpoint(cloud, made)
    sagemaker = cloud.client("sagemaker")
    assert [each["EndpointName"] for each in sagemaker.list_endpoints(NameContains=name)["Endpoints"]] == [name]
    assert [each["ModelName"] for each in sagemaker.list_models(NameContains=made)["Models"]] == [made]
    configs = sagemaker.list_endpoint_configs(NameContains=made)["EndpointConfigs"]
    assert [each["EndpointConfigName"] for each in configs] == [made]


def test_endpoints_come_back_after_a_restart(cloud: SageMakerCloud, archives: dict[str, bytes]) -> None:
    made = config(cloud, archives["one"])
    name = endpoint(cloud, made)
    saved = json.loads(json.dumps({each: save() for each, (save, _) in cloud.kept.items()}))
    sagemaker = cloud.client("sagemaker")
    before = sagemaker.describe_model(ModelName=made)
    for left in sagemaker.list_endpoints()["Endpoints"]:
        sagemaker.delete_endpoint(EndpointName=left["EndpointName"])
    sagemaker.delete_endpoint_config(EndpointConfigName=made)
    sagemaker.delete_model(ModelName=made)

    for each in ("models and configs", "endpoints"):
        cloud.kept[each][1](saved[each])

    assert sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"] == made
    assert sagemaker.describe_model(ModelName=made)["CreationTime"] == before["CreationTime"]
    assert release(cloud, name) == "one"
