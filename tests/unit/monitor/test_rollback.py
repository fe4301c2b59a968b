"""The release in service beside the one before it, and what follows from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor import handler as monitor_handler
from monitor.handler import handler
from taproom.evidence.online import NOTHING
from tests.stack_metrics import emitted
from tests.unit.monitor.cloud import BUCKET, NEW, OLD, Cloud, crowd, outcome
from tests.unit.monitor.conftest import NOW
from tests.unit.retrain.asking import Context

SINCE = NOW - timedelta(hours=36)
# A day in which what comes of an answer has had its time.
AFTER, BEFORE = SINCE + timedelta(hours=2), SINCE - timedelta(hours=20)


@pytest.fixture
def broken(cloud: Cloud) -> Cloud:
    """Nobody takes what NEW recommends, and every second answer of OLD was taken."""
    cloud.rollback_online = True
    cloud.log(*crowd(OLD, BEFORE, 200, 100), *crowd(NEW, AFTER, 200, 0))
    return cloud


def test_a_release_that_does_worse_beyond_chance_is_told_and_given_up(broken: Cloud) -> None:
    found = broken.look()
    assert found.comparison is not None and found.comparison.is_worse
    assert (found.comparison.release, found.comparison.previous, found.comparison.days) == (NEW, OLD, 1)
    assert found.comparison.taken is not None
    assert found.comparison.taken.value == -0.5 and found.comparison.taken.upper < 0
    (asked,) = broken.functions.asked
    assert (asked["release"], asked["reason"]) == (OLD, found.comparison.sentence)
    assert "answers are taken less often by 50.0% of all" in asked["reason"]
    assert [(each.release, each.to) for each in found.rollbacks] == [(NEW, OLD)]


def test_without_the_parameter_it_is_told_alone(broken: Cloud) -> None:
    broken.rollback_online = False
    found = broken.look()
    assert found.comparison is not None and found.comparison.is_worse
    assert (broken.functions.asked, found.rollbacks) == ([], [])


def test_it_is_given_up_once(broken: Cloud) -> None:
    broken.look()
    assert broken.look().rollbacks == broken.look().rollbacks != []
    assert len(broken.functions.asked) == 1


def test_nobody_goes_back_to_a_release_that_was_given_up(broken: Cloud) -> None:
    given_up = {"release": OLD, "to": "taproom-older", "at": "2026-11-20T00:00:00Z", "reason": "why"}
    broken.put("evidence/online.json", NOTHING.model_dump() | {"rollbacks": [given_up]})
    broken.look()
    assert broken.functions.asked == []


def test_what_a_person_has_put_in_service_stays(broken: Cloud) -> None:
    entry = {"at": SINCE.isoformat(), "action": "rollback", "what": NEW, "by": "arn:aws:iam::1:user/ann"}
    broken.put("audit/20261126T000000.000000Z-rollback-0.json", entry)
    assert broken.look().rollbacks == []
    assert broken.functions.asked == []


def test_nothing_is_done_within_a_rollout(broken: Cloud) -> None:
    broken.keep(NEW, OLD, SINCE, status="started")
    found = broken.look()
    assert (found.comparison, broken.functions.asked) == (None, [])


def test_a_retired_release_is_not_asked_for(broken: Cloud) -> None:
    broken.s3.delete_object(Bucket=BUCKET, Key=f"releases/{OLD}/model.tar.gz")
    assert broken.look().rollbacks == []


def test_a_release_that_was_rolled_out_again_has_none_before_it(broken: Cloud) -> None:
    broken.keep(NEW, NEW, SINCE)
    assert broken.look().comparison is None


def test_equal_releases_are_not_told_apart(cloud: Cloud) -> None:
    cloud.rollback_online = True
    cloud.log(*crowd(OLD, BEFORE, 200, 60), *crowd(NEW, AFTER, 200, 50))
    found = cloud.look().comparison
    assert found is not None and found.taken is not None and not found.is_worse
    assert cloud.functions.asked == []


def test_too_few_users_and_days_say_nothing(cloud: Cloud) -> None:
    cloud.log(*crowd(OLD, BEFORE, 99, 99), *crowd(NEW, AFTER, 200, 0))
    found = cloud.look().comparison
    assert found is not None and found.taken is None and not found.is_worse
    cloud.log(*crowd(OLD, BEFORE, 1, 1, first=99))
    # Of the first day the last hours are too young to say what comes of their answers.
    cloud.now = SINCE + timedelta(hours=29)
    found = cloud.look().comparison
    assert found is not None and (found.days, found.taken) == (0, None)
    cloud.now = SINCE + timedelta(hours=30)
    found = cloud.look().comparison
    assert found is not None and (found.days, found.is_worse) == (1, True)


def test_as_many_days_before_as_after_are_compared(cloud: Cloud) -> None:
    # Two days before, all was taken; that is a day more than there is of NEW.
    cloud.log(*crowd(OLD, BEFORE - timedelta(days=1), 200, 200), *crowd(OLD, BEFORE, 200, 0))
    cloud.log(*crowd(NEW, AFTER, 200, 0))
    found = cloud.look().comparison
    assert found is not None and found.taken is not None and found.taken.value == 0


def test_what_comes_of_an_answer_counts_within_the_same_time_for_both(cloud: Cloud) -> None:
    rows = crowd(OLD, BEFORE, 200, 0)
    late = [outcome(row.recommendation_id, "tried", "1", BEFORE + timedelta(hours=7)) for row in rows]
    cloud.log(*rows, *late, *crowd(NEW, AFTER, 200, 0))
    found = cloud.look()
    assert found.comparison is not None and found.comparison.taken is not None
    assert found.comparison.taken.value == 0
    assert {each.release: each.taken for each in found.releases} == {OLD: 1.0, NEW: 0.0}


def test_every_hour_the_function_emits_what_the_alarm_looks_at(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    since = datetime.now(UTC) - timedelta(hours=36)
    cloud.keep(NEW, OLD, since)
    cloud.log(*crowd(OLD, since - timedelta(hours=20), 200, 100), *crowd(NEW, since + timedelta(hours=2), 200, 0))
    monkeypatch.setattr(monitor_handler, "_monitor", lambda: cloud.monitor)
    handler({}, Context())
    lines = capsys.readouterr().out.splitlines()
    (entry,) = [json.loads(line) for line in lines if line.startswith('{"_aws"')]
    assert (entry["WorseOnline"], entry["AnswersTaken"], entry["AnswersLiked"]) == ([1], [0], [0])
    units = {metric.name: unit for metric, unit in emitted(lines).items()}
    assert units == {"WorseOnline": "Count", "AnswersTaken": "Percent", "AnswersLiked": "Percent"}
