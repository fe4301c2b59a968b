"""Usernames in URLs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend import paths
from recommend.failures import BadRequest
from tests.unit.recommend.cloud import encoded, request

# Any text that JSON carries, trimmed as ingest trims it.
USERNAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50).map(str.strip).filter(bool)


def segment(event: dict[str, Any]) -> str:
    path: str = paths.routable(event)["rawPath"]
    return path.removeprefix("/users/").removesuffix("/recommendations")


@given(USERNAMES)
def test_every_username_that_is_encoded_twice_comes_back(username: str) -> None:
    assert paths.username_of(segment(request(encoded(encoded(username))))) == username


@given(USERNAMES.filter(lambda username: "%" not in username))
def test_a_username_without_a_percent_sign_comes_back_encoded_once(username: str) -> None:
    assert paths.username_of(segment(request(encoded(username)))) == username


@given(USERNAMES)
def test_the_routed_path_has_three_segments_of_plain_characters(username: str) -> None:
    path = paths.routable(request(encoded(encoded(username))))["rawPath"]
    assert path.isascii()
    assert path.count("/") == 3


def test_a_stage_with_a_name_stays_in_front() -> None:
    event = request("ann")
    event["requestContext"]["stage"] = "test"
    assert paths.routable(event)["rawPath"] == "/test/users/ann/recommendations"


@pytest.mark.parametrize(
    "changes",
    [{"routeKey": "$default"}, {"routeKey": "GET /health"}, {"pathParameters": {}}, {"pathParameters": None}],
)
def test_a_path_without_the_parameters_of_its_route_stays_as_it_is(changes: dict[str, Any]) -> None:
    event = request("ann") | changes
    assert paths.routable(event) == event


def test_a_slash_that_a_gateway_decoded_by_itself_is_no_further_segment() -> None:
    event = request("ann") | {"pathParameters": {"username": "AC/DC"}}
    assert paths.username_of(segment(event)) == "AC/DC"
    assert paths.routable(event)["rawPath"].count("/") == 3


def test_half_a_surrogate_pair_is_no_crash() -> None:
    event = request("ann") | {"pathParameters": {"username": "\ud83c"}}
    assert paths.username_of(segment(event)) == "?"


def test_the_longest_key_of_the_histories_is_the_longest_username() -> None:
    assert paths.username_of("x" * 2048) == "x" * 2048
    with pytest.raises(BadRequest, match=r"username: got 'x{60}' \(2049 bytes\), but it takes 1 to 2048 bytes"):
        paths.username_of("x" * 2049)
