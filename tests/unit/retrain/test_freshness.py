"""How old data and model are, and how many runs in a row came to nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto.s3.models import s3_backends

from retrain import freshness
from retrain.freshness import Freshness
from retrain.handler import handler
from tests.stack_metrics import emitted
from tests.unit.retrain.asking import FIRST, SECOND, Context
from tests.unit.retrain.cloud import ACCOUNT, BUCKET, Cloud

HOURLY = json.loads((Path(__file__).parents[3] / "events" / "hourly.json").read_text())
RELEASE, OTHER, THIRD = "taproom-0123456789ab", "taproom-ba9876543210", "taproom-aaaaaaaaaaaa"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def written(key: str, at: datetime) -> None:
    kept = s3_backends[ACCOUNT]["aws"].get_object(BUCKET, key)
    assert kept is not None
    kept.last_modified = at


def made(cloud: Cloud, release: str, at: datetime) -> None:
    """A release whose files were made at that time, and whose last rollout was later."""
    cloud.put(f"releases/{release}/metrics.json", {"release": release})
    cloud.put(f"releases/{release}/rollout.json", {"release": release, "status": "in service"})
    written(f"releases/{release}/metrics.json", at)


def decided(cloud: Cloud, run: str, status: str, at: datetime) -> None:
    cloud.put(f"runs/{run}/verdict.json", {"run": run, "status": status})
    written(f"runs/{run}/verdict.json", at)


def look(cloud: Cloud, serving: str | None = None) -> Freshness:
    return freshness.look(cloud.retrain.bucket, serving)


def test_before_the_first_drop_there_is_nothing_to_be_old(cloud: Cloud) -> None:
    assert look(cloud) == Freshness(newest_drop_at=None, model_at=None, runs_without_release=0)


def test_data_are_as_old_as_the_newest_drop_that_counts(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.drop(SECOND)
    cloud.s3.put_object(Bucket=BUCKET, Key="reviews/_SUCCESS.parquet", Body=b"")
    assert look(cloud).newest_drop_at == datetime(2026, 1, 2, tzinfo=UTC)
    cloud.withdraw(SECOND)
    assert look(cloud).newest_drop_at == NEW_YEAR


def test_the_model_is_as_old_as_the_release_is_whatever_was_rolled_back_to_since(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    made(cloud, RELEASE, NEW_YEAR + timedelta(days=3))
    assert look(cloud, RELEASE).model_at == NEW_YEAR + timedelta(days=3)


def test_while_nothing_serves_the_model_is_as_late_as_the_first_drop_is_old(cloud: Cloud) -> None:
    cloud.drop(SECOND)
    cloud.drop(FIRST)
    assert look(cloud).model_at == NEW_YEAR


def test_of_a_release_without_files_nobody_knows_the_age(cloud: Cloud) -> None:
    assert look(cloud, RELEASE).model_at is None


@pytest.mark.parametrize(
    ("statuses", "in_a_row"),
    [
        ([], 0),
        (["promoted"], 0),
        (["promoted", "refused", "failed", "refused"], 3),
        (["refused", "refused", "promoted", "failed"], 1),
        (["refused", "refused"], 2),
    ],
)
def test_runs_that_brought_no_release_are_counted_from_the_last_one_back(
    cloud: Cloud, statuses: list[str], in_a_row: int
) -> None:
    for number, status in enumerate(statuses):
        # By name the other way round than by time.
        decided(cloud, f"taproom-00000000000{9 - number}", status, NEW_YEAR + timedelta(days=number))
    assert look(cloud).runs_without_release == in_a_row


def test_a_run_that_passed_the_gate_and_was_rolled_back_brought_no_release(cloud: Cloud) -> None:
    for number, run in enumerate((RELEASE, OTHER, THIRD)):
        decided(cloud, run, "promoted", NEW_YEAR + timedelta(days=number))
    cloud.put(f"releases/{THIRD}/rollout.json", {"release": THIRD, "status": "rolled back"})
    assert look(cloud).runs_without_release == 1


def test_every_hour_the_function_emits_what_the_alarms_look_at_and_decides_nothing(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.drop(f"{cloud.now - timedelta(hours=3):%Y%m%dT%H%M%SZ}-000000000001")
    decided(cloud, RELEASE, "refused", NEW_YEAR)
    handler(HOURLY, Context())
    lines = capsys.readouterr().out.splitlines()
    (entry,) = [json.loads(line) for line in lines if line.startswith('{"_aws"')]
    assert entry["AgeOfData"] == entry["AgeOfModel"] == [pytest.approx(3, abs=0.05)]
    assert entry["RunsWithoutRelease"] == [1]
    units = {metric.name: unit for metric, unit in emitted(lines).items()}
    assert units == {"AgeOfData": "None", "AgeOfModel": "None", "RunsWithoutRelease": "Count"}
    assert cloud.runs() == []
