"""A job's program in a process group of its own: followed until it ends, by itself or because it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

# Between the request to stop and the end by force, as in SageMaker.
_GRACE_SECONDS = 120
_REASON_CHARACTERS = 1024
_SUPERVISOR = Path(__file__).with_name("supervisor.py")


def is_lost(code: int) -> bool:
    """Whether a program's host went away under it: not the program, but its supervisor was killed."""
    return code < 0


class Program:
    """A job's command, started in `folder`; it writes to the file `failure` why it fails.

    `ended_by` is what ended it early, as a secondary status, if anything.
    """

    def __init__(self, command: list[str], folder: Path, variables: Mapping[str, str], failure: Path) -> None:
        self.ended_by = ""
        self._failure = failure
        self._last_errors: deque[str] = deque(maxlen=10)
        self._process = subprocess.Popen(
            [sys.executable, str(_SUPERVISOR), *command],
            cwd=folder,
            env=variables,
            # The supervisor ends the job when this end of the pipe is gone.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )

    def follow(self, log: Path, seconds: float, read: Callable[[str], None]) -> int:
        """Copy what it prints to `log`, each line of its output to `read` too; its exit code.

        After `seconds` it is told to end.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        limit = threading.Timer(seconds, self.end, ("MaxRuntimeExceeded",))
        limit.daemon = True
        limit.start()
        process = self._process
        assert process.stdout is not None
        assert process.stderr is not None
        with log.open("w", encoding="utf-8", buffering=1) as written:
            errors = threading.Thread(target=self._copy_errors, args=(process.stderr, written), daemon=True)
            errors.start()
            for line in process.stdout:
                written.write(line)
                read(line.rstrip("\n"))
            code = process.wait()
            errors.join()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        limit.cancel()
        return code

    def failure_reason(self, code: int) -> str:
        """Why it failed, as SageMaker words it: what it wrote itself, or else its last errors."""
        if is_lost(code):
            return "InternalServerError: We encountered an internal error. Please try again."
        if self._failure.is_file():
            reason = self._failure.read_text(encoding="utf-8", errors="replace")
        else:
            reason = "".join(self._last_errors) or "the program said nothing"
        return f"AlgorithmError: {reason.strip()[:_REASON_CHARACTERS]}, exit code: {code}"

    def end(self, why: str) -> None:
        """Ask the program to end, and after SageMaker's time of grace, force it."""
        self.ended_by = self.ended_by or why
        self._signal(signal.SIGTERM)
        force = threading.Timer(_GRACE_SECONDS, self.kill)
        force.daemon = True
        force.start()

    def kill(self) -> None:
        """End it by force, and all it started."""
        self._signal(signal.SIGKILL)

    def _copy_errors(self, errors: IO[str], log: IO[str]) -> None:
        for line in errors:
            log.write(line)
            self._last_errors.append(line)

    def _signal(self, number: signal.Signals) -> None:
        # It leads a process group of its own, so its children end with it.
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
