"""Releases that are asked for while another one is rolled out wait for it, and neither is undone by the other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse

from promote.endpoints import StillChanging
from promote.handler import handler
from promote.releases import Releases, RolloutLock
from tests.unit.promote.experiments.conftest import BUCKET, FIRST, SECOND, World, update_endpoint
from tests.unit.promote.test_untold import Context

LOCK = "rollout-lock.json"


class ShortOfTime(Context):
    """Of an invocation that can't wait."""

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@pytest.fixture
def approved(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """FIRST and SECOND wait for a person; CONTROL serves."""
    monkeypatch.setenv("EXPERIMENT_SHARE", "0")
    monkeypatch.setenv("APPROVAL", "manual")
    world.candidate(FIRST)
    world.candidate(SECOND)
    return world


def once_updated(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Have something happen when SageMaker has updated the first endpoint, and its rollout has not looked yet."""
    left = [happens]

    def updated(response: SageMakerResponse) -> ActionResult:
        answer = update_endpoint(response)
        if left:
            left.pop()()
        return answer

    monkeypatch.setattr(SageMakerResponse, "update_endpoint", updated)


def refused_for_now(release: str | None) -> None:
    with pytest.raises(StillChanging):
        handler({"release": release, "by": "ann"}, cast(LambdaContext, ShortOfTime()))


@pytest.mark.parametrize("broken", [False, True])
def test_of_two_releases_at_once_the_one_that_was_asked_for_later_serves_and_the_other_is_not_rejected(
    approved: World, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    once_updated(monkeypatch, lambda: refused_for_now(SECOND))
    approved.invoke(release=FIRST, by="ann")
    assert approved.serving() == (FIRST, None)
    if broken:
        approved.broken.add(SECOND)
    # Lambda's retry.
    approved.invoke(release=SECOND, by="ben")
    assert approved.serving() == (FIRST if broken else SECOND, None)
    assert approved.told() == [("promoted", FIRST), ("rolled back" if broken else "promoted", SECOND)]
    assert (approved.status(FIRST)[0], approved.approval(FIRST)) == ("in service", "Approved")
    assert approved.approval(SECOND) == ("Rejected" if broken else "Approved")


def test_new_settings_of_the_endpoints_are_for_the_release_that_is_coming_into_service(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    once_updated(monkeypatch, lambda: refused_for_now(None))
    approved.invoke(release=FIRST, by="ann")
    before = approved.configs()
    monkeypatch.setenv("SERVERLESS_MEMORY", "4096")
    approved.invoke(release=None, by="an update of the stack")
    assert (approved.serving(), approved.configs() & before) == ((FIRST, None), set())


def test_a_rollout_whose_invocations_all_ended_is_waited_for_no_longer_than_one_may_take(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    once_updated(monkeypatch, lambda: 1 / 0)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        approved.invoke(release=FIRST, by="ann")
    refused_for_now(SECOND)
    s3 = approved.aws("s3")
    lock = json.load(s3.get_object(Bucket=BUCKET, Key=LOCK)["Body"])
    assert lock["release"] == FIRST
    lock["until"] = json.load(s3.get_object(Bucket=BUCKET, Key=f"releases/{FIRST}/rollout.json")["Body"])["started_at"]
    s3.put_object(Bucket=BUCKET, Key=LOCK, Body=json.dumps(lock))
    approved.invoke(release=SECOND, by="ben")
    assert approved.serving() == (SECOND, None)

    # It is asked for again: what it goes back to is not what served when it was asked for first.
    approved.broken.add(FIRST)
    approved.invoke(release=FIRST, by="ann")
    assert approved.serving() == (SECOND, None)
    assert approved.told()[-1] == ("rolled back", FIRST)


def test_nobody_waits_for_a_release_that_serves_though_its_invocation_failed_at_the_end(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lock, calls = Releases.write_lock, itertools.count(1)

    def fails_the_second_time(releases: Releases, lock: RolloutLock, etag: str | None) -> bool:
        return write_lock(releases, lock, etag) if next(calls) != 2 else bool(1 / 0)

    monkeypatch.setattr(Releases, "write_lock", fails_the_second_time)
    with pytest.raises(ZeroDivisionError):
        approved.invoke(release=FIRST, by="ann")
    # Lambda's retry.
    approved.invoke(release=FIRST, by="ann")
    handler({"release": SECOND, "by": "ben"}, cast(LambdaContext, ShortOfTime()))
    assert approved.serving() == (SECOND, None)
    assert approved.told() == [("promoted", FIRST), ("promoted", SECOND)]
