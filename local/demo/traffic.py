"""A client that asks the API all along and counts what it gets."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections import Counter
from types import TracebackType
from typing import Self

PAUSE = 0.05
PATIENCE = 30.0


class Traffic:
    """Asks `url` again and again while the `with` block runs.

    `answered` counts answers by the release that gave them, in order of appearance; `failures` says what went wrong.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = threading.Event()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._ask, name="traffic", daemon=True)
        self.answered: Counter[str] = Counter()
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def wait_for(self, release: str, answers: int) -> bool:
        """Whether there are so many answers of `release` within half a minute, counting those that came before."""
        with self._news:
            return self._news.wait_for(lambda: self.answered[release] >= answers, PATIENCE)

    def _ask(self) -> None:
        while not self._ended.wait(PAUSE):
            try:
                with urllib.request.urlopen(self._url, timeout=PATIENCE) as answer:
                    release = str(json.load(answer)["release"])
            except Exception as error:  # whatever a client may meet is a failed request
                self.failures.append(f"{type(error).__name__}: {error}")
            else:
                with self._news:
                    self.answered[release] += 1
                    self._news.notify_all()
