"""Reading parts: the latest review of a (user, beer) pair wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.unit.training.jobs import DROPPED, review, write_part
from trainer.data import reviews
from trainer.sagemaker.failure import CannotTrain

EARLY, LATE = "20260101T000000Z-aaaaaaaaaaaa", "20260102T000000Z-000000000000"
DAY = timedelta(days=1)


def test_a_later_review_replaces_an_earlier_one_wherever_it_stands(tmp_path: Path) -> None:
    write_part(tmp_path, [review("ann", "b1", 5, reviewed_at=DROPPED + DAY, line=2)], EARLY)
    write_part(tmp_path, [review("ann", "b1", 1, reviewed_at=DROPPED, line=9)], LATE)
    assert reviews.read(tmp_path).ratings.score.tolist() == [5]


def test_of_reviews_of_the_same_time_the_later_part_wins(tmp_path: Path) -> None:
    write_part(tmp_path, [review("ann", "b1", 5, line=9)], EARLY)
    write_part(tmp_path, [review("ann", "b1", 1, line=2)], LATE)
    assert reviews.read(tmp_path).ratings.score.tolist() == [1]


def test_of_reviews_of_the_same_part_and_time_the_later_line_wins(tmp_path: Path) -> None:
    write_part(tmp_path, [review("ann", "b1", 4, line=3), review("ann", "b1", 2, line=2)])
    assert reviews.read(tmp_path).ratings.score.tolist() == [4]


def test_each_rating_keeps_the_day_of_its_review(tmp_path: Path) -> None:
    dropped = (DROPPED - datetime(1970, 1, 1, tzinfo=UTC)).days
    write_part(tmp_path, [review("ann", "b1", 5, reviewed_at=DROPPED - 3 * DAY), review("ann", "b2", 4)])
    ratings = reviews.read(tmp_path).ratings
    assert ratings.day.tolist() == [dropped - 3, dropped]
    assert ratings.select(np.array([False, True])).day.tolist() == [dropped]


def test_users_and_beers_are_sorted_and_rows_refer_to_them(tmp_path: Path) -> None:
    write_part(tmp_path, [review("zoë", "b1", 1), review("ann", "b2", 2), review("ann", "b1", 3)])
    known = reviews.read(tmp_path)
    assert known.usernames.tolist() == ["ann", "zoë"]
    assert known.beers.ids.tolist() == ["b1", "b2"]
    assert known.ratings.user.tolist() == [0, 0, 1]
    assert known.ratings.beer.tolist() == [0, 1, 0]
    assert known.ratings.score.tolist() == [3, 2, 1]


def test_a_beer_is_called_what_its_latest_review_calls_it_and_keeps_what_that_one_leaves_out(tmp_path: Path) -> None:
    write_part(
        tmp_path,
        [
            review("ann", "b1", 1, beer_name="Old", style="Pils", abv=4.5, reviewed_at=DROPPED),
            review("bob", "b1", 1, beer_name="New", style=None, abv=None, reviewed_at=DROPPED + DAY),
            review("bob", "b2", 1, style=None, abv=None),
        ],
    )
    beers = reviews.read(tmp_path).beers
    assert beers.names.tolist() == ["New", "Beer b2"]
    assert beers.styles.tolist() == ["Pils", ""]
    assert beers.abv.tolist() == [4.5, -1.0]


def test_parts_in_any_order_give_the_same_reviews(tmp_path: Path) -> None:
    rows = [review("ann", "b1", 1, line=2), review("bob", "b2", 2, line=3), review("cid", "b1", 3, line=4)]
    write_part(tmp_path / "one", rows, EARLY)
    write_part(tmp_path / "two", rows[1:], EARLY)
    write_part(tmp_path / "two", rows[:1], LATE)
    one, two = reviews.read(tmp_path / "one"), reviews.read(tmp_path / "two")
    assert one.ratings.score.tolist() == two.ratings.score.tolist()
    assert one.usernames.tolist() == two.usernames.tolist()


def test_a_part_without_a_needed_column_is_named_with_the_column(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = write_part(tmp_path, [review("ann", "b1", 1)])
    pq.write_table(pq.read_table(file).drop_columns(["score"]), file)
    with pytest.raises(CannotTrain, match=rf"{file.name} has no column score: it must have username, "):
        reviews.read(tmp_path)
