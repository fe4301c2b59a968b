"""Serverless endpoints that sleep: who asks one first after a pause waits until it is awake."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from local.sagemaker.serving.deployments import Deployment

# AWS does not say after how long a pause an endpoint sleeps; people see five to fifteen minutes.
IDLE_SECONDS = 300.0


class ColdStarts:
    """A deployment that sleeps takes `seconds` to wake; so it does at first, and after `idle_seconds` without requests.

    Requests that come meanwhile wait with the first one, and whoever hangs up does not keep it from waking.
    """

    def __init__(
        self,
        seconds: float = 0.0,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._sleep = sleep
        # By folder, which is a deployment's own: since when it is awake, or will be, and when it was asked last.
        self._awake: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, deployment: Deployment) -> None:
        """Until the deployment is awake."""
        if not self._seconds or not deployment.sleeps:
            return
        key = str(deployment.folder)
        with self._lock:
            now = self._clock()
            awake_at, asked_at = self._awake.get(key, (float("-inf"), float("-inf")))
            if now - max(awake_at, asked_at) >= self._idle_seconds:
                awake_at = now + self._seconds
            self._awake[key] = awake_at, now
        if awake_at > now:
            self._sleep(awake_at - now)
