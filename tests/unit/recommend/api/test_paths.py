"""Usernames in URLs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend import handler
from recommend.api import paths
from recommend.errors import BadRequest, MethodNotAllowed
from taproom.drops import normalized, username_fault
from tests.unit.recommend.cloud import encoded, get, request

# Any text that ingest takes for a username.
_LETTERS = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
USERNAMES = st.text(_LETTERS, max_size=50).map(normalized).filter(lambda name: username_fault(name) is None)


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


@pytest.mark.parametrize("path", ["/", "/beers", "/users", "/nothing/of/ours", "//recommendations"])
def test_a_path_without_parameters_stays_as_it_is(path: str) -> None:
    assert paths.routable(get(path)) == get(path)


def test_a_slash_that_a_gateway_decoded_by_itself_is_no_further_segment() -> None:
    event = get("/users/AC/DC/recommendations")
    assert paths.username_of(segment(event)) == "AC/DC"
    assert paths.routable(event)["rawPath"].count("/") == 3


@pytest.mark.parametrize("name", ["\ud83c", "%ff", "%fe", "%c3", "\ufffd"])
def test_names_that_are_no_utf_8_do_not_become_one(name: str) -> None:
    event = request("ann") | {"rawPath": f"/users/{name}/recommendations"}
    with pytest.raises(BadRequest, match="holds characters that could not be read"):
        paths.username_of(segment(event))


def test_a_name_of_composed_and_one_of_decomposed_letters_are_one() -> None:
    assert paths.username_of("Zoe%CC%88") == paths.username_of("Zo%C3%AB") == "Zoë"


def test_beers_that_are_similar_to_one_are_told_from_the_beer() -> None:
    assert paths.routable(get("/beers/a%252Fb/similar"))["rawPath"] == "/beers/a%252Fb/similar"
    assert paths.routable(get("/beers/a/b"))["rawPath"] == "/beers/a%2Fb"


def test_a_head_is_routed_as_the_get_that_it_is_about() -> None:
    assert paths.routable(get("/beers", "HEAD"))["requestContext"]["http"]["method"] == "GET"


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/users/ann/reviews"), ("POST", "/beers"), ("GET", "/menu")])
def test_an_address_that_takes_other_methods_says_which(method: str, path: str) -> None:
    with pytest.raises(MethodNotAllowed, match=f"does not take {method}, but ") as refused:
        paths.routable(get(path, method))
    assert refused.value.allowed == paths.METHODS[path.replace("ann", "<username>")]


def test_every_route_is_known_to_the_paths_and_the_other_way_round() -> None:
    routed = {(method, rule) for rule, methods in paths.METHODS.items() for method in methods}
    assert routed == {(route.method, route.path) for route in handler.app._static_routes + handler.app._dynamic_routes}


def test_the_longest_username_of_a_drop_is_the_longest_of_a_caller() -> None:
    assert paths.username_of("x" * 256) == "x" * 256
    with pytest.raises(BadRequest, match=r"got 'x{60}', but it must be 1 to 256 bytes .*: it is longer than 256 bytes"):
        paths.username_of("x" * 257)
