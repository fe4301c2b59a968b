"""Whatever is dropped, every row is accounted for: accepted once, or refused with a reason."""

from __future__ import annotations

import csv
import html
import io
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text_chunks import UnusableFile
from taproom.drops import MISSING, normalized, username_fault
from tests.unit.ingest.parsed import HEADER, parsed

SCORES = st.one_of(
    st.sampled_from(["", " ", "NA", "0", "5", "4.5", "-1", "good", "nan", "True", "1e400", "4,5", "13/20", "90 %"]),
    st.floats(0, 5, width=32).map(str),
)
NAMES = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8),
    st.sampled_from(["ann", "bob", " ann ", "A &amp; B", 'The "Old"', "a,b", "NA", "\\N", "two\nlines", "\u200bann"]),
)
ROWS = st.lists(st.tuples(SCORES, NAMES, NAMES, NAMES), max_size=30)
OPTIONAL = ["beer_id", "style", "abv", "text", "reviewed_at"]
READ = {"4,5": 4.5, "13/20": 3.25, "90 %": 4.5}


def score_of(text: str) -> float | None:
    """The score that a cell says, None if it says none from 0 to 5."""
    try:
        score = READ[text] if text in READ else float(text)
    except ValueError:
        return None
    return score if 0 <= score <= 5 else None


def is_said(text: str) -> bool:
    return text.strip() not in MISSING


@settings(deadline=None)
@given(rows=ROWS, delimiter=st.sampled_from(",;\t|"))
def test_every_row_is_accepted_exactly_once_refused_or_not_rated(
    rows: list[tuple[str, str, str, str]], delimiter: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([HEADER.strip().split(","), *rows])
    found = parsed(out.getvalue())
    assert found.file.accepted + found.file.refused + found.file.not_rated == len(rows)
    assert len(found.part) == found.file.accepted
    assert len(found.rejected) == found.file.refused

    lines, line = [], 2
    for row in rows:
        lines.append(line)
        line += 1 + "".join(row).count("\n")
    given = dict(zip(lines, rows, strict=True))
    accepted, refused = [row["line"] for row in found.part], [line for line, _ in found.reasons]
    not_rated = [line for line, row in given.items() if not is_said(row[0])]
    assert sorted(accepted + refused + not_rated) == lines
    for review in found.part:
        score, username, *_ = given[review["line"]]
        assert math.isclose(review["score"], score_of(score) or 0, rel_tol=1e-6)
        assert review["username"] == normalized(username)
    for line in refused:
        score, username, *names = given[line]
        faulty = username_fault(normalized(username)) is not None or not is_said(username)
        assert score_of(score) is None or faulty or not all(is_said(html.unescape(name)) for name in names)


@settings(deadline=None)
@given(text=st.text(alphabet='4,a"\n\r ', max_size=80))
def test_any_text_below_a_header_leaves_no_row_unaccounted(text: str) -> None:
    try:
        found = parsed(HEADER + text)
    except UnusableFile as refusal:
        # 44 is a score on a scale that the file does not state.
        assert "44" in text and "scale" in str(refusal)
        return
    assert found.file.accepted + found.file.refused == len(found.part) + len(found.rejected)
    lines = [row["line"] for row in found.part] + [line for line, _ in found.reasons]
    assert len(lines) == len(set(lines))


@settings(deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_taken_in_or_refused_and_nothing_else(content: bytes) -> None:
    for head in (b"", HEADER.encode()):
        try:
            found = parsed(head + content)
        except UnusableFile as refusal:
            assert str(refusal)
        else:
            assert found.file.accepted + found.file.refused == len(found.part) + len(found.rejected)


ODD = st.sampled_from(
    [
        *[
            "",
            "0",
            "4.5",
            "13/20",
            "1/0",
            "65 %",
            "4,5",
            "-1e400",
            "NaN",
            "\\N",
            "2009-03-05",
            "05/03/2009",
            "99/99/9999",
        ],
        *["9999-12-31", "0001-01-01", "20091345", "39877.84", "9223372036854775808", "31 Feb 2009", "2009-03-05T25:61"],
        *[
            "Thu, 05 Mar 2009 20:12:00 +9999",
            "a\u0301",
            "\u202e",
            "&#0;",
            "&#x110000;",
            "\u0664",
            "\u00bd",
            "0x10",
            "True",
        ],
    ]
)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(*[ODD] * 9), min_size=1, max_size=5), scale=st.sampled_from([None, "10"]))
def test_odd_values_in_any_column_are_read_refused_or_unknown(rows: list[tuple[str, ...]], scale: str | None) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER.strip().split(",") + OPTIONAL, *rows])
    try:
        found = parsed(out.getvalue(), scale=scale)
    except UnusableFile as refusal:
        assert "scores are above" in str(refusal)
    else:
        assert found.file.accepted + found.file.refused + found.file.not_rated == len(rows)
        assert all(0 <= row["score"] <= 5 for row in found.part)
        assert all(row["abv"] is None or 0 <= row["abv"] <= 100 for row in found.part)
