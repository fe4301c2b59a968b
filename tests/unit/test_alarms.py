"""Alarms look at metrics that there are, in their units, and go off when they should."""

from __future__ import annotations

import math
import operator
import re
from typing import Any

import pytest

from local import PROJECT
from tests.stack_metrics import Metric, alarms, of_alarm, of_dashboard

ONE = {"AWS::StackName": "one", "NamePrefix.Value": "taproom-0a1b2c3d", "Api": "api"}
OTHER = {"AWS::StackName": "other", "NamePrefix.Value": "taproom-4e5f6a7b", "Api": "ipa"}
# Of AWS's own metrics, as its documentation has them: the dimensions.
OF_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/SageMaker", "Invocation5XXErrors"): {"EndpointName", "VariantName"},
    ("AWS/SageMaker", "ModelLatency"): {"EndpointName", "VariantName"},
    ("AWS/ApiGateway", "Count"): {"ApiId"},
    ("AWS/ApiGateway", "5xx"): {"ApiId"},
    ("AWS/ApiGateway", "Latency"): {"ApiId"},
}
COMPARISONS = {"GreaterThanThreshold": operator.gt, "GreaterThanOrEqualToThreshold": operator.ge}
MISSING = math.nan


def fill(value: float, other: float) -> float:
    return other if math.isnan(value) else value


def choose(condition: bool, value: float, other: float) -> float:
    return value if condition else other


def value_of(alarm: dict[str, Any], values: dict[str, float]) -> float:
    """What an alarm compares with its threshold, where there are data of `values` alone."""
    metrics = of_alarm(alarm)
    assert values.keys() <= metrics.keys()
    given = {name: values.get(name, MISSING) for name in metrics}
    if "" in given:
        return given[""]
    (expression,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
    try:
        return float(eval(expression, {"FILL": fill, "IF": choose, "MAX": max, **given}))
    except ZeroDivisionError:
        return MISSING


def looked_at(references: dict[str, str]) -> set[Metric]:
    of_alarms = {metric for alarm in alarms(references).values() for metric in of_alarm(alarm).values()}
    return of_alarms | of_dashboard(references)


@pytest.mark.parametrize(
    ("alarm", "values", "goes_off"),
    [
        # SQS says nothing of a queue that nobody used lately.
        ("DeadLetterAlarm", {"ingest": 1}, True),
        ("DeadLetterAlarm", {"deferred": 1}, True),
        ("DeadLetterAlarm", {"ingest": 0, "retrain": 0}, False),
        ("RefusedRowsAlarm", {"whole": 0, "refused": 11, "accepted": 89}, True),
        ("RefusedRowsAlarm", {"whole": 0, "refused": 10, "accepted": 90}, False),
        ("RefusedRowsAlarm", {"whole": 1, "refused": 0, "accepted": 0}, True),
        ("RefusedRowsAlarm", {"whole": 1, "refused": 0, "accepted": 1_000_000}, True),
        ("RefusedRowsAlarm", {"whole": 0, "refused": 0, "accepted": 0}, False),
        ("RunsAlarm", {"": 3}, True),
        ("RunsAlarm", {"": 2}, False),
        ("OldDataAlarm", {"": 8 * 24 + 1}, True),
        ("OldDataAlarm", {"": 8 * 24}, False),
        ("OnlineQualityAlarm", {"": 1}, True),
        ("OnlineQualityAlarm", {"": 0}, False),
        ("OldModelAlarm", {"": 8 * 24 + 1}, True),
        ("OldModelAlarm", {"": 8 * 24}, False),
        ("EndpointErrorAlarm", {"fused": 6}, True),
        ("EndpointErrorAlarm", {"retrieval": 3, "ranking": 3}, True),
        ("EndpointErrorAlarm", {"retrieval": 3, "ranking": 2}, False),
        # Microseconds.
        ("EndpointLatencyAlarm", {"retrieval": 500_000, "ranking": 2_000_001}, True),
        ("EndpointLatencyAlarm", {"fused": 2_000_000}, False),
        ("QuickAnswersAlarm", {"answers": 10, "quick": 60}, True),
        ("QuickAnswersAlarm", {"answers": 10, "quick": 50}, False),
        # The first visitors of an endpoint that sleeps.
        ("QuickAnswersAlarm", {"answers": 9, "quick": 100}, False),
        ("ApiErrorAlarm", {"errors": 2, "requests": 100}, True),
        ("ApiErrorAlarm", {"errors": 1, "requests": 100}, False),
        ("ApiErrorAlarm", {"requests": 100}, False),
        # Milliseconds.
        ("ApiLatencyAlarm", {"latency": 5001}, True),
        ("ApiLatencyAlarm", {"latency": 5000}, False),
    ],
)
def test_an_alarm_goes_off_from_its_bound_on(alarm: str, values: dict[str, float], goes_off: bool) -> None:
    described = alarms(ONE)[alarm]
    compared = COMPARISONS[described["ComparisonOperator"]]
    assert compared(value_of(described, values), described["Threshold"]) is goes_off


@pytest.mark.parametrize("name", sorted(alarms(ONE)))
def test_an_alarm_tells_people_and_is_quiet_where_nothing_is_measured(name: str) -> None:
    alarm = alarms(ONE)[name]
    assert alarm["AlarmActions"] == ["Outcomes of one"]
    assert alarm["TreatMissingData"] in ("notBreaching", "ignore")
    assert not COMPARISONS[alarm["ComparisonOperator"]](value_of(alarm, {}), alarm["Threshold"])


def test_the_runbook_has_a_line_for_each_alarm() -> None:
    runbook = (PROJECT / "docs" / "operations.md").read_text()
    assert set(re.findall(r"^\| `(\w+Alarm)` \| \w", runbook, re.MULTILINE)) == alarms(ONE).keys()


def test_metrics_of_aws_have_the_dimensions_that_aws_gives_them() -> None:
    found = [metric for metric in looked_at(ONE) if metric.namespace != "Taproom"]
    assert found
    for metric in found:
        assert {name for name, _ in metric.dimensions} == OF_AWS[metric.namespace, metric.name]


def test_no_metric_of_one_stack_is_looked_at_by_another() -> None:
    assert looked_at(ONE) & looked_at(OTHER) == set()
