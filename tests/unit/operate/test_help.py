"""What the command line teaches."""

from __future__ import annotations

import subprocess
import sys

import pytest

from operate import PROJECT
from operate.__main__ import COMMANDS, main


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_every_command_has_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = help_of(capsys).splitlines()
    start = lines.index("  COMMAND") + 1
    listed = [line.split()[0] for line in lines[start : start + len(COMMANDS)]]
    assert listed == list(COMMANDS)
    assert lines[start + len(COMMANDS)] == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_what_it_prints_with_examples_and_how_to_name_a_stack(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    shown = help_of(capsys, command)
    assert "\nIt prints " in shown
    assert f"\n  python -m operate {command}" in shown
    assert all(option in shown for option in ("--stack", "--region", "--profile", "--local"))


def test_every_command_but_those_that_change_nothing_can_show_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert {command for command in COMMANDS if "\n  --dry-run" not in help_of(capsys, command)} == {
        "status",
        "export",
    }


def test_help_does_not_wait_for_the_sdk() -> None:
    script = "import sys, operate.__main__; sys.exit(int('sagemaker' in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], cwd=PROJECT, check=False).returncode == 0


def test_without_the_sdk_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sagemaker", None)
    with pytest.raises(SystemExit, match="needs the SageMaker SDK, which is not installed here: run `make develop`"):
        main(["launch", "--dry-run"])
