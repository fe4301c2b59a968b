"""The hosted sign-in of Cognito's user pools, which moto lacks: OAuth's code flow with PKCE, and client credentials.

It asks for no password: whoever reaches the laptop cloud may be anybody. The tokens are the pools' own all the same.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from moto.cognitoidp.models import cognitoidp_backends

from local import callers
from local.context import CloudContext
from local.http_server import HttpServer, Request, Response
from local.services.gateway import Gateway

_FORM = """\
<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Sign in</title>
<link rel="icon" href="data:,">
<h1>Sign in</h1><p>The laptop cloud asks for no password.</p>
<form method="post"><label>Username <input name="username" required autofocus></label> <button>Sign in</button></form>
"""


class Refused(Exception):
    """OAuth's code for what is wrong with a request."""


@dataclass(frozen=True)
class _Grant:
    """What a code stands for."""

    client_id: str
    redirect_uri: str
    challenge: str
    username: str


class HostedSignIn:
    """A server in place of the domains of all user pools."""

    def __init__(self, cloud: CloudContext, gateway: Gateway) -> None:
        self._cloud = cloud
        self._gateway = gateway
        self._grants: dict[str, _Grant] = {}
        self._server = HttpServer(self.answer, "hosted-sign-in", friend=gateway.origin)
        self.url = f"http://127.0.0.1:{self._server.port}/{cloud.token}"

    def start(self) -> None:
        """Begin to serve."""
        self._server.start()
        self._cloud.on_stop(self._server.stop)

    def replace_urls(self, text: str) -> str:
        """`text` with the addresses that the pools' domains have in AWS replaced by the one here."""
        for domain in self._backend.user_pool_domains:
            text = text.replace(f"https://{domain}.auth.{self._cloud.region}.amazoncognito.com", self.url)
        return text

    def answer(self, request: Request) -> Response:
        """Answer as a pool's domain does."""
        routes = {
            ("GET", "/oauth2/authorize"): self._ask,
            ("POST", "/oauth2/authorize"): self._grant,
            ("POST", "/oauth2/token"): self._token,
            ("GET", "/logout"): self._sign_out,
        }
        path = callers.without_token(request.path, self._cloud.token)
        route = routes.get((request.method, path or ""))
        if route is None:
            return Response.json(404, {"message": "Not Found"})
        try:
            return route(request)
        except Refused as refused:
            return self._for_the_page(Response.json(400, {"error": str(refused)}))

    def _ask(self, request: Request) -> Response:
        self._checked(_fields(request.query))
        return Response(200, (("Content-Type", "text/html; charset=utf-8"),), _FORM.encode())

    def _grant(self, request: Request) -> Response:
        asked = _fields(request.query)
        pool = self._checked(asked)
        username = _fields(request.body.decode()).get("username", "")
        if not username:
            raise Refused("invalid_request")
        if pool._get_user(username) is None:
            self._backend.admin_create_user(pool.id, username, "SUPPRESS", None, [])
        code = secrets.token_urlsafe()
        self._grants[code] = _Grant(asked["client_id"], asked["redirect_uri"], asked["code_challenge"], username)
        return _see(asked["redirect_uri"], code=code, state=asked.get("state", ""))

    def _token(self, request: Request) -> Response:
        asked = _fields(request.body.decode())
        kind = asked.get("grant_type")
        if kind == "client_credentials":
            answer = self._for_a_client(request, asked.get("scope", ""))
        elif kind == "authorization_code":
            answer = self._for_a_code(asked)
        else:
            raise Refused("unsupported_grant_type")
        return self._for_the_page(Response.json(200, {**answer, "token_type": "Bearer"}))

    def _for_a_code(self, asked: dict[str, str]) -> dict[str, Any]:
        # A code is worth something once.
        grant = self._grants.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        given = (asked.get("client_id"), asked.get("redirect_uri"), challenge)
        if grant is None or given != (grant.client_id, grant.redirect_uri, grant.challenge):
            raise Refused("invalid_grant")
        pool, _ = self._client(grant.client_id)
        token, expires_in = pool.create_access_token(grant.client_id, grant.username, secrets.token_hex())
        return {"access_token": token, "expires_in": expires_in}

    def _for_a_client(self, request: Request, scope: str) -> dict[str, Any]:
        scheme, _, credentials = dict(request.headers).get("Authorization", "").partition(" ")
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":") if scheme == "Basic" else ("",) * 3
        pool, client = self._client(client_id)
        if not client.generate_secret or not secrets.compare_digest(client.secret, secret):
            raise Refused("invalid_client")
        allowed = client.extended_config.get("AllowedOAuthScopes", [])
        if "client_credentials" not in client.extended_config.get("AllowedOAuthFlows", []):
            raise Refused("unauthorized_client")
        if not set(scope.split()) <= set(allowed):
            raise Refused("invalid_scope")
        now = int(time.time())
        claims = {
            "iss": f"https://cognito-idp.{self._cloud.region}.amazonaws.com/{pool.id}",
            "sub": client_id,
            "client_id": client_id,
            "token_use": "access",
            "scope": scope or " ".join(allowed),
            "iat": now,
            "exp": now + 3600,
            "jti": secrets.token_hex(),
        }
        token = jwt.encode({"alg": "RS256", "kid": pool.json_web_key.kid}, claims, pool.json_web_key)
        return {"access_token": token, "expires_in": 3600}

    def _sign_out(self, request: Request) -> Response:
        asked = _fields(request.query)
        _, client = self._client(asked.get("client_id", ""))
        return _see(self._known(asked.get("logout_uri", ""), client, "LogoutURLs"))

    def _checked(self, asked: dict[str, str]) -> Any:
        """The pool of a request for a code; Refused for one that Cognito refuses."""
        pool, client = self._client(asked.get("client_id", ""))
        self._known(asked.get("redirect_uri", ""), client, "CallbackURLs")
        if (asked.get("response_type"), asked.get("code_challenge_method")) != ("code", "S256"):
            raise Refused("invalid_request")
        if not asked.get("code_challenge"):
            raise Refused("invalid_request")
        return pool

    def _client(self, client_id: str) -> tuple[Any, Any]:
        for pool in self._backend.user_pools.values():
            if client_id in pool.clients:
                return pool, pool.clients[client_id]
        raise Refused("invalid_client")

    def _known(self, address: str, client: Any, property_name: str) -> str:
        """`address`, which must be one of the client's; what is there AWS's name of the page is this site's here."""
        allowed = client.extended_config.get(property_name, [])
        if not address.startswith(f"{self._gateway.url}/") and address not in allowed:
            raise Refused("redirect_mismatch")
        return address

    def _for_the_page(self, response: Response) -> Response:
        headers = (*response.headers, ("Access-Control-Allow-Origin", self._gateway.origin))
        return Response(response.status, headers, response.body)

    @property
    def _backend(self) -> Any:
        return cognitoidp_backends[self._cloud.account][self._cloud.region]


def _fields(encoded: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(encoded).items()}


def _see(address: str, **query: str) -> Response:
    joined = f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}" if query else address
    return Response(302, (("Location", joined),), b"")
