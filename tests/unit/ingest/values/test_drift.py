"""A drop is held against what the release in service was fitted on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.values.drift import LEAST_ROWS, LEAST_USERS, stability_index
from taproom import catalogue_file
from taproom.catalogue_file import Beer, score_shares
from tests.unit.ingest.cloud import BUCKET, Cloud
from tests.unit.ingest.values.test_served_catalogue import OLD, release

HEADER = "score,username,beer_name,brewery_name,beer_id,style,abv\n"
# As often Stout as Pils, and as often 3 as 4.
USUAL = [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.5, 0.0, 0.0]


@pytest.fixture
def served(cloud: Cloud, tmp_path: Path) -> Cloud:
    """A release of a Stout and a Pils is in service, each with 500 reviews."""
    release(cloud, tmp_path, OLD, ("1", "Night", "Mill", 500), ("2", "Day", "Mill", 500))
    beers = [
        Beer("1", "Night", "Mill", "Stout", 6.0, 500, 3.5, 3.5),
        Beer("2", "Day", "Mill", "Pils", 5.0, 500, 3.5, 3.5),
    ]
    file = tmp_path / "fitted.sqlite"
    catalogue_file.write(file, beers, {"release": OLD, "ranking_weight": 0.5, "score_shares": json.dumps(USUAL)})
    cloud.s3.put_object(Bucket=BUCKET, Key=f"releases/{OLD}/catalogue.sqlite", Body=file.read_bytes())
    return cloud


def rows(
    count: int = LEAST_ROWS, users: int = 25, scores: tuple[float, ...] = (3, 4), new: int = 0, **others: str
) -> Iterator[str]:
    """Reviews of both beers in turn; every `new`th is of a beer that nobody knows."""
    for number in range(count):
        name, beer_id, style, abv = (("Night", "1", "Stout", "6"), ("Day", "2", "Pils", "5"))[number % 2]
        if new and number % new == 0:
            name, beer_id = f"New {number}", f"n{number}"
        style, abv = others.get("style", style), others.get("abv", abv)
        yield f"{scores[number // 2 % len(scores)]},user{number % users},{name},Mill,{beer_id},{style},{abv}\n"


def taken_in(cloud: Cloud, **how: Any) -> dict[str, Any]:
    return cloud.take_in("a.csv", (HEADER + "".join(rows(**how))).encode())


def test_the_stability_index_is_the_sum_over_groups() -> None:
    # (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5)
    expected = 0.1 * math.log(1.2) - 0.1 * math.log(0.8)
    assert stability_index([0.6, 0.4], [0.5, 0.5]) == pytest.approx(expected, abs=1e-4)
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0
    # A group that was empty counts as one in a thousand.
    assert stability_index([1.0, 0.0], [0.0, 1.0]) == pytest.approx(2 * 0.999 * math.log(1000), abs=1e-3)


def test_scores_are_counted_by_half_points_from_above_0_to_5() -> None:
    assert score_shares([0, 0.5, 0.51, 5]) == [0.5, 0.25, 0, 0, 0, 0, 0, 0, 0, 0.25]


def test_a_drop_like_what_was_fitted_says_so_in_numbers_and_not_in_words(served: Cloud) -> None:
    receipt = taken_in(served)
    found = receipt["drift"]
    assert (found["rows"], found["users"], found["scores"], found["styles"]) == (500, 25, 0, 0)
    assert (found["new_beers"], found["new_users"], found["without_style"], found["without_abv"]) == (0, 1, 0, 0)
    assert found["mean_score"] == 3.5
    assert receipt["notes"] == []
    (kept,) = served.s3.list_objects_v2(Bucket=BUCKET, Prefix="evidence/drift/")["Contents"]
    assert kept["Key"] == f"evidence/drift/{receipt['part']}.json"
    written = json.load(served.s3.get_object(Bucket=BUCKET, Key=kept["Key"])["Body"])
    assert written == {"drop": "a.csv", "at": written["at"], "drift": found}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"scores": (1, 4)}, "Scores are unlike those that the release in service was fitted on"),
        ({"style": "Lambic"}, "Styles are unlike those of before"),
        ({"new": 1}, "100% of the reviews are of beers that the release in service does not know."),
        ({"style": ""}, "100% of the reviews come without a style, 0% did before."),
        ({"abv": ""}, "100% of the reviews come without a strength, 0% did before."),
    ],
)
def test_what_is_far_from_usual_is_a_note_of_the_receipt(served: Cloud, how: dict[str, Any], said: str) -> None:
    (note,) = [note for note in taken_in(served, **how)["notes"] if "reviews" in note or "unlike" in note]
    assert note.startswith(said)


def test_somebody_who_has_reviewed_before_is_no_new_user(served: Cloud) -> None:
    served.take_in("before.csv", (HEADER + "".join(rows(count=50))).encode())
    assert taken_in(served, users=50)["drift"]["new_users"] == 0.5


@pytest.mark.parametrize("how", [{"count": LEAST_ROWS - 1}, {"users": LEAST_USERS - 1}])
def test_few_reviews_or_the_reviews_of_few_say_nothing(served: Cloud, how: dict[str, Any]) -> None:
    receipt = taken_in(served, scores=(1, 5), **how)
    assert (receipt["drift"], receipt["notes"]) == (None, [])


def test_before_the_first_release_there_is_nothing_to_compare_with(cloud: Cloud) -> None:
    assert taken_in(cloud)["drift"] is None


def test_of_a_release_that_did_not_record_its_scores_they_are_not_compared(cloud: Cloud, tmp_path: Path) -> None:
    release(cloud, tmp_path, OLD, ("1", "Night", "Mill", 500), ("2", "Day", "Mill", 500))
    found = taken_in(cloud, scores=(1, 5))["drift"]
    assert (found["scores"], found["styles"]) == (None, None)
