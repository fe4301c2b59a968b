"""Whatever is dropped, every row is accounted for: accepted once, or refused with a reason."""

from __future__ import annotations

import csv
import io
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text_chunks import UnusableFile
from tests.unit.ingest.parsed import HEADER, parsed

SCORES = st.one_of(
    st.sampled_from(["", " ", "0", "5", "4.5", "5.1", "-1", "good", "nan", "True", "1e400", "4,5"]),
    st.floats(0, 5, width=32).map(str),
)
NAMES = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n"), max_size=8),
    st.sampled_from(["ann", "bob", " ann ", "A &amp; B", 'The "Old"', "two\nlines", "a,b", "NA"]),
)
ROWS = st.lists(st.tuples(SCORES, NAMES, NAMES, NAMES), max_size=30)


def is_score(text: str) -> bool:
    try:
        return 0 <= float(text) <= 5
    except ValueError:
        return False


@settings(deadline=None)
@given(rows=ROWS)
def test_every_row_is_accepted_exactly_once_or_refused(rows: list[tuple[str, str, str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    found = parsed(HEADER + out.getvalue())
    assert found.file.accepted + found.file.refused == len(rows)
    assert len(found.part) == found.file.accepted
    assert len(found.rejected) == found.file.refused

    lines, line = [], 2
    for row in rows:
        lines.append(line)
        line += 1 + "".join(row).count("\n")
    given = dict(zip(lines, rows, strict=True))
    accepted, refused = [row["line"] for row in found.part], [line for line, _ in found.reasons]
    assert sorted(accepted + refused) == lines
    for review in found.part:
        score, username, *_ = given[review["line"]]
        assert math.isclose(review["score"], float(score), rel_tol=1e-6)
        assert review["username"] == username.strip()
    for line in refused:
        score, *names = given[line]
        assert not is_score(score) or not all(name.strip() for name in names)


@settings(deadline=None)
@given(text=st.text(alphabet='4,a"\n\r ', max_size=80))
def test_any_text_below_a_header_leaves_no_row_unaccounted(text: str) -> None:
    found = parsed(HEADER + text)
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
