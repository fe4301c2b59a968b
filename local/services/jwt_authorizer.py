"""JWT authorizers of an HTTP API: who calls, by a token of the issuer's.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Collection, Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from local.http_server import Response

# API Gateway takes RSA alone.
_ALGORITHMS = ["RS256", "RS384", "RS512"]
_PATIENCE = 5  # seconds


class Denied(Exception):
    """The request goes no further; `response` is API Gateway's answer to it."""

    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        plain = Response.json(status, {"message": message})
        self.response = Response(plain.status, plain.headers + headers, plain.body)


class JwtAuthorizer:
    """Checks tokens as API Gateway does; it keeps each issuer's keys.

    `address_of` gives where the well-known documents of an issuer are to be had.
    """

    def __init__(self, address_of: Callable[[str], str]) -> None:
        self._address_of = address_of
        self._keys: dict[str, KeySet] = {}

    def authorize(
        self, authorization: str, issuer: str, audience: Collection[str], scopes: Collection[str]
    ) -> dict[str, Any]:
        """What the function finds under `requestContext.authorizer`; `authorization` is the header, or empty.

        Raises
        ------
        Denied
            Unless the token is `issuer`'s, valid now, for one of `audience`, and has one of `scopes` if there are any.
        """
        if not authorization:
            raise Denied(401, "Unauthorized", ("www-authenticate", "Bearer"))
        claims = self._verified(authorization.removeprefix("Bearer "), issuer)
        if claims.get("iss") != issuer:
            raise _invalid("the token has an invalid issuer")
        named = claims.get("aud", claims.get("client_id"))
        if not set(named if isinstance(named, list) else [named]) & set(audience):
            raise _invalid("the token does not have a valid audience")
        _check_times(claims, time.time())
        given = claims.get("scope", claims.get("scp", ""))
        given = given if isinstance(given, list) else str(given).split()
        if scopes and not set(given) & set(scopes):
            raise Denied(403, "Forbidden", ("www-authenticate", 'Bearer error="insufficient_scope"'))
        return {"jwt": {"claims": {name: _text(value) for name, value in claims.items()}, "scopes": list(scopes)}}

    def _verified(self, token: str, issuer: str) -> dict[str, Any]:
        """The claims of a token that the issuer has signed."""
        try:
            key_id = jws.extract_compact(token.encode()).headers()["kid"]
            return jwt.decode(token, self._key(issuer, key_id), algorithms=_ALGORITHMS).claims
        except OSError as error:
            raise _invalid(f"unable to fetch the keys of {issuer}: {error}") from error
        except (JoseError, ValueError, KeyError) as error:
            raise _invalid("the token is malformed or was not signed by the issuer") from error

    def _key(self, issuer: str, key_id: str) -> Any:
        """The issuer's key of that id, looked up anew where it is not known: issuers change keys."""
        known = self._keys.get(issuer)
        if known is None or key_id not in {key.kid for key in known}:
            described = _fetched(f"{self._address_of(issuer).rstrip('/')}/.well-known/openid-configuration")
            known = self._keys[issuer] = KeySet.import_key_set(_fetched(self._address_of(described["jwks_uri"])))
        return known.get_by_kid(key_id)


def _fetched(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:
        return json.load(answer)


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    try:
        ended = float(claims["exp"]) <= now
        begun = all(float(claims.get(name, now)) <= now for name in ("nbf", "iat"))
    except (KeyError, TypeError, ValueError):
        raise _invalid("the token has no valid times") from None
    if ended:
        raise _invalid("the token has expired")
    if not begun:
        raise _invalid("the token is not valid yet")


def _invalid(why: str) -> Denied:
    return Denied(
        401, "Unauthorized", ("www-authenticate", f'Bearer scope="" error="invalid_token" error_description="{why}"')
    )


def _text(value: Any) -> str:
    """API Gateway passes every claim as text, and a list as its items between brackets."""
    if isinstance(value, list):
        return f"[{' '.join(_text(item) for item in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
