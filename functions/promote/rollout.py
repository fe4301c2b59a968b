"""Putting a release in service: prepare, switch, ask the smoke-test questions, or go back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from promote.endpoints import Endpoints, RolloutFailed
from promote.notices import Notices, Subject
from promote.registry import Registry
from promote.releases import Releases, Rollout
from promote.settings import PromoteSettings
from promote.smoke_test import differences

ATTEMPTS = 4


def roll_out(
    release: str,
    *,
    releases: Releases,
    endpoints: Endpoints,
    registry: Registry,
    settings: PromoteSettings,
    notices: Notices,
    now: Callable[[], datetime],
    reason: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Bring `release` into service, or leave in service what was, and write down which of the two.

    `reason` is told with it, where there is one beside the gate's.

    May run again at any point and goes on from where things stand.

    Raises
    ------
    StillChanging
        If the endpoints need longer than this invocation has.
    NoSuchRelease, BadArtifact
        If there is nothing that could be put in service; nothing was touched.
    """
    releases.prepare(release, settings.endpoint_layout)
    rollout, etag = _begun(release, releases, endpoints, settings, now, reason)
    faults = deploy(release, releases, endpoints, sleep)
    if not faults:
        # Endpoints of a layout that the stack had before cost nothing idle, but would answer with old models.
        endpoints.remove(settings.endpoint_layout.other)
        ended = rollout.model_copy(update={"status": "in service", "ended_at": now()})
    else:
        fault = "; ".join(faults)
        _go_back(rollout, endpoints, settings)
        registry.reject(release, fault)
        ended = rollout.model_copy(update={"status": "rolled back", "ended_at": now(), "reason": fault})
    notices.mark(release, Subject.ROLLOUT)
    releases.end_rollout(ended, etag)


def deploy(
    release: str, releases: Releases, endpoints: Endpoints, sleep: Callable[[float], None] = time.sleep
) -> list[str]:
    """Bring the endpoints to a release that is prepared and ask its smoke-test questions; what went wrong, if anything.

    Raises
    ------
    StillChanging
        As `roll_out`.
    """
    try:
        endpoints.put_in_service(release, lambda archive: releases.uri(release, f"{archive}.tar.gz"))
        return _asked(release, releases, endpoints, sleep)
    except RolloutFailed as error:
        return [str(error)]


def _begun(
    release: str,
    releases: Releases,
    endpoints: Endpoints,
    settings: PromoteSettings,
    now: Callable[[], datetime],
    reason: str | None,
) -> tuple[Rollout, str]:
    found = releases.rollout(release)
    if found is not None and found[0].status == "started":
        return found
    endpoints.settle()
    releases.start_rollout(
        Rollout(
            release=release,
            previous=endpoints.release_in_service(),
            previous_configs=endpoints.configs_in_service(settings.endpoint_layout),
            started_at=now(),
            reason=reason,
        )
    )
    started = releases.rollout(release)
    assert started is not None
    return started


def _asked(release: str, releases: Releases, endpoints: Endpoints, sleep: Callable[[float], None]) -> list[str]:
    recorded = releases.smoke_test(release)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return differences(recorded, endpoints.ask)
        except (ClientError, BotoCoreError) as error:
            if attempt == ATTEMPTS:
                return [f"the smoke-test questions could not be asked: {error}"]
        # A serverless endpoint may refuse its first requests while it starts.
        sleep(attempt)
    return []


def _go_back(rollout: Rollout, endpoints: Endpoints, settings: PromoteSettings) -> None:
    if rollout.previous_configs:
        endpoints.switch(rollout.previous_configs)
    # Without a release to go back to, no answer, said clearly by the API, is better than a wrong one.
    endpoints.remove(settings.endpoint_layout, but=rollout.previous_configs)
