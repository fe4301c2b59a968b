"""Putting a release in service: prepare, switch, ask the smoke-test questions, or go back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from promote.endpoints import Endpoints, RolloutFailed
from promote.notices import Notices, Subject
from promote.registry import Registry
from promote.releases import Releases, Rollout, RolloutLock
from promote.smoke_test import differences
from taproom.names import Layout

ATTEMPTS = 4
# After this, nothing is at work on a rollout any more that has not ended.
LONGEST_INVOCATION = timedelta(seconds=900)
# Between two looks whether another release's rollout has ended.
SECONDS_BETWEEN_LOOKS = 5.0


def roll_out(
    release: str,
    *,
    releases: Releases,
    endpoints: Endpoints,
    registry: Registry,
    notices: Notices,
    now: Callable[[], datetime],
    reason: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Bring `release` into service, or leave in service what was, and write down which of the two.

    `reason` is told with it, where there is one beside the gate's.

    May run again at any point and goes on from where things stand. While another release is being rolled out it waits,
    so that each goes back, if it must, to what had answered its smoke-test questions.

    Raises
    ------
    StillChanging
        If the endpoints, or the other release, need longer than this invocation has.
    NoSuchRelease, BadArtifact
        If there is nothing that could be put in service; nothing was touched.
    """
    layout = releases.prepare(release)
    held_before = _take_lock(release, releases, endpoints, now)
    rollout, etag = _begun(release, layout, releases, endpoints, now, reason, held_before)
    faults = deploy(release, layout, releases, endpoints, sleep)
    if not faults:
        # Endpoints of a release of the other layout would cost, or at least answer with old models.
        endpoints.remove(layout.other)
        ended = rollout.model_copy(update={"status": "in service", "ended_at": now()})
    else:
        fault = "; ".join(faults)
        _go_back(rollout, layout, endpoints)
        registry.reject(release, fault)
        ended = rollout.model_copy(update={"status": "rolled back", "ended_at": now(), "reason": fault})
    notices.mark(release, Subject.ROLLOUT)
    # Before it is written down how it ended: who goes on with it ends the lock as well.
    lock, etag_of_lock = releases.lock()
    if lock is not None and lock.release == release:
        releases.write_lock(RolloutLock(release=release, until=now()), etag_of_lock)
    releases.end_rollout(ended, etag)


def others_ended(
    release: str | None, releases: Releases, endpoints: Endpoints, now: Callable[[], datetime]
) -> tuple[RolloutLock | None, str | None]:
    """Wait until no release but `release` is being rolled out; the lock that was taken last, and its etag.

    Raises
    ------
    StillChanging
        As `roll_out`.
    """
    while True:
        lock, etag = releases.lock()
        if lock is None or lock.release == release or lock.until <= now():
            return lock, etag
        endpoints.wait(SECONDS_BETWEEN_LOOKS)


def deploy(
    release: str, layout: Layout, releases: Releases, endpoints: Endpoints, sleep: Callable[[float], None] = time.sleep
) -> list[str]:
    """Bring the endpoints of its layout to a release that is prepared, and ask its smoke-test questions.

    Returns what went wrong, if anything did.

    Raises
    ------
    StillChanging
        As `roll_out`.
    """
    try:
        endpoints.put_in_service(release, layout, lambda servable: releases.uri(release, f"{servable}.tar.gz"))
        return _asked(release, layout, releases, endpoints, sleep)
    except RolloutFailed as error:
        return [str(error)]


def _take_lock(release: str, releases: Releases, endpoints: Endpoints, now: Callable[[], datetime]) -> bool:
    """Have other releases wait; whether this one was also the last to hold the lock, or nobody was."""
    while True:
        lock, etag = others_ended(release, releases, endpoints, now)
        if releases.write_lock(RolloutLock(release=release, until=now() + LONGEST_INVOCATION), etag):
            return lock is None or lock.release == release


def _begun(
    release: str,
    layout: Layout,
    releases: Releases,
    endpoints: Endpoints,
    now: Callable[[], datetime],
    reason: str | None,
    held_before: bool,
) -> tuple[Rollout, str]:
    found = releases.rollout(release)
    # One that another release's came after begins anew: it goes back to that one, if it must.
    if held_before and found is not None and found[0].status == "started":
        return found
    endpoints.settle()
    releases.start_rollout(
        Rollout(
            release=release,
            previous=endpoints.release_in_service(),
            previous_configs=endpoints.configs_in_service(layout),
            started_at=now(),
            reason=reason,
        )
    )
    started = releases.rollout(release)
    assert started is not None
    return started


def _asked(
    release: str, layout: Layout, releases: Releases, endpoints: Endpoints, sleep: Callable[[float], None]
) -> list[str]:
    recorded = releases.smoke_test(release)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return differences(recorded, layout.questions, partial(endpoints.ask, layout))
        except (ClientError, BotoCoreError) as error:
            if attempt == ATTEMPTS:
                return [f"the smoke-test questions could not be asked: {error}"]
        # A serverless endpoint may refuse its first requests while it starts.
        sleep(attempt)
    return []


def _go_back(rollout: Rollout, layout: Layout, endpoints: Endpoints) -> None:
    if rollout.previous_configs:
        endpoints.switch(rollout.previous_configs)
    # Where the release before has the other layout, its endpoints are still there. And without any to go back to, no
    # answer, said clearly by the API, is better than a wrong one.
    endpoints.remove(layout, but=rollout.previous_configs)
