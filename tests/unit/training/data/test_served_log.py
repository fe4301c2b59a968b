"""What users rated of what chance had shown them is told from the served log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.training.data.test_split import drinker, named
from tests.unit.training.jobs import Row, review, write_part, write_served
from trainer.data import reviews, served_log
from trainer.data.split import Split, split
from trainer.hyperparameters import parsed

# By chance at their places; of the policy a beer has 0.95 in the lower half, and 1 above.
PROBE, POLICY = 0.0005, 0.95


def shown(answer: str, username: str, beer_id: str, propensity: float) -> Row:
    return {
        "event": "served",
        "recommendation_id": answer,
        "username": username,
        "beer_id": beer_id,
        "propensity": propensity,
    }


def rated(answer: str, username: str, beer_id: str) -> Row:
    return {"event": "rated", "recommendation_id": answer, "username": username, "beer_id": beer_id, "score": 4.0}


def parted(folder: Path, *log: Row, more: tuple[Row, ...] = (), **given: Any) -> Split:
    """Ann and bob have rated b000 to b019, and what `more` says."""
    write_part(folder / "reviews", [*drinker("ann", 20), *drinker("bob", 20), *more])
    if log:
        write_served(folder / "served/day=2026-01-31", *log)
    known = reviews.read(folder / "reviews")
    return split(known, parsed(given), served_log.rated_probes(served_log.read(folder / "served"), known))


def test_what_was_rated_after_chance_had_shown_it_is_in_no_other_group(tmp_path: Path) -> None:
    whole = parted(tmp_path, shown("1", "ann", "b003", PROBE), rated("1", "ann", "b003"))
    assert named(whole.probes, whole) == {("ann", "b003")}
    groups = [named(part, whole) for part in (whole.training, whole.validation, whole.held_out)]
    assert ("ann", "b003") not in set.union(*groups)
    assert ("bob", "b003") in set.union(*groups)
    assert sum(map(len, groups)) == 39


@pytest.mark.parametrize(
    "log",
    [
        pytest.param([shown("1", "ann", "b003", POLICY), rated("1", "ann", "b003")], id="the policy had shown it"),
        pytest.param([shown("1", "ann", "b003", PROBE)], id="nobody says that it was rated after that"),
        pytest.param([shown("1", "ann", "b003", PROBE), rated("2", "ann", "b003")], id="it was in another answer"),
        pytest.param([shown("1", "ann", "b003", PROBE), rated("1", "ann", "b004")], id="another beer was"),
        pytest.param([shown("1", "cid", "b003", PROBE), rated("1", "cid", "b003")], id="by somebody without reviews"),
        pytest.param([shown("1", "ann", "new", PROBE), rated("1", "ann", "new")], id="a beer without reviews"),
        pytest.param([], id="there is no log"),
    ],
)
def test_what_chance_has_no_part_in_is_no_probe(tmp_path: Path, log: list[Row]) -> None:
    whole = parted(tmp_path, *log)
    assert (len(whole.probes), len(whole.observed) + len(whole.held_out)) == (0, 40)


def test_a_beer_is_the_same_by_another_of_its_ids(tmp_path: Path) -> None:
    twin = review("bob", "b003x", 4.0, beer_name="Beer b003", brewery_name="Brewery 3", line=90)
    write_part(tmp_path / "reviews", [twin], "20260201T000000Z-000000000002")
    whole = parted(tmp_path, shown("1", "ann", "b003x", PROBE), rated("1", "ann", "b003x"))
    assert named(whole.probes, whole) == {("ann", "b003")}


def test_a_file_that_can_not_be_read_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "served").mkdir()
    (tmp_path / "served/broken.parquet").write_bytes(b"PAR1")
    whole = parted(tmp_path, shown("1", "ann", "b003", PROBE), rated("1", "ann", "b003"))
    assert len(whole.probes) == 1
    assert "broken.parquet of the served log can't be read" in capsys.readouterr().out
