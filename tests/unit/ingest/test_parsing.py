"""From the bytes of a file to the rows of its part and the refused rows."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.parsing import parse
from ingest.text_chunks import UnusableFile
from taproom.contract import PART_COLUMNS, beer_id_of
from tests.unit.ingest.parsed import DROPPED_AT, HEADER, parsed


def test_an_accepted_row_is_in_the_part_as_it_was_given() -> None:
    found = parsed(
        "score,username,text,style,abv,brewery_name,beer_name,beer_id,reviewed_at\n"
        '4.5,ann,"Fine, ""really"".",Porter,5.5,Old Mill,Night,007,2009-02-16T20:57:03Z\n'
    )
    assert found.part == [
        {
            "username": "ann",
            "beer_id": "007",
            "beer_name": "Night",
            "brewery_name": "Old Mill",
            "style": "Porter",
            "abv": 5.5,
            "score": 4.5,
            "text": 'Fine, "really".',
            "reviewed_at": datetime(2009, 2, 16, 20, 57, 3, tzinfo=UTC),
            "dropped_at": DROPPED_AT,
            "line": 2,
        }
    ]


def test_the_part_has_the_columns_and_types_of_the_contract(tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "4,ann,Night,Old Mill\n")
    found = parse(path.open("rb", buffering=0), "a.csv", DROPPED_AT, tmp_path)
    text, real, time = pa.string(), pa.float32(), pa.timestamp("ms", tz="UTC")
    types = [text, text, text, text, text, real, real, text, time, time, pa.int64()]
    schema = pq.read_schema(found.part)
    assert schema.names == list(PART_COLUMNS)
    assert schema.types == types


def test_what_was_not_given_is_null() -> None:
    (row,) = parsed(HEADER + "4,ann,Night,Old Mill\n").part
    assert (row["style"], row["abv"], row["text"], row["reviewed_at"]) == (None, None, None, None)
    (row,) = parsed("style,abv,text,reviewed_at," + HEADER + " ,,,,4,ann,Night,Old Mill\n").part
    assert (row["style"], row["abv"], row["text"], row["reviewed_at"]) == (None, None, None, None)


def test_a_beer_without_an_id_gets_one_of_its_brewery_and_name() -> None:
    found = parsed("beer_id," + HEADER + ",4,ann,Night,Old Mill\n12,4,ann,Day,Old Mill\n,4,bob,night,New Mill\n")
    assert [row["beer_id"] for row in found.part] == [
        beer_id_of("Old Mill", "Night"),
        "12",
        beer_id_of("New Mill", "Night"),
    ]
    assert parsed(HEADER + "4,ann,Night,Old Mill\n").part[0]["beer_id"] == beer_id_of("Old Mill", "Night")


def test_names_and_style_are_trimmed_and_decoded_and_usernames_only_trimmed() -> None:
    (row,) = parsed("style," + HEADER + "K&ouml;lsch ,4, a&amp;b ,&quot;Night&quot;, M&#252;hle &amp; Co \n").part
    assert row["style"] == "Kölsch"
    assert row["beer_name"] == '"Night"'
    assert row["brewery_name"] == "Mühle & Co"
    assert row["username"] == "a&amp;b"


def test_two_spellings_of_one_name_are_one_name() -> None:
    found = parsed(HEADER + "4,ann,Night,A & B\n4,bob,Night ,A &amp; B\n4,cid,Night,A & B\n")
    assert {(row["beer_name"], row["brewery_name"], row["beer_id"]) for row in found.part} == {
        ("Night", "A & B", beer_id_of("A & B", "Night"))
    }
    assert [row["username"] for row in found.part] == ["ann", "bob", "cid"]


@pytest.mark.parametrize("name", ["Nan", "Null", "none", "na", "True", "1"])
def test_words_that_look_like_something_else_are_names(name: str) -> None:
    (row,) = parsed(HEADER + f"4,{name},{name},{name}\n").part
    assert (row["username"], row["beer_name"], row["brewery_name"]) == (name, name, name)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("good,ann,Night,Mill", "score is not a number"),
        ("True,ann,Night,Mill", "score is not a number"),
        ("13/21,ann,Night,Mill", "score is not a number"),
        ("21/20,ann,Night,Mill", "score is not between 0 and 5"),
        ("101,ann,Night,Mill", "score is not between 0 and 5"),
        ("-1,ann,Night,Mill", "score is not between 0 and 5"),
        ("inf,ann,Night,Mill", "score is not between 0 and 5"),
        ("99999999999999999999,ann,Night,Mill", "score is not between 0 and 5"),
        ("4, ,Night,Mill", "username is missing"),
        ("4,ann,,Mill", "beer_name is missing"),
        ("4,ann,&nbsp;,Mill", "beer_name is missing"),
        ("4,ann,Night,", "brewery_name is missing"),
        ("4," + "ü" * 129 + ",Night,Mill", "username is longer than 256 bytes"),
        ("4,an\u202en,Night,Mill", "username holds control or invisible characters"),
        ("4,ann," + "ü" * 129 + ",Mill", "beer_name is longer than 256 bytes"),
        ("4,ann,Night," + "ü" * 129, "brewery_name is longer than 256 bytes"),
        ("4,ann,Night", "it has fewer fields than the header"),
        ("4,ann,Night,Mill,", "it has more fields than the header"),
        ("4,ann,Nig\0ht,Mill", "it holds a NUL byte"),
        ('4,ann,"Night,Mill', "a quote is opened and never closed"),
        ("good,,,", "score is not a number"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_reason_and_sinks_nobody_else(row: str, reason: str) -> None:
    found = parsed(HEADER + f"4.5,eve,Day,Mill\n{row}\n3.5,bob,Day,Mill\n")
    assert found.reasons == [(3, reason)]
    assert found.file.reasons == {reason: 1}
    assert [(row["line"], row["username"], row["score"]) for row in found.part] == [(2, "eve", 4.5), (4, "bob", 3.5)]


def test_a_bad_row_is_refused_alike_where_it_stands_alone() -> None:
    for row in ("True", "Nan", "99999999999999999999", "-1"):
        found = parsed(HEADER + f"{row},ann,Night,Mill\n")
        assert len(found.rejected) == 1
        assert found.part == []


def test_an_id_that_no_item_has_room_for_is_refused() -> None:
    found = parsed("beer_id," + HEADER + f"{'x' * 64},4,ann,A,B\n{'x' * 65},4,ann,A,B\n")
    assert found.reasons == [(3, "beer_id is longer than 64 bytes")]
    assert len(found.part) == 1


@pytest.mark.parametrize("score", ["0", "5", "5.0", " 3 ", "+3", ".5", "1e0", '"4"', "-0.0"])
def test_every_way_to_write_a_score_is_understood_next_to_numbers_and_next_to_nonsense(score: str) -> None:
    for other in ("4", "good"):
        found = parsed(HEADER + f"{score},ann,Night,Mill\n{other},bob,Night,Mill\n")
        assert found.part[0]["score"] == float(score.strip('"'))


def test_an_abv_that_cannot_be_read_is_unknown_and_counted() -> None:
    rows = ["5.5", "", "strong", "-1", "100", "100.1", "nan"]
    found = parsed("abv," + HEADER + "".join(f"{abv},4,ann,Night,Mill\n" for abv in rows) + "strong,,ann,Night,Mill\n")
    assert [row["abv"] for row in found.part] == [5.5, None, None, None, 100.0, None, None]
    assert found.notes == {"abv is not a number from 0 to 100; it counts as unknown": 3}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1234817823", datetime(2009, 2, 16, 20, 57, 3, tzinfo=UTC)),
        ("1234817823.5", datetime(2009, 2, 16, 20, 57, 3, 500_000, tzinfo=UTC)),
        ("1234817823000", datetime(2009, 2, 16, 20, 57, 3, tzinfo=UTC)),
        ("2009-02-16 20:57:03", datetime(2009, 2, 16, 20, 57, 3, tzinfo=UTC)),
        ("2009-02-16T22:57:03+02:00", datetime(2009, 2, 16, 20, 57, 3, tzinfo=UTC)),
        ("2009-02-16", datetime(2009, 2, 16, tzinfo=UTC)),
    ],
)
def test_a_time_is_unix_or_iso(given: str, expected: datetime) -> None:
    for other in ("1234817823", "2009-02-16", ""):
        found = parsed("reviewed_at," + HEADER + f"{given},4,ann,Night,Mill\n{other},4,ann,Night,Mill\n")
        assert found.part[0]["reviewed_at"] == expected
        assert found.notes == {}


def test_a_time_up_to_a_day_ahead_is_the_time_of_the_drop_but_for_ratings_through_the_api() -> None:
    content = "reviewed_at," + HEADER + "2026-02-01T12:00:00Z,4,ann,Night,Mill\n"
    assert [row["reviewed_at"] for row in parsed(content).part] == [DROPPED_AT]
    # The API's clock is right, and drops have times in whole seconds.
    assert [row["reviewed_at"] for row in parsed(content, "api/a.csv").part] == [datetime(2026, 2, 1, 12, tzinfo=UTC)]


@pytest.mark.parametrize(
    "given",
    [
        *["yesterday", "-5", "inf", "31.02.2009", "2026-02-02T00:00:00Z", "9e18", "1850-01-01", "0", "200903"],
        *["9999-12-31", "2262-04-12", "1677-01-01", "0001-01-01", "0000-00-00", "99999999999999999999"],
    ],
)
def test_a_time_that_cannot_be_is_unknown_and_counted(given: str) -> None:
    for other in ("1234817823", "2009-02-16", ""):
        found = parsed("reviewed_at," + HEADER + f"{given},4,ann,Night,Mill\n{other},4,ann,Night,Mill\n")
        assert found.part[0]["reviewed_at"] is None
        assert found.part[1]["reviewed_at"] is not None or not other
        assert found.notes == {"reviewed_at is no time from 1970 until the drop; it counts as unknown": 1}


def test_lines_are_those_of_the_row_s_start_also_after_quoted_line_ends() -> None:
    text = (
        "text," + HEADER + '"a\nb",4,ann,Night,Mill\n'  # 2, 3
        '"a\r\nb\r\n",bad,ann,Night,Mill\r\n'  # 4, 5, 6
        "\n"  # 7
        ",4,bob,Night,Mill\r"  # 8
        ",-1,bob,Night,Mill"  # 9
    )
    found = parsed(text)
    assert [(row["line"], row["text"]) for row in found.part] == [(2, "a\nb"), (8, None)]
    assert found.reasons == [(4, "score is not a number"), (9, "score is not between 0 and 5")]


def test_rejected_rows_keep_their_own_columns_and_may_be_dropped_again() -> None:
    text = "note," + HEADER + '"a, ""b""\nc",bad,ann,Night,Mill\nd,4,ann,Night,Mill\ne,4,"ann,Night,Mill\n'
    found = parsed(text)
    assert found.rejected == [
        ["2", "score is not a number", 'a, "b"\nc', "bad", "ann", "Night", "Mill"],
        ["5", "a quote is opened and never closed", 'e,4,"ann,Night,Mill'],
    ]
    again = parsed("line,reason,note," + HEADER + '2,score is not a number,"a, ""b""\nc",4,ann,Night,Mill\n')
    assert [row["score"] for row in again.part] == [4.0]


def test_a_file_larger_than_a_piece_has_every_row_once_and_the_right_lines() -> None:
    # 14 MB: a quoted line end in every third row, a bad row in every thousandth.
    text, line = ["text," + HEADER], 2
    expected: list[int] = []
    refused: list[int] = []
    for number in range(40_000):
        bad = number % 1000 == 0
        (refused if bad else expected).append(line)
        note = '"' + "x" * 300 + ('\n"' if number % 3 == 0 else '"')
        text.append(f"{note},{'bad' if bad else '4'},user{number % 70},Night {number},Mill\n")
        line += 2 if number % 3 == 0 else 1
    found = parsed("".join(text))
    assert [row["line"] for row in found.part] == expected
    assert [line for line, _ in found.reasons] == refused


def test_a_gzip_file_is_unpacked_whatever_its_name() -> None:
    packed = gzip.compress((HEADER + "4,ann,Night,Mill\n").encode())
    for name in ("a.csv.gz", "a.csv", "A.CSV.GZ"):
        assert [row["username"] for row in parsed(packed, name).part] == ["ann"]


def test_a_gzip_file_of_several_members_is_read_to_its_end() -> None:
    packed = gzip.compress((HEADER + "4,ann,Night,Mill\n").encode()) + gzip.compress(b"4,bob,Night,Mill\n")
    assert [row["username"] for row in parsed(packed, "a.csv.gz").part] == ["ann", "bob"]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert parsed("\ufeff" + HEADER + "4,ann,Night,Mill\n").part[0]["score"] == 4.0


def test_rows_that_are_not_utf8_are_latin1_and_the_others_stay_as_they_are() -> None:
    rows = ["4,ann,Kölsch,Mühle\n".encode("latin-1"), "4,bob,Kölsch,Mühle\n".encode(), b"4,cid,Murphy\x92s,\x80\x81\n"]
    found = parsed(HEADER.encode() + b"".join(rows) + b"bad,d\xe9,Night,Mill\n")
    assert [(row["beer_name"], row["brewery_name"]) for row in found.part] == [
        ("Kölsch", "Mühle"),
        ("Kölsch", "Mühle"),
        ("Murphy\u2019s", "€\x81"),
    ]
    assert found.file.latin1 == 3
    assert found.rejected == [["5", "score is not a number", "bad", "dé", "Night", "Mill"]]


WHOLE_AND_SOUND = gzip.compress((HEADER + "".join(f"4,user{n},Night,Mill\n" for n in range(999))).encode(), mtime=0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "It is empty."),
        ("a.csv.gz", b"", "It is empty."),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "It is empty."),
        ("a.csv", b"\xef\xbb\xbf", "It has nothing but empty lines."),
        ("a.csv", b"\n\r\n\n", "It has nothing but empty lines."),
        ("a.csv", (HEADER + "4,ann,Night,Mill\n").encode("utf-16"), "It is UTF-16. Save it as UTF-8."),
        ("a.csv", (HEADER + "4,ann,Night,Mill\n").encode("utf-16-le"), "It is UTF-16. Save it as UTF-8."),
        ("a.csv", bytes(range(256)) * 40, "It is binary, not text."),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\4\0\0\0\3\0\x08\2\0\0\0", "It is binary, not text."),
        ("a.csv", b"PK\x03\x04\x14\0\x06\0\x08\0" * 9, "It is a ZIP archive or an Excel workbook."),
        ("a.csv.gz", (HEADER + "4,ann,Night,Mill\n").encode(), "Its name ends in .gz, and it is not a gzip file."),
        ("a.csv.gz", WHOLE_AND_SOUND[:-20], "Its gzip stream ends too early: it was cut off."),
        ("a.csv.gz", WHOLE_AND_SOUND[:5], "Its gzip stream ends too early: it was cut off."),
        ("a.csv.gz", WHOLE_AND_SOUND[:-8] + b"\1" * 8, "Its gzip stream is damaged (CRC check failed"),
        ("a.csv.gz", WHOLE_AND_SOUND[:40] + b"\xff" * 9, "Its gzip stream is damaged (Error -3"),
        ("a.csv.gz", WHOLE_AND_SOUND + b"more", "Its gzip stream is damaged (Not a gzipped file"),
        ("a.csv", b"score,user\n4,ann\n", "Its header lacks beer_name, brewery_name; found were score, user."),
        ("a.csv", b"4,ann,Night,Mill\n", "Its header lacks score, username, beer_name, brewery_name; found were 4"),
        (
            "a.csv",
            b"score;username;beer\n4;ann;Night\n",
            "Its header lacks brewery_name; found were score, username, beer.",
        ),
        ("a.csv", b'score,"username\n4,ann\n', 'A quote (") in its header is never closed.'),
    ],
)
def test_an_unusable_file_is_refused_with_one_clear_reason(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnusableFile) as refusal:
        parsed(content, name)
    assert reason in str(refusal.value)
