"""Who may call a server of the laptop cloud: programs and its own page, who know the token; no page of another site.

Every page that a browser shows may send requests to this machine, and every user of the machine may, too. A page can
read an answer only of its own origin, but a request may do harm unread; and a page's own name may be made to mean
this machine (DNS rebinding), which the Host header shows. docs/adr/0053-the-laptops-ports.md.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_FOREIGN_SITES = frozenset({"cross-site", "same-site"})
_WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def new_token() -> str:
    """What the addresses of a cloud begin with: nobody guesses it."""
    return secrets.token_urlsafe(16)


def refusal(headers: Mapping[str, str], port: int, method: str, friend: str | None = None) -> str | None:
    """Why a request at `port` of this machine is not taken, None if it is; `headers` have lower-case names.

    Pages of the origin `friend`, if there is one, may call as the server's own.

    A program that is no browser sends no Origin and no Sec-Fetch-Site. A browser that is told to open an address sends
    what a click in another page sends as well; that is let through, as it does nothing.
    """
    names = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    host, origin = headers.get("host"), headers.get("origin")
    if host is not None and host.lower() not in names:
        return f"The Host header is {host[:100]!r}, but this server answers as {names[0]} alone."
    if friend is not None and origin == friend:
        return None
    if origin is not None and origin.lower() not in [f"http://{name}" for name in names]:
        return f"The request comes from a page of {origin[:100]!r}, and this server answers its own alone."
    opens = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
    if headers.get("sec-fetch-site") in _FOREIGN_SITES and not opens:
        return "The request comes from a page of another site, and this server answers its own alone."
    return None


def without_token(path: str, token: str) -> str | None:
    """`path` without the token that it has to begin with, None where it does not.

    The empty string for the token alone.
    """
    given, slash, rest = path.removeprefix("/").partition("/")
    return slash + rest if hmac.compare_digest(given.encode(), token.encode()) else None


def missing_token(url: str) -> str:
    """What to tell who calls the server at `url` without its token."""
    return f"The address must begin as `make local` printed it: {url}/TOKEN/, with the token in place of TOKEN."


class GuardedApp:
    """A WSGI application at paths that begin with `token`, for those who may call; it learns nothing of the token."""

    def __init__(self, app: _WsgiApp, token: str) -> None:
        self._app = app
        self._token = token

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        port = int(environ["SERVER_PORT"])
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        path = without_token(environ["PATH_INFO"], self._token)
        reason = refusal(headers, port, environ["REQUEST_METHOD"])
        if reason is None and path is None:
            reason = missing_token(f"http://127.0.0.1:{port}")
        if reason is not None:
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")])
            return [reason.encode()]
        given = [name for name in ("RAW_URI", "REQUEST_URI") if name in environ]
        for_app = environ | {name: _after_token(environ[name], self._token) for name in given}
        return self._app(for_app | {"PATH_INFO": path or "/"}, start_response)


def _after_token(target: str, token: str) -> str:
    rest = target.removeprefix(f"/{token}")
    return rest if rest.startswith("/") else f"/{rest}"
