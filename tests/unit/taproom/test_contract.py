"""Names and rules that must never change under reviews that are already kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taproom import contract

TEXT = st.text(max_size=20)


def test_a_digest_is_the_start_of_sha_256_of_the_parts_kept_apart_by_nul() -> None:
    # printf 'a\0b' | sha256sum
    assert contract.digest("a", "b") == "59b271ae1bbc"


def test_the_place_at_which_two_parts_meet_matters() -> None:
    assert contract.digest("ab", "c") != contract.digest("a", "bc")


def test_a_review_is_held_out_by_the_blake_2b_hash_of_user_and_beer() -> None:
    # printf 'ann\0pale' | b2sum -l 32 is e922d1a0, which is 0.9107 of its range.
    assert not contract.held_out("ann", "pale", share=0.91)
    assert contract.held_out("ann", "pale", share=0.92)


@given(TEXT, TEXT, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_out_all_that_a_smaller_one_does(user: str, beer: str, one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    assert contract.held_out(user, beer, smaller) <= contract.held_out(user, beer, larger)


@given(TEXT, TEXT)
def test_none_or_all_are_held_out_at_the_ends(user: str, beer: str) -> None:
    assert not contract.held_out(user, beer, 0)
    assert contract.held_out(user, beer, 1)


def test_about_a_tenth_is_held_out_where_a_tenth_is_asked_for() -> None:
    held = sum(contract.held_out(f"user {number}", "pale", 0.1) for number in range(10_000))
    # Binomial: 1000 with a standard deviation of 30.
    assert 880 < held < 1120


def test_a_beer_without_an_id_is_named_by_brewery_and_beer() -> None:
    # printf 'alder brewing\0pale ale' | sha256sum
    assert contract.beer_id_of("Alder Brewing", "Pale Ale") == "02f76f24d3de"
    assert contract.beer_id_of("Birch Brewing", "Pale Ale") != "02f76f24d3de"


def test_case_and_spaces_do_not_make_another_beer() -> None:
    assert contract.beer_id_of(" alder  BREWING", "pale\tale ") == contract.beer_id_of("Alder Brewing", "Pale Ale")


def test_the_ways_of_unicode_to_write_a_name_do_not_make_another_beer() -> None:
    composed = contract.beer_id_of("Br\u00e4u", "K\u00f6lsch")
    assert contract.beer_id_of("Bra\u0308u", "KO\u0308LSCH") == composed
    # Full-width letters, a ligature, and the capital of the sharp s.
    assert contract.beer_id_of("\uff22r\u00e4u", "K\u00f6lsch") == composed
    assert contract.beer_id_of("Gie\u00dfen", "\ufb01n") == contract.beer_id_of("GIESSEN", "FIN")


def test_a_run_is_named_by_its_parts_code_and_hyperparameters() -> None:
    # printf 'p1\0p2\0code\0{}' | sha256sum
    assert contract.run_id("taproom", ["p1", "p2"], "code", "{}") == "taproom-fbfacfd2e361"


@given(st.lists(st.text("abc", min_size=1), min_size=1, unique=True).flatmap(st.permutations))
def test_the_order_of_its_parts_does_not_make_another_run(parts: list[str]) -> None:
    assert contract.run_id("s", parts, "c", "{}") == contract.run_id("s", sorted(parts), "c", "{}")


def test_a_further_attempt_ends_in_its_number() -> None:
    assert contract.run_id("taproom", ["p1", "p2"], "code", "{}", attempt=3) == "taproom-fbfacfd2e361-3"


@given(st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True), st.integers(1, 99))
def test_a_run_is_one_of_its_stack(stack: str, attempt: int) -> None:
    assert contract.is_run_id(contract.run_id(stack, ["p"], "c", "{}", attempt), stack)


@pytest.mark.parametrize(
    "name",
    [
        "taproom",
        "taproom-",
        "taproom-canary-0123456789ab",
        "my-taproom-0123456789ab",
        "taproom-0123456789AB",
        "taproom-0123456789a",
        "taproom-0123456789abc",
        "taproom-0123456789ab-two",
        "0123456789ab",
    ],
)
def test_what_merely_looks_like_a_run_is_none(name: str) -> None:
    assert not contract.is_run_id(name, "taproom")


def test_every_prefix_of_the_bucket_is_a_folder_of_its_own() -> None:
    prefixes = [value for name, value in vars(contract).items() if name.isupper() and re.fullmatch(r"\w+/", str(value))]
    assert len(prefixes) == len(set(prefixes)) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann", "ann"),
        ("Jörg  Groß", "jorg gross"),
        ("ÉÈÊ", "eee"),
        ("Ærø Œuf Łódź", "aero oeuf lodz"),
        ("ビール", "ヒール"),
        ("  a\tb ", "a b"),
        ("", ""),
    ],
)
def test_folding_leaves_no_case_accents_and_runs_of_blanks(text: str, expected: str) -> None:
    assert contract.folded(text) == expected
