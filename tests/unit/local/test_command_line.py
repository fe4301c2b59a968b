"""`python -m local`: finds the running cloud and talks to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from local import PROJECT, running_cloud
from local.__main__ import main, parse, show
from local.assembly import Cloud
from local.running_cloud import NotRunningError, RunningCloud
from tests.unit.local.conftest import STACK
from tests.unit.local.waiting import eventually

# Starts `python -m local up` with a state file of its own, so that a cloud that somebody uses stays theirs.
UP = """
import pathlib, sys
from local import __main__, running_cloud
running_cloud.FILE = pathlib.Path(sys.argv[1])
sys.exit(__main__.main(["up", *sys.argv[2:]]))
"""

# Writes down the process of a worker whose handler waits for somebody who never comes.
BUSY = """
import pathlib, sys, threading, time
from local.assembly import Cloud
stack, directory = map(pathlib.Path, sys.argv[1:])
(directory / "place").mkdir()
cloud = Cloud(directory / "cloud")
cloud.start()
cloud.deploy(stack)
cloud.functions.invoke_later(name := cloud.functions.name_of("Meet"), {"place": str(directory / "place"), "party": 2})
while not list((directory / "place").iterdir()):
    time.sleep(0.05)
(directory / "busy").write_text(" ".join(map(str, cloud.functions.busy(name))))
threading.Event().wait()
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the running cloud is written down, and none is yet."""
    monkeypatch.setattr(running_cloud, "FILE", tmp_path / "cloud.json")
    return running_cloud.FILE


def test_without_a_cloud_every_command_says_how_to_start_one(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not file.exists()
    for arguments in (["recommend", "me"], ["schedule"], ["drop", "reviews.csv"]):
        assert main(arguments) == 1
        assert "make local" in capsys.readouterr().out


def test_a_cloud_that_was_killed_is_not_running(file: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    RunningCloud(process.pid, "http://127.0.0.1:1", "us-east-1", {}).write()

    assert file.exists()
    with pytest.raises(NotRunningError):
        RunningCloud.find()


def test_a_running_cloud_is_found_until_it_is_forgotten(file: Path) -> None:
    started = RunningCloud(os.getpid(), "http://127.0.0.1:1", "us-east-1", {"BucketName": "bucket"})
    started.write()

    assert RunningCloud.find() == started
    started.forget()
    assert not file.exists()


def test_a_schedule_can_be_let_come_round(cloud: Cloud, file: Path) -> None:
    RunningCloud(os.getpid(), cloud.url, cloud.region, cloud.outputs).write()

    assert main(["schedule"]) == 0

    assert file.exists()
    (message,) = cloud.client("sqs").receive_message(QueueUrl=cloud.outputs["Line"])["Messages"]
    assert message["Body"] == '{"reason": "schedule"}'


def test_dropping_a_file_that_is_not_there_says_so(cloud: Cloud, file: Path) -> None:
    RunningCloud(os.getpid(), cloud.url, cloud.region, cloud.outputs).write()

    with pytest.raises(SystemExit, match=f"There is no file {file}x"):
        main(["drop", f"{file}x"])


def test_a_parameter_is_a_name_and_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    parsed = parse(["up", "--parameter", "A=1", "--parameter", "B=x=y"])

    assert parsed.parameter == [("A", "1"), ("B", "x=y")]
    with pytest.raises(SystemExit):
        parse(["up", "--parameter", "A"])
    assert "'A' is not of the form NAME=VALUE" in capsys.readouterr().err


def test_what_happens_is_shown_as_it_is_without_colour_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show("api", "GET /a?b=[1] 200")

    assert capsys.readouterr().out.endswith("api        GET /a?b=[1] 200\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_cloud_and_everything_it_started(tmp_path: Path, number: signal.Signals) -> None:
    state, output = tmp_path / "cloud.json", tmp_path / "output.txt"
    arguments = ("-c", UP, str(state), "--directory", str(tmp_path / "kept"))
    with (
        output.open("w") as written,
        started(*arguments, stdout=written, stderr=subprocess.STDOUT, start_new_session=True) as process,
    ):
        eventually(state.exists, 120)
        children = psutil.Process(process.pid).children(recursive=True)
        assert children, "the promote function's worker answered CloudFormation, and is warm"
        assert json.loads(state.read_text())["process"] == process.pid

        process.send_signal(number)

        assert process.wait(60) == 0, output.read_text()
    eventually(lambda: not [child for child in children if is_running(child)])
    assert not state.exists()
    assert (tmp_path / "kept" / "state.json").exists()
    assert "Traceback" not in output.read_text()


def test_a_worker_ends_soon_after_a_cloud_that_was_killed(tmp_path: Path) -> None:
    """Its handler would have gone on for minutes."""
    with started("-c", BUSY, str(STACK), str(tmp_path)):
        (number,) = map(int, eventually(lambda: read(tmp_path / "busy"), 120).split())
        worker = psutil.Process(number)

    eventually(lambda: not is_running(worker))


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def is_running(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@contextmanager
def started(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that is killed where the test leaves it running."""
    with subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, **options) as process:
        try:
            yield process
        finally:
            process.kill()
