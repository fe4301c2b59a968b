"""Out of what a file's scores are is a property of the file: stated, carried by the values, or the file is refused."""

from __future__ import annotations

import pytest

from ingest.text_chunks import UnusableFile
from ingest.values.scores import Scale
from tests.unit.ingest.parsed import HEADER, Parsed, parsed


def with_scores(*scores: object, header: str = HEADER, scale: str | None = None) -> Parsed:
    rows = (f"{score},ann,Beer {number},North\n" for number, score in enumerate(scores))
    return parsed(header + "".join(rows), scale=scale)


def scores(found: Parsed) -> list[float]:
    return [row["score"] for row in found.part]


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        *[(name, Scale(10)) for name in ("score_10", "rating (0-10)", "Score / 10", "rating out of 10", "SCORE10")],
        *[(name, Scale(10, zero_is_unrated=True)) for name in ("rating (1-10)", "stars 1 to 10", "score_1_10")],
        ("rating (0-10, 0 = not rated)", Scale(10, zero_is_unrated=True)),
        *[(name, Scale(20)) for name in ("score/20", "review_overall_20")],
        *[(name, Scale(100)) for name in ("score (0-100)", "score_percent", "rating (%)")],
        ("stars (1-5)", Scale(5, zero_is_unrated=True)),
    ],
)
def test_a_header_states_the_scale(name: str, scale: Scale) -> None:
    stated = Scale.of_header(name)
    assert stated is not None
    assert stated[1] == scale


@pytest.mark.parametrize("name", ["score", "score_2", "score_15", "10", "beer_id_7", "x" * 5000 + "10"])
def test_other_numbers_in_a_header_state_nothing(name: str) -> None:
    assert Scale.of_header(name) is None


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("score_10", [10, 7, 1, 0], [5.0, 3.5, 0.5, 0.0]),
        ("rating (1-10)", [10, 7, 1], [5.0, 3.5, 0.5]),
        ("score/20", [20, 13, 1], [5.0, 3.25, 0.25]),
        ("score_100", [100, 65, 10], [5.0, 3.25, 0.5]),
        ("stars (1-5)", [5, 3.5, 1], [5.0, 3.5, 1.0]),
    ],
)
def test_scores_on_a_stated_scale_keep_their_share(name: str, given: list[float], expected: list[float]) -> None:
    found = with_scores(*given, header=HEADER.replace("score", name))
    assert scores(found) == expected
    assert "as its header says, and count for that share of 5" in found.file.notes[0]


def test_the_metadata_states_the_scale_before_the_header_does() -> None:
    found = with_scores(10, 5, header=HEADER.replace("score", "score_20"), scale="10")
    assert scores(found) == [5.0, 2.5]
    assert found.file.notes == ["Scores are out of 10, as its metadata says, and count for that share of 5."]


def test_on_a_scale_from_1_a_0_is_not_rated() -> None:
    for found in (with_scores(0, 8, scale="1-10"), with_scores(0, 8, scale="0-10, 0 = not rated")):
        assert scores(found) == [4.0]
        assert (found.file.not_rated, found.reasons) == (1, [])
        assert found.file.notes[0].endswith("; 0 is no score.")


@pytest.mark.parametrize("scale", ["ten", "", "7", "1-", "1" * 9999])
def test_metadata_that_states_no_scale_refuses_the_file(scale: str) -> None:
    with pytest.raises(UnusableFile, match=r'Its metadata "scale" is .* expected the highest score'):
        with_scores(4, scale=scale)


def test_values_may_carry_their_scale() -> None:
    found = with_scores("13/20", "4/5", "8 / 10", "65/100", "6.5/10", "65 %", "4")
    assert scores(found) == [3.25, 4.0, 4.0, 3.25, 3.25, 3.25, 4.0]
    note = "scores say themselves out of what they are (13/20, 65 %), and count for that share of 5"
    assert found.notes == {note: 6}
    assert with_scores("13/21", "21/20").reasons == [
        (2, "score is not a number"),
        (3, "score is not between 0 and 5"),
    ]


def test_scores_from_1_to_5_in_halves_stay_as_they_are() -> None:
    assert scores(with_scores(1, 1.5, 4.5, 5)) == [1.0, 1.5, 4.5, 5.0]


def test_a_file_on_an_unstated_scale_is_refused_whole_with_the_cure() -> None:
    with pytest.raises(UnusableFile) as refusal:
        with_scores(9, 2, 4)
    assert str(refusal.value).startswith("1 of its 3 scores are above 5, up to 9, so they are out of something else")
    assert "(score_10, rating (1-20), score_100)" in str(refusal.value)
    assert "--metadata scale=10" in str(refusal.value)


def test_a_file_that_exceeds_what_it_states_is_refused_whole() -> None:
    with pytest.raises(UnusableFile, match="1 of its 2 scores are above 10, up to 14"):
        with_scores(14, 8, scale="10")


def test_the_first_high_score_may_come_after_many_low_ones() -> None:
    # 9 MB, so that most of it has been written before the tenths come.
    low = "".join(f"4,user{number % 99},Beer {number} {'x' * 60},North\n" for number in range(99_000))
    high = "".join(f"9,user{number % 99},Beer {number},North\n" for number in range(1000))
    with pytest.raises(UnusableFile, match=r"1,000 of its 100,000 scores are above 5"):
        parsed(HEADER + low + high)


def test_a_few_stray_scores_are_refused_row_by_row() -> None:
    # 1 of 101 is below 1 %.
    found = with_scores(*[4] * 100, 9)
    assert found.reasons == [(102, "score is not between 0 and 5")]
    assert len(found.part) == 100


def test_what_is_no_score_on_any_scale_says_nothing_about_the_scale() -> None:
    found = with_scores(4, 276, -3, "inf", "1e300")
    assert scores(found) == [4.0]
    assert {reason for _, reason in found.reasons} == {"score is not between 0 and 5"}


def test_a_row_without_a_score_is_not_rated_which_is_no_fault() -> None:
    found = with_scores("", " ", "NA", "NULL", "\\N", "nan", "None", 4)
    assert (found.file.not_rated, found.file.refused, found.file.accepted) == (7, 0, 1)
