"""The CloudWatch metrics that template.yaml's alarms and dashboard look at, and those that functions emit."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import PROJECT
from local.cloudformation import stack


@dataclass(frozen=True, order=True)
class Metric:
    """One metric, with all of its dimensions."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


def alarms(references: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The properties of each alarm, with `references` in place of what `Ref` and `GetAtt` name."""
    return {
        name: _resolved(resource["Properties"], references)
        for name, resource in _resources().items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def of_alarm(alarm: Mapping[str, Any]) -> dict[str, Metric]:
    """What the alarm looks at, by the id that its expression has for it; "" where it has none."""
    if "Metrics" not in alarm:
        return {"": _metric(alarm)}
    return {each["Id"]: _metric(each["MetricStat"]["Metric"]) for each in alarm["Metrics"] if "MetricStat" in each}


def of_dashboard(references: Mapping[str, str]) -> set[Metric]:
    """What the dashboard shows."""
    body = _resolved(_resources()["Dashboard"]["Properties"]["DashboardBody"], references)
    found = set()
    for widget in json.loads(body)["widgets"]:
        before: list[str] = []
        for row in widget["properties"]["metrics"]:
            before = _whole(row, before)
            namespace, name, *dimensions = before
            pairs = zip(dimensions[::2], dimensions[1::2], strict=True)
            found.add(Metric(namespace, name, frozenset(pairs)))
    return found


def emitted(logs: Iterable[str]) -> dict[Metric, str]:
    """Each metric that lines of logs hold in CloudWatch's embedded metric format, with its unit."""
    found = {}
    for line in logs:
        if not line.startswith('{"_aws"'):
            continue
        entry = json.loads(line)
        for described in entry["_aws"]["CloudWatchMetrics"]:
            for names in described["Dimensions"]:
                dimensions = frozenset((name, entry[name]) for name in names)
                for metric in described["Metrics"]:
                    found[Metric(described["Namespace"], metric["Name"], dimensions)] = metric["Unit"]
    return found


def lines(folder: Path) -> Iterator[str]:
    """Those of all logs of a laptop cloud's functions."""
    for log in folder.glob("*.log"):
        yield from log.read_text(errors="replace").splitlines()


def _whole(row: list[Any], before: list[str]) -> list[str]:
    """A row of a widget in full: `.` stands for what stood there before, `...` for all that is left out."""
    named = [each for each in row if isinstance(each, str)]
    if named[0] == "...":
        kept = len(before) - len(named) + 1
        named = [*before[:kept], *named[1:]]
    return [before[place] if each == "." else each for place, each in enumerate(named)]


def _metric(given: Mapping[str, Any]) -> Metric:
    dimensions = frozenset((each["Name"], each["Value"]) for each in given["Dimensions"])
    return Metric(given["Namespace"], given["MetricName"], dimensions)


@functools.cache
def _resources() -> dict[str, Any]:
    resources: dict[str, Any] = stack.translate(PROJECT / "template.yaml", "us-east-1")["Resources"]
    return resources


def _resolved(value: Any, references: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_resolved(each, references) for each in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": str(name)}:
            return _of_stack(name, references)
        case {"Fn::GetAtt": [name, attribute]}:
            return _of_stack(f"{name}.{attribute}", references)
        case {"Fn::Sub": str(text)}:
            for name, replacement in references.items():
                text = text.replace(f"${{{name}}}", replacement)
            return text
    return {name: _resolved(each, references) for name, each in value.items()}


def _of_stack(name: str, references: Mapping[str, str]) -> str:
    return references.get(name, f"{name} of {references['AWS::StackName']}")
