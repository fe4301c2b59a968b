"""Whatever is dropped: no crash, one clear reason for each fault, and the good rows beside the bad ones count."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest

from ingest.parsing import parse
from ingest.rejected import LARGEST_FILE
from ingest.text_chunks import UnusableFile
from tests.unit.ingest.files.hostile_files import BOB, EVE, HEADER, UNREADABLE, WITH_GOOD_ROWS, Hostile
from tests.unit.ingest.parsed import DROPPED_AT, Parsed, parsed


def refusal_of(content: bytes, name: str) -> str:
    """The one reason for which nothing of a file is kept."""
    try:
        found = parsed(content, name)
    except UnusableFile as refusal:
        return str(refusal)
    assert found.part == []
    return "It has a header and no rows." if not found.rejected else ""


@pytest.mark.parametrize("hostile", UNREADABLE, ids=lambda hostile: hostile.what)
def test_a_file_that_is_none_of_reviews_is_refused_for_one_reason(hostile: Hostile) -> None:
    refusal = refusal_of(hostile.make(), hostile.name)
    assert hostile.refusal is not None
    assert refusal.startswith(hostile.refusal)
    assert len(refusal) < 2000


@pytest.mark.parametrize("hostile", WITH_GOOD_ROWS, ids=lambda hostile: hostile.what)
def test_bad_rows_are_refused_and_the_good_ones_beside_them_count(hostile: Hostile) -> None:
    found = parsed(hostile.make(), hostile.name)
    assert [(row["username"], row["score"]) for row in found.part] == [("eve", 4.5), ("bob", 3.5)]
    assert found.file.reasons == dict(hostile.reasons)
    assert len(found.rejected) == sum(dict(hostile.reasons).values())


def test_there_are_enough_of_them() -> None:
    assert len({hostile.what for hostile in (*UNREADABLE, *WITH_GOOD_ROWS)}) >= 75


def with_stray_quotes(between: int) -> Parsed:
    rows = "".join(f"4,user{number},Night {number},Mill\n" for number in range(between))
    return parsed(HEADER + EVE + '4,ann,"Night,Mill\n' + rows + '4,ann,Night",Mill\n' + BOB)


@pytest.mark.parametrize("between", [0, 1, 7, 1000])
def test_two_stray_quotes_cost_one_row_and_swallow_none(between: int) -> None:
    found = with_stray_quotes(between)
    assert found.reasons == [(3, "a quote is opened and never closed")]
    assert [row["line"] for row in found.part] == [2, *range(4, between + 6)]
    assert [row["username"] for row in found.part[1:-2]] == [f"user{number}" for number in range(between)]


def test_texts_of_many_lines_stay_whole_wherever_their_column_is() -> None:
    text = "\n".join(["Aroma, malt, hops", "4", "", "a,b,c,d,e,f", "taste: 4,5"])
    for place in range(5):
        names, fields = HEADER.strip().split(","), ["4", "ann", "Night", "Mill"]
        names.insert(place, "text")
        fields.insert(place, f'"{text}"')
        found = parsed(",".join(names) + "\n" + ",".join(fields) + "\n")
        assert [row["text"] for row in found.part] == [text], names


def test_a_name_on_two_lines_is_a_name_on_one() -> None:
    assert parsed(HEADER + '4,ann,"Night\n Ale",Mill\n').part[0]["beer_name"] == "Night Ale"


def test_few_bytes_of_bad_rows_leave_no_large_file_of_them() -> None:
    rows = 900_000  # 43 MB, of which gzip makes less than one
    packed = gzip.compress((HEADER + EVE).encode() + b"bad,ann,A beer with a rather long name,Mill\n" * rows, 1)
    found = parsed(packed)
    assert found.file.reasons == {"score is not a number": rows}
    assert found.rejected_bytes < LARGEST_FILE + 1000
    *listed, closing = found.rejected
    assert closing == ["", f"{rows - len(listed)} more refused rows are not listed"]
    assert len(listed) > 100_000


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        file = tmp_path / "a.csv"
        with file.open("w") as out:
            out.write(HEADER)
            out.writelines(f"4,user{n % 999},Night {n % 999},Mill of the long name\n" for n in range(rows))
        pa.default_memory_pool().release_unused()
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        try:
            parse(file.open("rb", buffering=0), "a.csv", DROPPED_AT, tmp_path)
            return tracemalloc.get_traced_memory()[1] + pa.total_allocated_bytes() - before
        finally:
            tracemalloc.stop()

    # 16 MB and 64 MB of text.
    assert peak(1_600_000) < 1.3 * peak(400_000)
