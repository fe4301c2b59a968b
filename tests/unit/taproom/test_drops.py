"""Whom ingest and the API take for a user, and what for a text: one rule for both."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from taproom.drops import (
    LONGEST_USERNAME,
    dropped_at,
    normalized,
    numbered,
    part_of,
    text_fault,
    username_fault,
    without_number,
)


@pytest.mark.parametrize("username", ["ann", "Änn", "a b", "a,b", "a/b", "<b>", "李雷", "NA beer fan", "🍺"])
def test_whatever_can_be_seen_is_a_username(username: str) -> None:
    assert username_fault(username) is None


@pytest.mark.parametrize(
    "username",
    [
        "a\0",
        "a\nb",
        "a\tb",
        "a\x7f",
        "a\u200bnn",
        "\u202enna",
        "a\u2066b",
        "\ufeffann",
        "a\u00adb",
        "a\u2028b",
        "\ud800",
    ],
)
def test_a_username_has_no_characters_that_nobody_sees(username: str) -> None:
    assert username_fault(username) == "holds control or invisible characters"


def test_a_username_is_not_empty_not_longer_than_its_item_and_was_readable() -> None:
    assert {username_fault(word) for word in ("", "NA", "NULL", "\\N", "nan", "None", "N/A")} == {"is missing"}
    assert [username_fault(name) for name in ("Nan", "Null", "na", "none")] == [None] * 4
    assert username_fault("ü" * (LONGEST_USERNAME // 2)) is None
    assert username_fault("ü" * (LONGEST_USERNAME // 2) + "u") == "is longer than 256 bytes"
    assert username_fault("\N{REPLACEMENT CHARACTER}") == "holds characters that could not be read"


def test_a_name_is_kept_trimmed_and_composed() -> None:
    assert normalized(" Zoe\u0308 ") == "Zo\u00eb"
    assert normalized("\u00a0ann\n") == "ann"


def test_a_text_may_hold_all_that_utf8_can_write_but_nul() -> None:
    assert text_fault("two\nlines\tand \u200b") is None
    assert text_fault("a\0b") == "holds a NUL byte"
    assert text_fault("a\ud800b") == "holds half a character"


def test_the_parts_of_a_drop_sort_by_number_between_those_of_the_drops_before_and_after() -> None:
    at = [datetime(2026, 1, 31, 23, 59, second, tzinfo=UTC) for second in (1, 2, 3)]
    before, large, after = (part_of("bucket", f"incoming/{time.second}.csv", "1", time) for time in at)
    several = [numbered(large, number) for number in (1, 2, 10, 1000)]
    assert sorted([after, *reversed(several), before]) == [before, *several, after]
    assert sorted(f"{part}.parquet" for part in [after, *several, before]) == [
        f"{part}.parquet" for part in (before, *several, after)
    ]
    assert {without_number(part) for part in several} == {large} == {without_number(large)}
    assert {dropped_at(part) for part in several} == {at[1]}
