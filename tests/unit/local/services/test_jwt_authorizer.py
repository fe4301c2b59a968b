"""Tokens checked as API Gateway checks them, against an issuer on this machine."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from local.http_server import HttpServer, Request, Response
from local.services.jwt_authorizer import Denied, JwtAuthorizer

ISSUER = "https://id.example/beer"


@dataclass
class Issuer:
    """Serves its keys, and signs with the last one."""

    keys: list[RSAKey] = field(default_factory=list)
    asked: int = 0

    def new_key(self) -> None:
        self.keys.append(RSAKey.generate_key(2048, {"kid": str(len(self.keys)), "alg": "RS256"}))

    def answer(self, request: Request) -> Response:
        self.asked += 1
        if request.path == "/beer/.well-known/openid-configuration":
            return Response.json(200, {"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})
        return Response.json(200, {"keys": [key.as_dict(private=False) for key in self.keys]})

    def token(self, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        given = {"iss": ISSUER, "aud": "page", "sub": "ann", "exp": int(time.time()) + 60} | claims
        kept = {name: value for name, value in given.items() if value is not None}
        header = header or {"alg": "RS256", "kid": str(len(self.keys) - 1)}
        return f"Bearer {jwt.encode(header, kept, key or self.keys[-1], algorithms=[header['alg']])}"

    url: str = ""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    arranged = Issuer()
    arranged.new_key()
    server = HttpServer(arranged.answer, "issuer")
    arranged.url = f"http://127.0.0.1:{server.port}"
    server.start()
    yield arranged
    server.stop()


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def authorizer(issuer: Issuer) -> JwtAuthorizer:
    return JwtAuthorizer(lambda name: name.replace("https://id.example", issuer.url))


def authorized(issuer: Issuer, header: str, *scopes: str) -> dict[str, Any]:
    return authorizer(issuer).authorize(header, ISSUER, ["page", "operator"], scopes)


def refusal(issuer: Issuer, header: str, *scopes: str) -> tuple[int, str]:
    """Status and `www-authenticate` of the answer to who is refused."""
    with pytest.raises(Denied) as denied:
        authorized(issuer, header, *scopes)
    response = denied.value.response
    word = {401: b"Unauthorized", 403: b"Forbidden"}[response.status]
    assert response.body == b'{"message": "%b"}' % word
    return response.status, dict(response.headers)["www-authenticate"]


def test_a_good_token_gives_its_claims_as_text(issuer: Issuer) -> None:
    given = authorized(issuer, issuer.token(groups=["staff", "taproom/operate"], exp=4102444800, email_verified=True))
    assert given == {
        "jwt": {
            "claims": {
                "iss": ISSUER,
                "aud": "page",
                "sub": "ann",
                "exp": "4102444800",
                "groups": "[staff taproom/operate]",
                "email_verified": "true",
            },
            "scopes": [],
        }
    }


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["other", "operator"]},
        {"aud": None, "client_id": "operator"},
        {"nbf": int(time.time()) - 5, "iat": int(time.time()) - 5},
    ],
)
def test_the_audience_is_one_of_several_or_the_client(issuer: Issuer, claims: dict[str, Any]) -> None:
    assert authorized(issuer, issuer.token(**claims))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://id.example/wine"}, "the token has an invalid issuer"),
        ({"aud": "other"}, "the token does not have a valid audience"),
        ({"aud": "other", "client_id": "page"}, "the token does not have a valid audience"),
        ({"aud": None}, "the token does not have a valid audience"),
        ({"exp": int(time.time()) - 1}, "the token has expired"),
        ({"exp": None}, "the token has no valid times"),
        ({"exp": "soon"}, "the token has no valid times"),
        ({"nbf": int(time.time()) + 86_400}, "the token is not valid yet"),
        ({"iat": int(time.time()) + 86_400}, "the token is not valid yet"),
    ],
)
def test_a_claim_that_is_wrong_is_named(issuer: Issuer, claims: dict[str, Any], said: str) -> None:
    status, header = refusal(issuer, issuer.token(**claims))
    assert status == 401
    assert f'error_description="{said}"' in header


def test_who_has_no_token_is_asked_for_one(issuer: Issuer) -> None:
    assert refusal(issuer, "") == (401, "Bearer")


def test_what_others_have_signed_does_not_count(issuer: Issuer) -> None:
    strange = RSAKey.generate_key(2048, {"kid": "0"})
    secret = OctKey.import_key("a secret of sixteen")
    forged = [
        issuer.token(strange),
        issuer.token(header={"alg": "RS256"}),
        issuer.token(strange, header={"alg": "RS256", "kid": "unheard"}),
        # By a secret, and by nothing: neither is RSA.
        issuer.token(secret, header={"alg": "HS256", "kid": "0"}),
        "Bearer " + ".".join([encoded(b'{"alg": "none", "kid": "0"}'), issuer.token().split(".")[1], ""]),
        issuer.token()[:-4] + "AAAA",
        "Bearer not.a.token",
        "Bearer ü",
    ]
    for token in forged:
        assert "malformed or was not signed" in refusal(issuer, token)[1]


def test_a_key_that_is_new_is_found_and_known_ones_are_kept(issuer: Issuer) -> None:
    checks = authorizer(issuer)
    asked = issuer.asked
    for _ in range(3):
        checks.authorize(issuer.token(), ISSUER, ["page"], [])
    assert issuer.asked - asked == 2
    issuer.new_key()
    assert checks.authorize(issuer.token(), ISSUER, ["page"], [])
    assert issuer.asked - asked == 4


def test_a_scope_of_the_route_is_needed(issuer: Issuer) -> None:
    assert authorized(issuer, issuer.token(scope="openid taproom/operate"), "taproom/operate")
    assert authorized(issuer, issuer.token(scp=["taproom/operate"]), "taproom/operate")
    assert refusal(issuer, issuer.token(scope="openid"), "taproom/operate")[0] == 403


def test_an_issuer_that_does_not_answer_refuses_nobody_in_silence() -> None:
    with pytest.raises(Denied) as denied:
        nobody = JwtAuthorizer(lambda _: "http://127.0.0.1:1")
        token = jwt.encode({"alg": "RS256", "kid": "0"}, {}, RSAKey.generate_key(2048))
        nobody.authorize(f"Bearer {token}", ISSUER, ["page"], [])
    assert "unable to fetch the keys" in dict(denied.value.response.headers)["www-authenticate"]
