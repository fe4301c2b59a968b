"""Worker processes: one handler each, reused while warm, killed when they overrun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from local.lambda_runtime.runtime_api import Invocation, InvocationResult, RuntimeApi, Sandbox

# Lambda gives a worker ten seconds to load its handler; a laptop that trains meanwhile is slower.
SLOWEST_START = 60.0
# As many at once as a laptop bears; more invocations wait for one to end.
MOST_WORKERS = 8
# Seconds that an invocation waits for a worker of its function that is busy, before it has another started: that takes
# as long, a second of the processor and some 100 MB.
PATIENCE = 1.0
BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
# What a worker inherits: enough to run Python, nothing that says who is at the keyboard.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True)
class Program:
    """What a worker runs: workers of one program can stand in for each other.

    `environment` holds pairs, sorted by name.
    """

    function_name: str
    function_arn: str
    environment: tuple[tuple[str, str], ...]
    timeout: float
    code: Path
    log: Path


class Worker:
    """One process and its sandbox."""

    def __init__(self, program: Program, api: RuntimeApi) -> None:
        self.program = program
        self._api = api
        self._sandbox: Sandbox = api.open()
        # /tmp of a Lambda sandbox is its own.
        self._scratch = tempfile.TemporaryDirectory(prefix="taproom-worker-", ignore_cleanup_errors=True)
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= dict(program.environment)
        environment |= {"AWS_LAMBDA_RUNTIME_API": api.address(self._sandbox), "TMPDIR": self._scratch.name}
        with program.log.open("ab") as log:
            # A session of its own: Ctrl-C must reach the cloud, which stops the workers in order,
            # and what a handler started must end with it.
            self._process = subprocess.Popen(
                [sys.executable, str(BOOTSTRAP)],
                cwd=program.code,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._watcher = threading.Thread(target=self._watch, name=f"watch-{self._sandbox.name}", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""
        return self._process.poll() is None

    def run(self, event: bytes, request_id: str) -> InvocationResult:
        """Have the worker answer `event`; kill it when it takes longer than its function may."""
        if not self._sandbox.ready.wait(SLOWEST_START):
            self.stop()
            return InvocationResult.failed(
                "Sandbox.Timedout", f"The handler was not loaded after {SLOWEST_START:.0f} seconds"
            )
        if early := self._sandbox.startup_failure():
            self.stop()
            return early
        program = self.program
        self._sandbox.invocations.put(Invocation(request_id, event, program.function_arn, program.timeout))
        try:
            return self._sandbox.results.get(timeout=program.timeout)
        except Empty:
            self.stop()
            return InvocationResult.failed(
                "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {program.timeout:.2f} seconds"
            )

    def stop(self) -> None:
        """End the process and all it started."""
        self._api.close(self._sandbox)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._watcher.join()
        self._scratch.cleanup()

    def _watch(self) -> None:
        code = self._process.wait()
        how = f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"
        self._sandbox.end(InvocationResult.failed("Runtime.ExitError", f"Runtime exited with error: {how}"))


class Workers:
    """The workers of all functions."""

    def __init__(self) -> None:
        self._idle: dict[str, list[Worker]] = defaultdict(list)
        self._busy: set[Worker] = set()
        self._slots: dict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(MOST_WORKERS)
        )
        self._lock = threading.Lock()
        self._given_back = threading.Condition(self._lock)
        self._stopped = False

    def start(self) -> None:
        """Be ready for `run`."""
        self._api = RuntimeApi()
        self._api.start()

    def run(self, program: Program, event: bytes, request_id: str | None = None) -> InvocationResult:
        """The result of `event` in a warm worker of `program`, or in a new one."""
        with self._lock:
            slot = self._slots[program.function_name]
        with slot:
            worker = self._take(program)
            if worker is None:
                return InvocationResult.failed("Runtime.ExitError", "The cloud has stopped")
            try:
                return worker.run(event, request_id or str(uuid.uuid4()))
            finally:
                self._give_back(worker)

    def busy(self, function_name: str) -> list[int]:
        """The processes that are answering invocations of the function now."""
        with self._lock:
            return [worker.pid for worker in self._busy if worker.program.function_name == function_name]

    def stop(self) -> None:
        """End all workers, the busy ones too."""
        with self._lock:
            self._stopped = True
            workers = [worker for idle in self._idle.values() for worker in idle] + list(self._busy)
            self._idle.clear()
            self._given_back.notify_all()
        for worker in workers:
            worker.stop()
        self._api.stop()

    def _take(self, program: Program) -> Worker | None:
        with self._lock:
            self._given_back.wait_for(lambda: self._stopped or not self._will_be_free(program), PATIENCE)
            if self._stopped:
                return None
            idle = self._idle[program.function_name]
            fit = [worker for worker in idle if worker.alive and worker.program == program]
            outdated = [worker for worker in idle if worker not in fit]
            worker = fit.pop() if fit else Worker(program, self._api)
            self._idle[program.function_name] = fit
            self._busy.add(worker)
        for other in outdated:
            other.stop()
        return worker

    def _will_be_free(self, program: Program) -> bool:
        """Whether the workers of `program` are all busy, and there are some."""
        idle = any(worker.program == program for worker in self._idle[program.function_name])
        return not idle and any(worker.program == program for worker in self._busy)

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
            self._given_back.notify_all()
            if worker.alive and not self._stopped:
                self._idle[worker.program.function_name].append(worker)
                return
        worker.stop()
