"""The demo says honestly how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.assembly import Cloud
from local.demo import walkthrough
from local.demo.__main__ import run_and_report
from local.demo.loop import LoopBroken, Outcome
from local.demo.walkthrough import Screen


def test_a_promoted_run_is_a_release(capsys: pytest.CaptureFixture[str]) -> None:
    assert walkthrough.promoted(Screen(), Outcome("promoted", "taproom-0123456789ab", "It is in service.")) == (
        "taproom-0123456789ab"
    )
    assert "It is in service." in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["refused", "failed", "rolled back", "waiting for approval"])
def test_any_other_outcome_ends_the_demo_with_its_reasons_shown(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    with pytest.raises(LoopBroken, match=f"taproom-0123456789ab .* {kind}"):
        walkthrough.promoted(Screen(), Outcome(kind, "taproom-0123456789ab", "FAIL recall@100 [0.1] wanted >= 0.2"))
    assert "FAIL recall@100 [0.1] wanted >= 0.2" in capsys.readouterr().out


def test_a_demo_that_fails_says_why_and_where_the_logs_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text("score,username\n4,Ada\n")
    code = run_and_report(Cloud(tmp_path / "cloud"), Screen(), file, tmp_path, keep=False)

    assert code == 1
    said = capsys.readouterr().out.replace("\n", " ")
    assert "The demo failed" in said
    assert "lacks beer_name, brewery_name" in said
    assert f"The logs are in {tmp_path}/cloud/logs" in said


def test_a_beer_world_is_said_to_be_made_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = walkthrough.plan_drops(Screen(), None, tmp_path)
    assert "made up" in capsys.readouterr().out
    assert plan.first_rows + plan.second_rows == 40_000
