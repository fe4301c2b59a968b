"""Several hosts of a job fit what one would, end together, and go on from a checkpoint when one of them is lost."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.unit.training.jobs import SHORT, Run, ended, start_hosts, taste, train, write_part

pytest.importorskip("tensorflow")
# Six training processes, up to two at once.
pytestmark = pytest.mark.timeout(900)

# Of 41 users, and of a number of reviews that is no multiple either, two hosts have shares of unlike sizes.
GIVEN = SHORT | {"retrieval_batch": "15", "ranking_batch": "63", "ranking_features": '["residual_effects"]'}


def folders(parent: Path, hosts: int) -> list[Path]:
    """A folder a host, with the same reviews; the first one has checkpoints."""
    found = [parent / f"algo-{number}" for number in range(1, hosts + 1)]
    for folder in found:
        write_part(folder / "input/data/reviews", taste(41))
    (found[0] / "checkpoints").mkdir()
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Run:
    (folder,) = folders(tmp_path_factory.mktemp("alone"), 1)
    return train(folder, GIVEN)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Both hosts of a job; the second one is told to end, and does at once, after the second epoch of retrieval."""
    bases = folders(tmp_path_factory.mktemp("together"), 2)
    programs = start_hosts(bases, GIVEN)
    assert programs[0].stdout is not None
    lines = []
    for line in programs[0].stdout:
        lines.append(line.strip())
        # What an epoch measured is told before its state is kept: at the third one the second one's is.
        if line.startswith("epoch 3"):
            programs[1].terminate()
            break
    runs = [ended(base, program) for base, program in zip(bases, programs, strict=True)]
    return [Run(runs[0].base, runs[0].status, [*lines, *runs[0].lines], runs[0].errors), runs[1]]


@pytest.fixture(scope="module")
def resumed(interrupted: list[Run]) -> list[Run]:
    """The same job, started again in the same folders."""
    return run_together([run.base for run in interrupted], GIVEN)


def epochs(run: Run, metric: str, lines: Iterable[str] | None = None) -> list[float]:
    """What each epoch told of `metric`, that of the epoch kept at the end once more."""
    found = (re.fullmatch(rf"metric {metric}=(\S+)", line) for line in lines or run.lines)
    return [float(each[1]) for each in found if each]


def test_when_a_host_is_lost_the_others_say_so_and_end(interrupted: list[Run]) -> None:
    first, second = interrupted
    assert second.status == -signal.SIGTERM
    assert first.status == 1
    assert first.failure.startswith("algo-1: The fit has lost algo-2, which failed, ended or can't be reached")
    assert first.failure.endswith("it goes on after the last epoch that all had ended.")


def test_a_job_that_lost_a_host_loses_one_epoch_and_comes_to_the_same_end(
    alone: Run, interrupted: list[Run], resumed: list[Run]
) -> None:
    assert [run.status for run in (alone, *resumed)] == [0, 0, 0], [run.errors for run in resumed]
    before, after = (epochs(runs[0], "retrieval_loss") for runs in (interrupted, resumed))
    whole = epochs(alone, "retrieval_loss")
    # The third epoch was told, and may have been kept before the host was missed.
    kept = len(whole) - len(after)
    assert kept in (2, 3)
    assert after == pytest.approx(whole[kept:], rel=1e-4)
    assert before == pytest.approx(whole[: len(before)], rel=1e-4)


@pytest.mark.parametrize("metric", ["ranking_train_rmse", "ranking_validation_rmse"])
def test_several_hosts_measure_what_one_does(alone: Run, resumed: list[Run], metric: str) -> None:
    assert len(epochs(alone, metric)) == 3
    assert epochs(resumed[0], metric) == pytest.approx(epochs(alone, metric), rel=1e-4)


def test_several_hosts_fit_what_one_does(alone: Run, resumed: list[Run]) -> None:
    for model, metric in (("ranking", "rmse"), ("ranking", "mae"), ("retrieval", "recall_at_10")):
        together, one = (run.metrics[model]["candidate"][metric] for run in (resumed[0], alone))
        assert together == pytest.approx(one, abs=0.02)


def test_several_hosts_fit_what_one_does_where_the_catalogue_is_sampled(tmp_path: Path) -> None:
    sampled = GIVEN | {"retrieval_most_candidates": "10", "retrieval_weight_decay": "40"}
    (alone,) = folders(tmp_path / "alone", 1)
    one = train(alone, sampled)
    first, _ = run_together(folders(tmp_path / "together", 2), sampled)
    assert (one.status, first.status) == (0, 0), first.errors
    assert epochs(first, "retrieval_loss") == pytest.approx(epochs(one, "retrieval_loss"), rel=1e-4)


def test_the_first_host_alone_measures_and_exports(resumed: list[Run]) -> None:
    first, second = resumed
    assert (first.model / "metrics.json").is_file()
    assert not list(second.base.glob("model/*"))
    assert not epochs(second, r"\w+")
    assert second.lines[-1] == "This host has done its share; the first one measures and exports."


def test_a_host_that_cannot_go_on_gives_its_reason_and_the_others_name_it(tmp_path: Path) -> None:
    bases = folders(tmp_path, 2)
    (part,) = (bases[1] / "input/data/reviews").iterdir()
    part.write_text("score,username")
    first, second = run_together(bases, GIVEN)
    assert (first.status, second.status) == (1, 1)
    assert second.failure.startswith(f"algo-2: The part {part.name} can't be read as Parquet")
    assert first.failure.startswith("algo-1: The fit has lost algo-2")


def run_together(bases: Sequence[Path], given: dict[str, str]) -> list[Run]:
    return [ended(base, program) for base, program in zip(bases, start_hosts([*bases], given), strict=True)]
