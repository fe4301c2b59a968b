"""The threads in which jobs run, each in one of its own, and the programs that they wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from local.sagemaker.training.program import Program


class JobThreads:
    """Threads of jobs of one kind; who reads or changes a job does so under the `lock`.

    `is_stopped` once the cloud ends: what a job comes to then is no end of it.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.is_stopped = False
        self._programs: dict[str, list[Program]] = {}  # by the job's name, a program a host
        self._threads: list[threading.Thread] = []

    def begin(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do the work in a thread."""
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def keep(self, job: str, programs: list[Program]) -> None:
        """These run for the job now."""
        self._programs[job] = programs

    def forget(self, job: str) -> None:
        """The job's programs have ended."""
        with self.lock:
            del self._programs[job]

    def end(self, job: str) -> None:
        """Tell the job's programs, if any run, to end as somebody has stopped it."""
        for program in self._programs.get(job, []):
            program.end("Stopped")

    def stop(self) -> None:
        """End what runs, with the cloud."""
        with self.lock:
            self.is_stopped = True
            running = [program for programs in self._programs.values() for program in programs]
        for program in running:
            program.kill()
        for thread in self._threads:
            thread.join()
