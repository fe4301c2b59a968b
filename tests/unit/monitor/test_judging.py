"""Every hour the experiment that runs is judged by the log, and promote is told what follows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto import mock_aws

from ingest.served.rows import SCHEMA, Row
from monitor.handler import Monitor
from monitor.releases import Releases
from monitor.settings import MonitorSettings
from taproom.experiments import Experiment, ExperimentReport

BUCKET, NOW = "drops", datetime(2026, 11, 10, 12, tzinfo=UTC)
CONTROL, CHALLENGER = "taproom-000000000001", "taproom-000000000002"
EXPERIMENT = Experiment(
    challenger=CHALLENGER, control=CONTROL, share=0.5, started_at=NOW - timedelta(days=1), status="running"
)
USERS = [f"user{number}" for number in range(600)]


@dataclass
class Functions:
    """Lambda, as far as it is asked."""

    invoked: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, **request: Any) -> None:
        assert request["FunctionName"] == "promote"
        self.invoked.append(json.loads(request["Payload"]))


@dataclass
class World:
    s3: Any
    monitor: Monitor
    functions: Functions

    def say(self, experiment: Experiment) -> None:
        self.s3.put_object(Bucket=BUCKET, Key="experiment.json", Body=experiment.model_dump_json())

    def serve(self, tried: dict[bool, int]) -> None:
        """An answer to each user an hour ago; so many of ten are tried, by whether the user is of the challenger."""
        rows = []
        for number, user in enumerate(USERS):
            of_challenger = EXPERIMENT.is_of_challenger(user)
            at, answer = round((NOW - timedelta(hours=1)).timestamp() * 1000), f"{number:032}"
            release = CHALLENGER if of_challenger else CONTROL
            told = {"place": 1, "score": 4.0, "propensity": 1.0, "release": release, "ratings": 9}
            context = json.dumps({"experiment": CHALLENGER, "limit": 10}, sort_keys=True)
            rows.append(Row("served", at, answer, user, "a", **told, context=context))  # type: ignore[arg-type]
            if number % 10 < tried[of_challenger]:
                rows.append(Row("tried", at + 1, answer, beer_id="a"))
        body = io.BytesIO()
        pq.write_table(pa.Table.from_pylist([row._asdict() for row in rows], SCHEMA), body)
        self.s3.put_object(Bucket=BUCKET, Key=f"served/day={NOW:%Y-%m-%d}/1.parquet", Body=body.getvalue())

    def report(self) -> ExperimentReport:
        found = self.s3.get_object(Bucket=BUCKET, Key="evidence/experiment.json")["Body"].read()
        return ExperimentReport.model_validate_json(found)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in {"DEFAULT_REGION": "us-east-1", "ACCESS_KEY_ID": "none", "SECRET_ACCESS_KEY": "none"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        s3, functions = boto3.client("s3"), Functions()
        s3.create_bucket(Bucket=BUCKET)
        settings = MonitorSettings(prefix="taproom", bucket=BUCKET, promote_function="promote", rollback_online=False)
        releases = Releases(s3, boto3.client("sagemaker"), BUCKET, "taproom")
        yield World(s3, Monitor(settings, s3, functions, releases), functions)


def test_without_an_experiment_nothing_is_judged(world: World) -> None:
    world.serve({True: 3, False: 3})
    world.monitor.look(NOW)
    world.say(EXPERIMENT.model_copy(update={"status": "stopped"}))
    world.monitor.look(NOW)
    assert "Contents" not in world.s3.list_objects_v2(Bucket=BUCKET, Prefix="evidence/experiment")
    assert world.functions.invoked == []


@pytest.mark.parametrize(
    ("of_challenger", "decision"), [(3, "go on"), (9, "promote"), (0, "stop")], ids=["equal", "better", "worse"]
)
def test_what_the_log_says_of_both_arms_is_written_down_and_acted_on(
    world: World, of_challenger: int, decision: str
) -> None:
    world.say(EXPERIMENT)
    world.serve({True: of_challenger, False: 3})
    world.monitor.look(NOW)
    report = world.report()
    assert (report.challenger, report.looked_at, report.decision) == (CHALLENGER, NOW, decision)
    assert report.control_users + report.challenger_users == len(USERS)
    taken = report.differences[0]
    assert taken.control == pytest.approx(0.3, abs=0.05)
    assert taken.challenger == pytest.approx(of_challenger / 10, abs=0.05)
    asked = [
        {
            "experiment": decision,
            "challenger": CHALLENGER,
            "reason": report.reason,
            "by": "monitor",
            "at": NOW.isoformat(),
        }
    ]
    assert world.functions.invoked == ([] if decision == "go on" else asked)


def test_in_the_end_it_is_decided_though_nobody_was_answered(world: World) -> None:
    world.say(EXPERIMENT.model_copy(update={"started_at": NOW - timedelta(days=14)}))
    world.monitor.look(NOW)
    assert [one["experiment"] for one in world.functions.invoked] == ["promote"]
