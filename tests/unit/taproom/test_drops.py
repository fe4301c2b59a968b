"""Whom ingest and the API take for a user, and what for a text: one rule for both."""

from __future__ import annotations

import pytest

from taproom.drops import LONGEST_USERNAME, normalized, text_fault, username_fault


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
    assert username_fault("") == "is missing"
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
