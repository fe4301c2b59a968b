"""A run of train.py on dated ratings, with beers of a catalogue file that nobody has reviewed, and a served log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from promote.metrics import Metrics
from tests.unit.training.jobs import DROPPED, SHORT, Row, Run, pack, taste, train, write_beers, write_part, write_served

tf = pytest.importorskip("tensorflow")

# Of one brewery and style each that half of the users love and the other half does not.
STOUT, PILS = "new stout", "new pils"


def weekly() -> list[Row]:
    """One review a week by each user, on Saturdays from 2026-01-31 on: 19 weeks at most."""
    weeks = [timedelta(weeks=row["line"] - 2) for row in taste()]
    dropped = DROPPED + timedelta(weeks=20)
    return [
        row | {"reviewed_at": DROPPED + week, "dropped_at": dropped} for row, week in zip(taste(), weeks, strict=True)
    ]


def served_log() -> Iterator[Row]:
    """An answer to each user after all reviews but one: of a beer that the policy showed, and one that chance did.

    They rated the latter. User 00 has asked for a style that there is not.
    """
    last = {row["username"]: row for row in weekly()}
    for user, row in last.items():
        context = json.dumps({"style": "Lambic"} if user == "user 00" else {})
        answer = {"recommendation_id": user, "username": user, "at": row["reviewed_at"] - timedelta(days=1)}
        answer |= {"route": "recommendations", "basis": "personal", "context": context}
        yield answer | {"event": "served", "beer_id": "b49" if row["beer_id"] == "b48" else "b48", "propensity": 1.0}
        yield answer | {"event": "served", "beer_id": row["beer_id"], "propensity": 0.001}
        yield answer | {"event": "rated", "beer_id": row["beer_id"], "at": row["reviewed_at"], "score": row["score"]}


@pytest.fixture(scope="module")
def run(first: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    base = tmp_path_factory.mktemp("dated")
    write_part(base / "input/data/reviews", weekly())
    write_beers(
        base / "input/data/catalogue",
        (STOUT, "New Stout", "Brewery 0", "Stout", 5.0),
        (PILS, "New Pils", "Brewery 1", "Pils", 5.0),
    )
    write_served(base / "input/data/served/day=2026-06-20", *served_log())
    pack(first.model, base / "input/data/serving")
    ended = train(base, SHORT | {"run": "taproom-000000000004", "retrieval_steps": "25"})
    assert ended.status == 0, ended.errors
    return ended


def order(run: Run, *loved: str) -> list[str]:
    """What retrieval finds for somebody who has loved these beers, best first."""
    answer = tf.saved_model.load(str(run.model / "retrieval/1"))
    history = {"history_beer_ids": tf.constant([loved]), "history_scores": tf.constant([[5.0] * len(loved)])}
    found = answer.signatures["serving_default"](username=tf.constant([""]), **history)
    return [beer_id.decode() for beer_id in found["beer_id"].numpy()[0]]


def test_a_beer_without_reviews_is_found_for_who_loves_its_brewery_and_style(run: Run) -> None:
    for_stouts = order(run, "b00", "b10", "b20", "b30")
    for_pilsners = order(run, "b01", "b11", "b21", "b31")
    assert for_stouts.index(STOUT) < for_stouts.index(PILS)
    assert for_pilsners.index(PILS) < for_pilsners.index(STOUT)


def test_the_release_knows_it_without_reviews(run: Run) -> None:
    with closing(sqlite3.connect(Path(run.model) / "catalogue.sqlite")) as database:
        rows = database.execute(
            "SELECT name, brewery, style, abv, reviews, mean_score FROM beers WHERE beer_id = ?", (STOUT,)
        ).fetchall()
    assert rows == [("New Stout", "Brewery 0", "Stout", 5.0, 0, None)]
    assert run.metrics["reviews"]["total"] == len(taste())


def test_retrieval_is_measured_on_later_ratings(run: Run) -> None:
    future = run.metrics["future"]
    later = [row for row in weekly() if row["reviewed_at"].date() >= date.fromisoformat(future["from"])]
    # The held-out ones among them are kept from this as well.
    assert 0 < future["reviews"] < len(later) < len(taste()) / 5
    assert 10 <= future["users"] <= len({row["username"] for row in later})
    for name in ("candidate", "popularity_7_days", "popularity_30_days", "popularity"):
        assert list(future[name]) == ["recall_at_10", "recall_at_100", "ndcg_at_10"]
        # All 50 beers that have reviews are in every list.
        assert 0 <= future[name]["recall_at_10"] <= future[name]["recall_at_100"] == 1
    assert list(run.metrics["seconds"])[2:4] == ["fit retrieval on earlier ratings", "find neighbours"]


def test_what_chance_had_shown_is_fitted_by_nobody_and_measured_beside_the_release_in_service(run: Run) -> None:
    probes, reviews = run.metrics["probes"], run.metrics["reviews"]
    assert (probes["users"], probes["reviews"]) == (40, 40)
    assert reviews["fitted"] + reviews["validation"] + reviews["held_out"] == len(taste()) - 40
    gain = probes["gains"]["probes_recall_at_10"]
    assert gain["candidate"] == probes["candidate"]["recall_at_10"]
    assert (gain["users"], 0 <= gain["other"] <= 1, gain["lower"] <= gain["gain"] <= gain["upper"]) == (40, True, True)
    # Promote reads what the job writes.
    assert Metrics.model_validate(run.metrics).probes is not None


def test_requests_of_the_last_week_are_answered_again_by_both(run: Run) -> None:
    replay = run.metrics["replay"]
    newest = max(row["reviewed_at"] for row in weekly())
    latest = [row["username"] for row in {row["username"]: row for row in weekly()}.values()]
    in_time = [
        row
        for row in {row["username"]: row for row in weekly()}.values()
        if row["reviewed_at"] > newest - timedelta(days=7)
    ]
    assert replay["requests"] == len(in_time) <= len(latest)
    assert 0 <= replay["overlap"] <= 1
    # Nobody had such a beer before either.
    assert replay["newly_empty"] == 0
    estimates = run.metrics["off_policy"]
    assert estimates["logged"]["value"] == 1.0
    assert set(estimates["candidate"]) == set(estimates["serving"]) == {"ips", "snips", "dr"}
    assert Metrics.model_validate(run.metrics).replay is not None


def test_the_report_shows_what_would_change_and_names_nobody(run: Run) -> None:
    page = (run.model / "report.html").read_text()
    assert "requests of the last days, answered by this release and by the one in service" in page
    assert "ratings: " in page
    assert "user 0" not in page
