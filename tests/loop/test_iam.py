"""A deployed stack that services call, with signed requests."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from operate.__main__ import main
from tests.loop.conftest import World


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """Nothing is released, so that who is let in hears that there is no model."""
    return deployed(Access="iam")


def status(world: World, path: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(world.cloud.outputs["ApiUrl"] + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_service_signs_its_calls_and_may_act_for_every_user(world: World) -> None:
    asked = AWSRequest("GET", world.cloud.outputs["ApiUrl"] + "/users/ann/recommendations")
    SigV4Auth(Credentials("local", "local"), "execute-api", world.cloud.region).add_auth(asked)
    assert status(world, "/users/ann/recommendations", dict(asked.headers.items())) == 503


def test_who_has_not_signed_may_ask_about_nobody(world: World) -> None:
    assert status(world, "/users/ann/recommendations", {}) == 403
    assert status(world, "/trending?username=ann", {}) == 401
    assert status(world, "/health", {}) == 200


def test_there_is_no_user_pool_and_no_token(world: World) -> None:
    assert "UserPoolId" not in world.cloud.outputs
    with pytest.raises(SystemExit, match="is iam, so tokens are not its own: sign the call instead"):
        main(["token", f"--local={world.cloud.url}"])
