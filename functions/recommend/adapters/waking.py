"""Waking what sleeps: while one model does not answer, the other is woken, and what goes without them is fetched."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.errors import ModelBusy, ModelFailed, NoModelYet
from taproom.contract import RANKING

logger = logging.getLogger(__name__)

# Who answered within so many seconds does not sleep.
_AWAKE_SECONDS = 60.0
# A model that is awake has answered by then.
DELAY_SECONDS = 0.2


@dataclass
class Waking:
    """`models` must not wait for longer than an answer may take: nothing goes on after it.

    Lambda freezes a function that has answered, so that a request has to have left before: it has, when its client has
    given up waiting. `clock` is that of the wall, since a monotonic one may stand still in the meantime.
    """

    models: ModelClient
    serving: ServingRelease
    clock: Callable[[], float] = time.time
    _answered_at: float = field(default=float("-inf"), init=False)

    @contextmanager
    def while_waiting(self) -> Iterator[None]:
        """Around a call of retrieval: if that takes long, ranking is woken meanwhile and the catalogue fetched.

        A fused model is what is called.

        Where the call fails, all of it is done before anything else goes on.
        """
        if 0 <= self.clock() - self._answered_at < _AWAKE_SECONDS:
            yield
            return
        over, is_answered = threading.Event(), threading.Event()

        def later(work: Callable[[], None]) -> None:
            over.wait(DELAY_SECONDS)
            if not is_answered.is_set():
                work()

        works = [self._fetch, *([lambda: self._wake(RANKING)] if RANKING in self.models.endpoints.servables else [])]
        threads = [threading.Thread(target=later, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        except (ModelBusy, ModelFailed):
            over.set()
            for thread in threads:
                thread.join()
            raise
        else:
            self._answered_at = self.clock()
        finally:
            # Of a call that did not get as far as to a model there is nothing to wake either.
            is_answered.set()
            over.set()

    def wake(self) -> None:
        """Ask each model a trifle, all at the same time, and wait for their answers."""
        servables = self.models.endpoints.servables
        threads = [threading.Thread(target=self._wake, args=(servable,)) for servable in servables]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _wake(self, servable: str) -> None:
        try:
            self.models.ask_a_trifle(servable)
        except (ModelBusy, ModelFailed, NoModelYet) as error:
            logger.info("Woke %s: %r", servable, error)

    def _fetch(self) -> None:
        try:
            self.serving.fetch()
        except Exception:
            # Whoever needs it tries again, and tells.
            logger.info("Could not fetch the catalogue ahead", exc_info=True)
