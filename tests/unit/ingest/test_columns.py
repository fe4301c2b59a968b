"""Which column of a file is which of ours."""

from __future__ import annotations

import pytest

from ingest.columns import columns_of, delimiter_of
from ingest.text_chunks import UnusableFile


def test_our_own_names_are_found_wherever_they_stand_and_unknown_ones_are_left_out() -> None:
    header = ["Unnamed: 0", "beer_name", "brewery_name", "score", "username", "palate"]
    found = columns_of(header)
    assert (found.count, found.places) == (6, {"score": 3, "username": 4, "beer_name": 1, "brewery_name": 2})
    assert found.notes == ("Columns not used: Unnamed: 0, palate.",)


def test_the_header_of_beeradvocate_s_research_csv_is_understood() -> None:
    header = [
        *["brewery_id", "brewery_name", "review_time", "review_overall", "review_aroma", "review_appearance"],
        *["review_profilename", "beer_style", "review_palate", "review_taste", "beer_name", "beer_abv", "beer_beerid"],
    ]
    assert columns_of(header).places == {
        "score": 3,
        "username": 6,
        "beer_name": 10,
        "brewery_name": 1,
        "beer_id": 12,
        "style": 7,
        "abv": 11,
        "reviewed_at": 2,
    }


@pytest.mark.parametrize(
    "header",
    [
        ["Rating", "User", "Name", "Brewery"],
        [" SCORE ", "User Name", "Beer Name", "Brewery Name"],
        ["review/overall", "review/profileName", "beer/name", "brewery"],
        ["reviewScore", "profile-name", "beerName", "breweryName"],
    ],
)
def test_case_spaces_and_punctuation_do_not_matter(header: list[str]) -> None:
    assert columns_of(header).places == {"score": 0, "username": 1, "beer_name": 2, "brewery_name": 3}


def test_of_two_names_for_one_column_the_better_known_counts_and_of_two_equal_ones_the_first() -> None:
    header = ["review_overall", "score", "username", "username", "name", "beer_name", "brewery"]
    assert columns_of(header).places == {"score": 1, "username": 2, "beer_name": 5, "brewery_name": 6}


def test_a_long_header_is_shown_in_part() -> None:
    with pytest.raises(UnusableFile) as refusal:
        columns_of([f"column{number}" for number in range(22)])
    assert "column19 and 2 more. Required" in str(refusal.value)
    with pytest.raises(UnusableFile, match=r"found were score, \(no name\)\."):
        columns_of(["score", " "])


def test_the_headers_of_research_extracts_are_understood() -> None:
    header = [
        *["index", "beer/ABV", "beer/beerId", "beer/brewerId", "beer/name", "beer/style", "review/appearance"],
        *["review/overall", "review/text", "review/timeStruct", "review/timeUnix", "user/profileName"],
    ]
    found = columns_of(header)
    assert found.places == {
        "score": 7,
        "username": 11,
        "beer_name": 4,
        "brewery_name": 3,
        "beer_id": 2,
        "style": 5,
        "abv": 1,
        "text": 8,
        "reviewed_at": 10,
    }
    assert found.notes[0] == "Breweries have no names: the number in beer/brewerId stands for each."


def test_the_header_of_a_check_in_app_is_understood_in_the_folder_of_its_user() -> None:
    header = [
        *["beer_name", "brewery_name", "beer_type", "beer_abv", "comment", "rating_score", "created_at", "bid"],
        *["global_rating_score", "global_weighted_rating_score"],
    ]
    found = columns_of(header, username="ann")
    assert (found.username, found.places["style"], found.places["score"], found.places["beer_id"]) == ("ann", 2, 5, 7)
    assert found.notes == ("Columns not used: global_rating_score, global_weighted_rating_score.",)
    with pytest.raises(UnusableFile, match=r"lacks username; .* may go to incoming/users/<username>/ instead\.$"):
        columns_of(header)


def test_a_column_of_users_counts_before_the_folder() -> None:
    assert columns_of(["score", "username", "beer_name", "brewery_name"], username="ann").username is None


def test_for_a_missing_column_the_most_similar_one_is_suggested() -> None:
    with pytest.raises(UnusableFile) as refusal:
        columns_of(["scores", "reviewer-nick", "beername", "brewry", "Country"])
    assert (
        "Its header lacks score (is it scores?), username (is it reviewer-nick?), brewery_name (is it brewry?);"
        in str(refusal.value)
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_finds_the_columns(delimiter: str) -> None:
    header = delimiter.join(["score", '"name, the beer\'s; | or not"', "username", "beer_name", "brewery_name"])
    assert delimiter_of(header + "\n4,5\n") == delimiter
    assert delimiter_of("nothing of it\n") == ","
