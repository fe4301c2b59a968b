"""The supervisor of a command that must not outlive its starter."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.sagemaker.training import supervisor
from tests.unit.local.waiting import eventually

# Says who it is, and would stay for ever.
STAYS = "import os, time; print(os.getpid(), flush=True); time.sleep(3600)"


def supervised(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(supervisor.__file__)), sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("program", "status"),
    [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137), ("import sys; sys.stdin.read()", 0)],
)
def test_its_exit_status_is_the_commands(program: str, status: int) -> None:
    with supervised(program) as process:
        assert process.wait(60) == status


def test_the_command_ends_once_nobody_holds_the_pipe() -> None:
    with supervised(STAYS) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        command = psutil.Process(int(process.stdout.readline()))
        process.stdin.close()

        assert process.wait(60) == -signal.SIGKILL
    eventually(lambda: not command.is_running() or command.status() == psutil.STATUS_ZOMBIE)


def test_a_command_that_is_asked_to_end_may_say_its_last_words() -> None:
    program = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit('saved')); "
        "print('ready', flush=True); time.sleep(3600)"
    )
    with supervised(program) as process:
        assert process.stdout is not None
        process.stdout.readline()
        psutil.Process(process.pid).send_signal(signal.SIGTERM)
        for child in psutil.Process(process.pid).children():
            child.send_signal(signal.SIGTERM)

        assert process.wait(60) == 1
