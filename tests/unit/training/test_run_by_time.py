"""Whole runs of train.py measure retrieval on later ratings, where there are any."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.unit.training.jobs import DROPPED, SHORT, Run, taste, train, write_part

pytest.importorskip("tensorflow")


def test_retrieval_is_not_measured_on_later_ratings_where_all_are_of_one_day(first: Run) -> None:
    assert first.metrics["future"] is None


def test_where_ratings_have_times_retrieval_is_measured_on_later_ones(tmp_path: Path) -> None:
    # One review a week by each user, on Saturdays from 2026-01-31 on: 19 weeks at most.
    rows = [
        row | {"reviewed_at": DROPPED + timedelta(weeks=row["line"] - 2), "dropped_at": DROPPED + timedelta(weeks=20)}
        for row in taste()
    ]
    write_part(tmp_path / "input/data/reviews", rows)
    run = train(tmp_path, SHORT | {"retrieval_steps": "25"})
    assert run.status == 0, run.errors
    future = run.metrics["future"]
    later = [row for row in rows if row["reviewed_at"].date() >= date.fromisoformat(future["from"])]
    # The held-out ones among them are kept from this as well.
    assert 0 < future["reviews"] < len(later) < len(rows) / 5
    assert 10 <= future["users"] <= len({row["username"] for row in later})
    for name in ("candidate", "popularity_7_days", "popularity_30_days", "popularity"):
        assert list(future[name]) == ["recall_at_10", "recall_at_100", "ndcg_at_10"]
        # All 50 beers are in every list.
        assert 0 <= future[name]["recall_at_10"] <= future[name]["recall_at_100"] == 1
    assert list(run.metrics["seconds"])[2:4] == ["fit retrieval on earlier ratings", "find neighbours"]
