"""The forms in which the time of a review comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.ingest.parsed import HEADER, Parsed, parsed

MARCH_5 = datetime(2009, 3, 5, tzinfo=UTC)
AT_2012 = datetime(2009, 3, 5, 20, 12, tzinfo=UTC)
AMBIGUOUS = "reviewed_at may have its day or its month first, which no other row tells; it counts as unknown"


def with_times(*times: str) -> Parsed:
    return parsed("date," + HEADER + "".join(f'"{time}",4,ann,Night,Mill\n' for time in times))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Mar 5, 2009", MARCH_5),
        ("March 5, 2009", MARCH_5),
        ("5 Mar 2009", MARCH_5),
        ("2009-03-05 20:12:00", AT_2012),
        ("2009-03-05T20:12:00+02:00", datetime(2009, 3, 5, 18, 12, tzinfo=UTC)),
        ("2009-03-05 20:12:00 UTC", AT_2012),
        ("2009/03/05 20:12:00", AT_2012),
        ("1236283920", AT_2012),
        ("1236283920000", AT_2012),
        ("1236283920000000", AT_2012),
        ("1236283920000000000", AT_2012),
        ("20090305", MARCH_5),
        ("20090305201200", AT_2012),
        ("2009", datetime(2009, 1, 1, tzinfo=UTC)),
        # Days since 1899-12-30: 39,877 and .84 of a day, which is 20:09:36.
        ("39877.84", datetime(2009, 3, 5, 20, 9, 36, tzinfo=UTC)),
        ("Thu, 05 Mar 2009 20:12:00 +0000", AT_2012),
        ("Thu, 05 Mar 2009 20:12:00 GMT", AT_2012),
        ("Thu Mar  5 20:12:00 2009", AT_2012),
        ("05.03.2009", MARCH_5),
        ("13/03/2009 8:12 PM", datetime(2009, 3, 13, 20, 12, tzinfo=UTC)),
        ("03/13/2009 12:12 am", datetime(2009, 3, 13, 0, 12, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("other", ["", "1234817823", "yesterday"])
def test_the_usual_forms_are_read_alone_and_beside_others(given: str, expected: datetime, other: str) -> None:
    assert with_times(given, other).part[0]["reviewed_at"] == expected


def test_day_and_month_are_told_by_the_column_as_a_whole() -> None:
    times = [row["reviewed_at"] for row in with_times("05/03/2009", "13/03/2009").part]
    assert times == [MARCH_5, datetime(2009, 3, 13, tzinfo=UTC)]
    times = [row["reviewed_at"] for row in with_times("03/05/2009", "03/13/2009").part]
    assert times == [MARCH_5, datetime(2009, 3, 13, tzinfo=UTC)]


def test_where_the_column_does_not_tell_they_are_unknown_with_a_note() -> None:
    alone = with_times("05/03/2009", "05/05/2009")
    assert [row["reviewed_at"] for row in alone.part] == [None, datetime(2009, 5, 5, tzinfo=UTC)]
    assert alone.notes == {AMBIGUOUS: 1}
    both = with_times("05/03/2009", "13/03/2009", "03/14/2009")
    assert [row["reviewed_at"] for row in both.part] == [
        None,
        datetime(2009, 3, 13, tzinfo=UTC),
        datetime(2009, 3, 14, tzinfo=UTC),
    ]


def test_one_far_date_costs_nothing_but_itself() -> None:
    for far in ("9999-12-31", "2262-04-12", "1677-01-01", "0001-01-01"):
        found = with_times(*["2009-03-05"] * 99, far)
        assert [row["reviewed_at"] for row in found.part] == [MARCH_5] * 99 + [None]


def test_a_row_without_a_time_has_none_and_needs_no_note() -> None:
    assert [row["reviewed_at"] for row in with_times("", "NA").part] == [None, None]
    assert with_times("", "NA").notes == {}
    assert parsed(HEADER + "4,ann,Night,Mill\n").part[0]["reviewed_at"] is None
