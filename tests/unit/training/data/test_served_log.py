"""What users rated of what chance had shown them is told from the served log."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
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


AT = datetime(2026, 2, 20, tzinfo=UTC)


def answered(answer: str, username: str, *beers: str, at: datetime = AT, **context: Any) -> list[Row]:
    """An answer of the models, whose last beer chance has shown."""
    described = {"at": at, "route": "recommendations", "basis": "personal", "context": json.dumps(context)}
    propensities = [*[1.0] * (len(beers) - 1), PROBE]
    return [
        shown(answer, username, beer, propensity) | described
        for beer, propensity in zip(beers, propensities, strict=True)
    ]


def sampled(folder: Path, *log: Row) -> served_log.Requests | None:
    write_part(
        folder / "reviews", [*drinker("ann", 20), *drinker("bob", 20), review("once", "lambic", 5.0, style="Lambic")]
    )
    write_served(folder / "served/day=2026-02-20", *log)
    return served_log.sampled_requests(served_log.read(folder / "served"), reviews.read(folder / "reviews"))


def test_a_request_has_what_was_shown_with_its_probability_and_what_was_taken(tmp_path: Path) -> None:
    tried = {"event": "tried", "recommendation_id": "1", "beer_id": "b005"}
    found = sampled(tmp_path, *answered("1", "ann", "b004", "b005", "b006", "lambic"), tried)
    assert found is not None and len(found) == 1
    assert (found.usernames.tolist(), found.wanted.tolist()) == (["ann"], [4])
    assert found.beer.tolist() == [4, 5, 6, 20]
    assert found.taken.tolist() == [False, True, False, False]
    # Chance may have shown it at either place of the lower half.
    assert found.shown.tolist() == pytest.approx([1, 1, 1, 2 * PROBE])


def test_what_was_rated_after_the_answer_is_not_in_the_history_that_it_is_asked_with(tmp_path: Path) -> None:
    after = rated("1", "ann", "b003") | {"at": AT + timedelta(hours=1)}
    before = rated("0", "ann", "b002") | {"at": AT - timedelta(hours=1)}
    found = sampled(tmp_path, *answered("1", "ann", "b003", "lambic"), after, before)
    assert found is not None
    assert found.histories.beer.tolist() == [beer for beer in range(20) if beer != 3]


def test_filters_of_the_query_are_kept(tmp_path: Path) -> None:
    found = sampled(tmp_path, *answered("1", "ann", "lambic", style="LAMBIC"), *answered("2", "bob", "b001", max_abv=9))
    assert found is not None
    assert found.allowed[0] is not None and np.flatnonzero(found.allowed[0]).tolist() == [20]
    assert found.allowed[1] is None


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(answered("1", "cid", "b001"), id="of somebody without reviews"),
        pytest.param([row | {"basis": "most loved"} for row in answered("1", "ann", "b001")], id="not of the models"),
        pytest.param([row | {"route": "menu"} for row in answered("1", "ann", "b001")], id="of a menu"),
        pytest.param(answered("1", "ann", "b001", place="Anchor"), id="of a place, which the job does not know"),
        pytest.param(answered("1", "ann", "b001", candidates=3), id="of candidates that were named"),
    ],
)
def test_what_the_job_can_not_ask_again_is_left_out(tmp_path: Path, rows: list[Row]) -> None:
    assert sampled(tmp_path, *rows) is None
    found = sampled(tmp_path, *rows, *answered("2", "bob", "b001"))
    assert found is not None and found.usernames.tolist() == ["bob"]


def test_only_the_last_week_is_asked_again_and_no_more_than_300(tmp_path: Path) -> None:
    old = answered("0", "bob", "b001", at=AT - timedelta(days=7))
    many = [row for number in range(served_log.MOST_REQUESTS + 9) for row in answered(f"{number:05}", "ann", "b001")]
    found = sampled(tmp_path, *old, *many)
    assert found is not None
    assert (len(found), set(found.usernames)) == (300, {"ann"})
