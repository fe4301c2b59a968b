"""Who may call what on the deployed stack, with tokens of two users and of an operator."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from operate.__main__ import main
from tests.loop.conftest import World
from tests.unit.recommend.api.test_access import NAMING, TABLE

REFUSED = (401, 403)
CALLERS = ("nobody", "bob", "ann", "operator")


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack with a user pool; a release in service; ann and bob, who have rated."""
    world = deployed(Access="cognito")
    assert world.drop("ann,bob").kind == "promoted"
    world.loop.drop(world.review("ann", 3, 4.5))
    return world


@pytest.fixture(scope="module")
def tokens(world: World) -> dict[str, dict[str, str]]:
    """The headers of each caller."""
    return {
        "nobody": {},
        "ann": token(world, "--user", "ann"),
        "bob": token(world, "--user", "bob"),
        "operator": token(world),
    }


def token(world: World, *options: str) -> dict[str, str]:
    """What `operate token` prints, as curl reads it."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        main(["token", *options, f"--local={world.cloud.url}"])
    name, _, value = said.getvalue().strip().partition(": ")
    return {name: value}


def call(world: World, path: str, headers: dict[str, str], method: str = "GET", body: Any = None) -> tuple[int, Any]:
    sent = None if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    url = world.cloud.outputs["ApiUrl"] + path
    request = urllib.request.Request(url, sent, {"content-type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("caller", CALLERS)
def test_every_route_refuses_whom_its_rule_refuses(
    world: World, tokens: dict[str, dict[str, str]], caller: str
) -> None:
    place = CALLERS.index(caller)
    # Outside /users nobody's token is looked at, so that whoever is named there is refused to all.
    about_users = [row for row in NAMING if row[0]["rawPath"].startswith("/users")]
    named_elsewhere = [
        (event, (401,) * len(CALLERS)) for event, _ in NAMING if not event["rawPath"].startswith("/users")
    ]
    for event, expected in [*TABLE.values(), *about_users, *named_elsewhere]:
        http = event["requestContext"]["http"]
        if http["method"] == "DELETE" and expected[place] not in REFUSED:
            # The other tests need ann; who may delete does so in tests/loop/test_erasing.py.
            continue
        path = urllib.parse.quote(event["rawPath"]) + (f"?{event['rawQueryString']}" if event["rawQueryString"] else "")
        status, _ = call(world, path, tokens[caller], http["method"], event.get("body"))
        refused = expected[place] if expected[place] in REFUSED else None
        assert (status if status in REFUSED else None) == refused, (caller, http["method"], path, status)
        assert status < 500


def test_a_second_user_can_neither_read_nor_write_the_reviews_of_the_first(
    world: World, tokens: dict[str, dict[str, str]]
) -> None:
    before = call(world, "/users/ann/reviews", tokens["ann"])
    assert before[0] == 200
    assert call(world, "/users/ann/reviews", tokens["bob"])[0] == 403
    assert call(world, "/users/ann/reviews", tokens["bob"], "POST", {"beer_id": "b01", "score": 0})[0] == 403
    assert call(world, "/users/ann/recommendations", tokens["bob"])[0] == 403
    assert call(world, "/menu", tokens["bob"], "POST", {"menu": "Beer 1", "username": "ann"})[0] == 401
    assert call(world, "/users/ann/reviews", tokens["ann"]) == before
    status, said = call(world, "/users/bob/reviews", tokens["bob"], "POST", {"beer_id": "b01", "score": 2})
    assert status == 201, said


@pytest.mark.parametrize(
    "path", ["/%75sers/ann/reviews", "/users%2Fann%2Freviews", "//users/ann/reviews", "/x/../users/ann/reviews"]
)
@pytest.mark.parametrize("caller", ["nobody", "bob"])
def test_another_way_of_writing_an_address_is_no_way_in(
    world: World, tokens: dict[str, dict[str, str]], caller: str, path: str
) -> None:
    assert call(world, path, tokens[caller])[0] in (*REFUSED, 404)


def test_a_token_is_good_again_and_again(world: World) -> None:
    assert call(world, "/users/ann/reviews", token(world, "--user", "ann"))[0] == 200
    assert call(world, "/users/ann/reviews", token(world, "--user", "ann"))[0] == 200


def test_who_has_a_password_of_their_own_keeps_it(world: World) -> None:
    cognito = world.cloud.client("cognito-idp")
    pool = {"UserPoolId": world.cloud.outputs["UserPoolId"], "Username": "eve"}
    cognito.admin_create_user(**pool)
    cognito.admin_set_user_password(**pool, Password="Correct-horse-1", Permanent=True)
    with pytest.raises(SystemExit, match="'eve' has a password of their own"):
        token(world, "--user", "eve")


def test_an_operator_by_group_may_act_for_others(world: World) -> None:
    eve = token(world, "--user", "dan")
    assert call(world, "/users/ann/reviews", eve)[0] == 403
    world.cloud.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=world.cloud.outputs["UserPoolId"], Username="dan", GroupName="taproom/operate"
    )
    assert call(world, "/users/ann/reviews", token(world, "--user", "dan"))[0] == 200


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic YTpi", "Bearer e30.e30.", "Bearer "])
def test_what_is_no_token_is_refused_as_api_gateway_refuses_it(world: World, header: str) -> None:
    assert call(world, "/users/ann/reviews", {"authorization": header}) == (401, '{"message": "Unauthorized"}')


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Stay where the answer came from."""


def test_the_page_signs_in_with_the_hosted_page(world: World) -> None:
    """The code flow with PKCE, by what the page sends."""
    how = json.loads(call(world, "/sign-in", {})[1])
    site = f"{world.cloud.outputs['ApiUrl']}/"
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": how["client_id"],
        "redirect_uri": site,
        "scope": "openid",
        "state": "s",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    form = f"{how['authorize']}?{urllib.parse.urlencode(asked)}"
    with urllib.request.urlopen(form) as page:
        assert "Username" in page.read().decode()
    with pytest.raises(urllib.error.HTTPError) as redirected:
        urllib.request.build_opener(NoRedirect).open(form, b"username=ann")
    with redirected.value as there:
        address = urllib.parse.urlsplit(there.headers["location"])
    back = dict(urllib.parse.parse_qsl(address.query))
    assert f"{address.scheme}://{address.netloc}{address.path}" == site
    assert back["state"] == "s"

    exchange = {
        "grant_type": "authorization_code",
        "client_id": how["client_id"],
        "code": back["code"],
        "redirect_uri": site,
    }
    granted = exchanged(how["token"], exchange | {"code_verifier": verifier})
    assert call(world, "/users/ann/reviews", {"authorization": f"Bearer {granted['access_token']}"})[0] == 200
    # A code is good once, and only to whoever asked for it.
    assert exchanged(how["token"], exchange | {"code_verifier": verifier}) == {"error": "invalid_grant"}


def test_a_guest_signs_in_and_out_on_the_page(world: World, browser: Browser) -> None:
    site = f"{world.cloud.outputs['ApiUrl']}/"
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site)
    # Who has not signed in rates as a newcomer, and is offered no names.
    expect(page.get_by_role("link", name="I’m new: five taps to your taste")).to_be_visible()
    page.locator("#who").click()
    expect(page.get_by_role("combobox", name="Your username")).to_have_count(0)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Username").fill("ann")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(site)
    expect(page.locator("#who")).to_have_text("You are ann")
    expect(page.get_by_role("list", name="Beers to try")).to_have_attribute("aria-busy", "false")
    page.get_by_role("link", name="My ratings").click()
    expect(page.get_by_text("Beer 3")).to_be_visible()
    # Nobody else has her token: not even who says on this device that they are bob.
    page.evaluate("localStorage.setItem('taproom.guest', JSON.stringify({username: 'bob'}))")
    page.goto(f"{site}#/ratings")
    page.reload()
    expect(page.locator("#who")).to_have_text("You are ann")
    page.locator("#who").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#who")).to_have_text("Sign in")
    assert said == []
    page.close()


def exchanged(address: str, fields: dict[str, str]) -> Any:
    try:
        with urllib.request.urlopen(address, urllib.parse.urlencode(fields).encode()) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)
