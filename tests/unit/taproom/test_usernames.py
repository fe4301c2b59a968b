"""The index of usernames."""

from __future__ import annotations

import pytest

from taproom.usernames import index_item, index_key, username_of


@pytest.mark.parametrize("username", ["Ann", "Jörg Groß", "ビール好き", "🍺", "\N{ACUTE ACCENT}", "a\tb", "ß" * 128])
def test_a_user_is_found_by_every_beginning_of_the_name_and_the_name_comes_back(username: str) -> None:
    item = index_item(username)
    for length in range(1, len(username) + 1):
        partition, start = index_key(username[:length])
        assert item["username"]["S"] == partition
        assert item["part"]["S"].startswith(start)
    assert username_of(item["part"]["S"]) == username


def test_no_partition_of_the_index_can_be_a_username_since_those_are_trimmed() -> None:
    assert index_key("ann")[0] == " a"
    assert index_key("")[0].strip() == ""


def test_users_whose_names_differ_in_case_alone_are_two_items() -> None:
    assert index_item("Ann") != index_item("ann")


def test_the_longest_folded_name_and_username_fit_a_sort_key() -> None:
    # U+FDFA is 3 bytes and folds to 33.
    sort_key = index_item("\ufdfa" * 85)["part"]["S"]
    assert len(sort_key.encode()) <= 1024
