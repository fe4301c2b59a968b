"""What is trending, by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from taproom.catalogue_file import Beer, DailyReviews
from tests.unit.recommend.calls import answer, good, ids
from tests.unit.recommend.cloud import BUCKET, OLD, UNLISTED, Cloud, get

NEWEST = 20454  # 2026-01-01
BEERS = (
    Beer("steady", "Pilsner", "Alder", "Pilsner", 4.9, 100, 3.9, 3.9),
    Beer("riser", "Hazy IPA", "Birch", "India Pale Ale", 6.5, 20, 4.1, 4.0),
    Beer("new", "Fresh Hop", "Birch", "Pale Ale", None, 5, 4.4, 4.0),
    Beer("rare", "Gruit", "Cedar", "Gruit", 5.5, 2, 4.0, 3.9),
    Beer("old", "Mild", "Cedar", "Mild", 3.4, 33, 3.4, 3.5),
)
DAILY = (
    DailyReviews("steady", NEWEST - 30, 4),
    DailyReviews("steady", NEWEST - 29, 10),
    DailyReviews("riser", NEWEST - 20, 12),
    DailyReviews("riser", NEWEST, 3),
    DailyReviews("new", NEWEST - 6, 5),
    DailyReviews("rare", NEWEST, 2),
)


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    cloud.keep_catalogue(OLD, tmp_path, BEERS, daily_reviews=DAILY)
    return cloud


def test_the_beers_whose_reviews_exceed_the_expected_most_come_first() -> None:
    # 32 of 160 reviews are of the last 30 days, so a quarter as many as the 128 before: 5 / 4 of `riser`, none of
    # `new`, and 90 / 4 of `steady`, which got 10. Two reviews of `rare` are too few to tell.
    body = good(get("/trending"))
    assert (body["release"], body["days"], body["newest_review"], body["note"]) == (OLD, 30, "2026-01-01", None)
    riser, new = body["beers"]
    assert riser == {
        "beer_id": "riser",
        "name": "Hazy IPA",
        "brewery": "Birch",
        "style": "India Pale Ale",
        "abv": 6.5,
        "reviews": 20,
        "mean_score": 4.1,
        "loved": 4.0,
        "recent_reviews": 15,
        "expected_reviews": 1.25,
        "rise": 3.2,  # (15 + 5) / (1.25 + 5)
        **UNLISTED,
    }
    assert (new["beer_id"], new["recent_reviews"], new["expected_reviews"], new["rise"]) == ("new", 5, 0.0, 2.0)


def test_the_window_ends_with_the_newest_review_and_has_the_days_asked_for() -> None:
    # 10 of the last 7 days after 150 before: 17 / 15 are expected of `riser`, which got 3.
    new, riser = good(get("/trending?days=7"))["beers"]
    assert (new["recent_reviews"], new["rise"]) == (5, 2.0)
    assert (riser["recent_reviews"], riser["expected_reviews"]) == (3, 1.13)
    assert riser["rise"] == round(8 / (17 / 15 + 5), 3)
    # Six days ago is the seventh day.
    assert ids(good(get("/trending?days=6"))) == ["riser"]


def test_beers_that_the_user_has_reviewed_are_left_out(in_service: Cloud) -> None:
    in_service.remember("bob & co", "20260101T000000Z-000000000001", {"riser": 4.0})
    assert ids(good(get("/trending?username=bob%20%26%20co"))) == ["new"]
    assert ids(good(get("/trending?username=nobody"))) == ["riser", "new"]


def test_they_are_filtered_as_the_list_of_beers_is() -> None:
    assert ids(good(get("/trending?style=pale%20ale"))) == ["new"]
    assert ids(good(get("/trending?min_abv=5"))) == ["riser"]
    assert ids(good(get("/trending?limit=1"))) == ["riser"]
    assert answer(get("/trending?brewery=nobody's%20own"))[0] == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("days=0", "days"),
        ("days=366", "days"),
        ("days=month", "days"),
        ("limit=101", "limit"),
        ("username=", "username"),
        ("min_abv=9&max_abv=8", "min_abv"),
    ],
)
def test_what_can_not_be_used_is_a_400_that_names_it(query: str, field: str) -> None:
    status, body = answer(get(f"/trending?{query}"))
    assert (status, [fault["field"] for fault in body["faults"]]) == (400, [field])


def test_where_nothing_rises_the_note_says_so() -> None:
    body = good(get("/trending?style=mild"))
    assert body["beers"] == []
    assert body["note"] == (
        "No beer that matches was reviewed often enough and more than before in the last 30 days: ask for more days."
    )


def test_where_all_reviews_are_of_the_window_there_is_nothing_to_compare_with(
    in_service: Cloud, tmp_path: Path
) -> None:
    beers = (BEERS[2], BEERS[3]._replace(reviews=4))
    daily = (DailyReviews("new", NEWEST, 5), DailyReviews("rare", NEWEST - 1, 4))
    in_service.keep_catalogue(OLD, tmp_path, beers, daily_reviews=daily)
    body = good(get("/trending?days=2"))
    assert body["beers"] == []
    assert body["note"].startswith("All reviews are of the last 2 days, so there is nothing to compare them with")
    # The day before is enough: 5 / 4 times as many reviews are none of `new`.
    assert ids(good(get("/trending?days=1"))) == ["new"]


def test_reviews_without_times_have_no_trend_and_the_note_says_what_to_do(in_service: Cloud, tmp_path: Path) -> None:
    in_service.keep_catalogue(OLD, tmp_path, BEERS)
    body = good(get("/trending"))
    assert (body["beers"], body["newest_review"]) == ([], None)
    assert "column reviewed_at" in body["note"]


def test_no_model_is_asked(in_service: Cloud) -> None:
    good(get("/trending?username=ann"))
    assert in_service.asked == []


def test_a_release_that_kept_no_reviews_by_the_day_is_a_503_that_says_so(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / f"{OLD}-made.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE daily_reviews")
    cloud.s3.upload_file(str(file), BUCKET, f"releases/{OLD}/catalogue.sqlite")
    status, body = answer(get("/trending"))
    assert status == 503
    assert "it has no reviews by the day (daily_reviews)" in body["message"]
