"""What template.yaml says of how long things are kept."""

from __future__ import annotations

import functools
import json
from typing import Any

from local import PROJECT
from local.cloudformation import stack
from taproom import contract

# What is data, or explains or stands for them: no age makes it superfluous.
FOR_GOOD = (
    contract.INCOMING,
    contract.REVIEWS,
    contract.RECEIPTS,
    contract.ERASURES,
    contract.SNAPSHOTS,
    contract.CODE,
    contract.RUNS,
    contract.RELEASES,
    contract.AUDIT,
    contract.EVIDENCE,
    contract.HYPERPARAMETERS,
)


@functools.cache
def resources() -> dict[str, Any]:
    found: dict[str, Any] = stack.translate(PROJECT / "template.yaml", "us-east-1")["Resources"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in resources().items() if one["Type"] == kind}


def test_every_function_and_the_api_log_to_a_group_that_forgets() -> None:
    groups = {name for name, group in of_type("AWS::Logs::LogGroup").items() if group.get("RetentionInDays")}
    assert groups == of_type("AWS::Logs::LogGroup").keys()
    functions = of_type("AWS::Lambda::Function").values()
    assert len(functions) == 5
    assert all(function["LoggingConfig"]["LogGroup"]["Ref"] in groups for function in functions)
    assert all(
        stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0] in groups
        for stage in of_type("AWS::ApiGatewayV2::Stage").values()
    )


def test_no_rule_of_the_bucket_lets_data_expire() -> None:
    rules = resources()["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    expiring = [rule["Prefix"] for rule in rules if "ExpirationInDays" in rule]
    assert expiring
    assert [prefix for prefix in expiring for kept in FOR_GOOD if kept.startswith(prefix)] == []


def test_older_versions_and_uploads_that_were_given_up_go_everywhere() -> None:
    rules = resources()["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (everywhere,) = (rule for rule in rules if "Prefix" not in rule)
    assert everywhere["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    assert everywhere["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 7
    # The mark of a deletion goes when the last version that it hides has gone.
    assert everywhere["ExpiredObjectDeleteMarker"] is True


def test_a_warming_schedule_wakes_the_models_where_there_is_one_and_nothing_is_provisioned_unless_asked_for() -> None:
    found = stack.translate(PROJECT / "template.yaml", "us-east-1")
    rule = found["Resources"]["WarmingRule"]
    assert rule["Condition"] == found["Resources"]["WarmingMayInvoke"]["Condition"] == "HasWarmingSchedule"
    (target,) = rule["Properties"]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["RecommendFunction", "Arn"]}
    assert json.loads(target["Input"]) == json.loads((PROJECT / "events" / "warm.json").read_text())
    defaults = {name: found["Parameters"][name]["Default"] for name in ("WarmingSchedule", "ProvisionedConcurrency")}
    assert defaults == {"WarmingSchedule": "", "ProvisionedConcurrency": 0}
