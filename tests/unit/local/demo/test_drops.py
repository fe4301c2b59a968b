"""One file becomes two drops; the second has new reviews of a user of the first."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from local.demo import drops, sample
from local.demo.drops import CannotSplit


def write(file: Path, users: dict[str, int], header: str = "score,username,beer_name,brewery_name") -> Path:
    """A file with so many reviews a user, row by row of everybody's next review."""
    rows = [
        f"4.0,{name},Beer {number},Brewery"
        for number in range(max(users.values()))
        for name, count in users.items()
        if number < count
    ]
    file.write_text("\n".join([header, *rows]) + "\n")
    return file


def test_every_third_review_of_the_most_active_user_comes_later(tmp_path: Path) -> None:
    made = drops.split(write(tmp_path / "a.csv", {"Ada": 12, "Bo": 15, "Cy": 5}), tmp_path / "drops")

    assert made.username == "Bo"
    assert (made.known, made.new) == (10, 5)
    second = pd.read_csv(made.second)
    assert list(second[second["username"] == "Bo"]["beer_name"]) == [f"Beer {number}" for number in (2, 5, 8, 11, 14)]


def test_no_row_is_lost_and_none_is_in_both(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", {"Ada": 40, "Bo": 30, "Cy": 35})
    made = drops.split(file, tmp_path / "drops")

    first, second = pd.read_csv(made.first), pd.read_csv(made.second)
    assert (len(first), len(second)) == (made.first_rows, made.second_rows)
    assert len(first) + len(second) == 105
    both = pd.concat([first, second]).sort_values(["username", "beer_name"], ignore_index=True)
    pd.testing.assert_frame_equal(both, pd.read_csv(file).sort_values(["username", "beer_name"], ignore_index=True))


def test_others_have_later_reviews_too(tmp_path: Path) -> None:
    made = drops.split(write(tmp_path / "a.csv", {"Ada": 40, "Bo": 30, "Cy": 35}), tmp_path / "drops")
    assert set(pd.read_csv(made.second)["username"]) - {"Ada"}


def test_users_with_more_than_90_reviews_are_not_chosen(tmp_path: Path) -> None:
    made = drops.split(write(tmp_path / "a.csv", {"Ada": 91, "Bo": 90, "Cy": 12}), tmp_path / "drops")
    assert made.username == "Bo"


def test_other_sites_columns_are_understood(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", {"Ada": 12}, "review/overall,review/profileName,beer/name,beer/brewery")
    made = drops.split(file, tmp_path / "drops")
    assert made.username == "Ada"
    assert list(pd.read_csv(made.second).columns) == [
        "review/overall",
        "review/profileName",
        "beer/name",
        "beer/brewery",
    ]


def test_values_stay_the_text_that_they_are(tmp_path: Path) -> None:
    rows = [f'4.50,007,"IPA, {number}",NA' for number in range(12)]
    (tmp_path / "a.csv").write_text("\n".join(["score,username,beer_name,brewery_name", *rows]))
    made = drops.split(tmp_path / "a.csv", tmp_path / "drops")
    assert made.username == "007"
    assert gzip.decompress(made.second.read_bytes()).decode().splitlines()[1] == '4.50,007,"IPA, 2",NA'


def test_a_latin_1_file_is_read(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", {"Jörg": 12})
    file.write_bytes(file.read_text().encode("latin-1"))
    assert drops.split(file, tmp_path / "drops").username == "Jörg"


def test_a_generated_world_has_somebody_to_recommend_to(tmp_path: Path) -> None:
    sample.write(sample.generate(users=100, beers=120, reviews=2_500), tmp_path / "a.csv.gz")
    made = drops.split(tmp_path / "a.csv.gz", tmp_path / "drops")
    assert made.first_rows + made.second_rows == 2_500
    assert made.known >= 8


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("score,username\n4,Ada\n", "lacks beer_name, brewery_name"),
        ("score,username,beer_name,brewery_name\n4,Ada,IPA,Old\n", "Nobody in .* has 12 to 90 reviews"),
        ("", "can't be read as a CSV"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_a_sentence(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(CannotSplit, match=reason):
        drops.split(tmp_path / "a.csv", tmp_path / "drops")


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotSplit, match="can't be read"):
        drops.split(tmp_path / "none.csv", tmp_path / "drops")
