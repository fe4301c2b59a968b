"""How spreadsheets, databases and R write a table: delimiters, decimal commas, words for nothing, one person's file."""

from __future__ import annotations

import pytest

from tests.unit.ingest.parsed import HEADER, parsed


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_a_delimiter_other_than_the_comma_is_recognised_and_named(delimiter: str, name: str) -> None:
    header = HEADER.replace(",", delimiter)
    rows = f"4{delimiter}ann{delimiter}Night, the{delimiter}Mill\nbad{delimiter}bob{delimiter}Day{delimiter}Mill\n"
    found = parsed(header + rows)
    assert [row["beer_name"] for row in found.part] == ["Night, the"]
    assert found.file.notes == [f"Columns are separated by {name}."]
    assert found.rejected == [["3", "score is not a number", "bad", "bob", "Day", "Mill"]]


def test_a_european_spreadsheet_is_understood_and_the_receipt_says_how() -> None:
    text = "score;username;beer_name;brewery_name;abv\n4,5;ann;März;Bräu;5,2\n3;bob;Hell;Bräu;4,9 %\n"
    found = parsed(text.encode("cp1252"))
    assert [(row["score"], round(row["abv"], 4), row["beer_name"]) for row in found.part] == [
        (4.5, 5.2, "März"),
        (3.0, 4.9, "Hell"),
    ]
    assert found.notes == {"scores have decimal commas": 1, "abv has a decimal comma": 2}
    assert found.file.latin1 == 2


@pytest.mark.parametrize("word", ["", "NA", "N/A", "n/a", "NULL", "null", "\\N", "nan", "NaN", "None", "<NA>"])
def test_the_words_for_nothing_are_nothing_in_every_column(word: str) -> None:
    header = "style,abv,text,reviewed_at,beer_id," + HEADER
    found = parsed(header + f"{word},{word},{word},{word},{word},4,ann,Night,Mill\n")
    (row,) = found.part
    assert [row[name] for name in ("style", "abv", "text", "reviewed_at")] == [None] * 4
    assert (len(row["beer_id"]), found.notes) == (12, {})
    for name in ("username", "beer_name", "brewery_name"):
        fields = {"score": "4", "username": "ann", "beer_name": "Night", "brewery_name": "Mill"} | {name: word}
        assert parsed(HEADER + ",".join(fields.values()) + "\n").reasons == [(2, f"{name} is missing")]


def test_strengths_given_as_fractions_count_as_percent() -> None:
    found = parsed("abv," + HEADER + "".join(f"{abv},4,ann,Night,Mill\n" for abv in (0.065, '"0,05"', 0, 0.1, "")))
    assert [row["abv"] and round(row["abv"], 4) for row in found.part] == [6.5, 5.0, 0.0, 10.0, None]
    assert found.notes["abv is a fraction (.065) and counts as percent (6.5)"] == 4


def test_low_strengths_beside_others_are_percent() -> None:
    found = parsed("abv," + HEADER + "".join(f"{abv},4,ann,Night,Mill\n" for abv in (0.065, 0.05, 0.1, 4.9)))
    assert [round(row["abv"], 4) for row in found.part] == [0.065, 0.05, 0.1, 4.9]


def test_low_strengths_that_may_be_either_are_unknown() -> None:
    for strengths in ([0.065], [0.01, 0.005, 0.001]):
        found = parsed("abv," + HEADER + "".join(f"{abv},4,ann,Night,Mill\n" for abv in strengths))
        assert [row["abv"] for row in found.part] == [None] * len(strengths)
        note = "abv is below 0.3 throughout, so it may be a fraction; it counts as unknown"
        assert found.notes == {note: len(strengths)}


def test_a_file_in_a_user_s_folder_needs_no_column_of_users() -> None:
    found = parsed("score,beer_name,brewery_name\n4,Night,Mill\n3,Day,Mill\n", "users/Zoe\u0308/2026/may.csv")
    assert {row["username"] for row in found.part} == {"Zo\u00eb"}


def test_a_style_too_long_to_be_one_is_unknown() -> None:
    found = parsed("style," + HEADER + f"{'x' * 257},4,ann,Night,Mill\nPils,4,ann,Day,Mill\n")
    assert [row["style"] for row in found.part] == [None, "Pils"]
    assert found.notes == {"style is longer than 256 bytes; it counts as unknown": 1}
