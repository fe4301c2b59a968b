"""What people do with the answers of a release that is broken, and how the one before it comes back."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.served.files import ServedFiles, day_of, key_of
from taproom import audit
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually
from tests.unit.monitor.cloud import crowd


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack whose second release came into service 36 hours ago, as far as it says."""
    world = deployed(RollbackOnline="true")
    assert world.drop().kind == "promoted"
    assert world.drop().kind == "promoted"
    world.quiet()
    return world


def online_quality(world: World) -> dict[str, Any]:
    with urllib.request.urlopen(f"{world.cloud.outputs['ApiUrl']}/online-quality") as answer:
        return dict(json.load(answer))


def look(world: World) -> None:
    """Let an hour come round."""
    before = online_quality(world)["at"]
    world.cloud.events.fire_schedules()
    eventually(lambda: online_quality(world)["at"] != before)


def test_a_release_whose_answers_nobody_takes_gives_way_to_the_one_before(world: World) -> None:
    refused: list[str] = []
    world.cloud.watch(lambda kind, text: refused.append(text) if kind == "iam" else None)
    s3 = world.cloud.client("s3")
    (newer,) = world.serving()
    key = f"releases/{newer}/rollout.json"
    rollout = json.loads(world.object(key))
    older = rollout["previous"]
    since = datetime.now(UTC) - timedelta(hours=36)
    s3.put_object(Bucket=world.bucket, Key=key, Body=json.dumps(rollout | {"ended_at": since.isoformat()}).encode())
    rows = [
        *crowd(older, since - timedelta(hours=20), 200, 60),
        *crowd(newer, since + timedelta(hours=2), 200, 0),
    ]
    for day in {day_of(row) for row in rows}:
        of_day = [row for row in rows if day_of(row) == day]
        ServedFiles(s3, world.bucket).write(key_of(day, "0123456789ab"), of_day)

    look(world)
    outcome = world.loop.outcome()
    assert (outcome.kind, outcome.run) == ("promoted", older)
    assert "answers are taken less often by 30.0% of all" in outcome.body
    eventually(lambda: world.serving() == {older})
    found = online_quality(world)
    assert {each["release"]: (each["answers"], each["taken"]) for each in found["releases"]} == {
        older: (200, 0.3),
        newer: (200, 0.0),
    }
    assert found["comparison"]["is_worse"] is True
    assert [(each["release"], each["to"]) for each in found["rollbacks"]] == [(newer, older)]
    (entry,) = audit.latest(s3, world.bucket, 5)
    assert (entry.action, entry.what, entry.by) == ("rollback", older, "monitor (RollbackOnline)")

    world.quiet()
    look(world)
    found = online_quality(world)
    assert (found["in_service"], len(found["rollbacks"])) == (older, 1)
    assert world.serving() == {older}
    assert refused == []
