"""Routes of the page and of the API's description: files of the package, and how the page signs in."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from recommend.api import openapi, paths, responses
from recommend.api.response_models.sign_in import SignIn
from recommend.api.static_files import StaticFiles
from taproom.names import ItemKind

_RECOMMEND = Path(__file__).parents[2]


@cache
def page_files(item_kind: ItemKind, policy: str) -> StaticFiles:
    """The page, in the words for things of that kind, under that Content-Security-Policy."""
    return StaticFiles(_RECOMMEND / "page", policy=policy, item_kind=item_kind)


@cache
def description_files(policy: str) -> StaticFiles:
    """Swagger UI, which Powertools carries, and the page that starts it."""
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    return StaticFiles(_RECOMMEND / "api" / "description", Path(swagger_ui.__file__).parent, policy=policy)


def register(app: APIGatewayHttpResolver, sign_in: Callable[[], SignIn], item_kind: Callable[[], ItemKind]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/sign-in",
        tags=["page"],
        responses=openapi.responses(),
        description="Who users are, how a page signs them in, and from where it may show pictures.",
    )
    def how_to_sign_in() -> SignIn:
        return sign_in()

    def file(files: StaticFiles, name: str) -> Response[Any]:
        found = files.find(name)
        if found is None:
            raise NotFoundError
        if found.etag in app.current_event.headers.get("if-none-match", ""):
            return Response(304, headers=found.headers, body="")
        return Response(200, found.content_type, found.content, headers=found.headers)

    def policy() -> str:
        return responses.page_policy(sign_in().origin, sign_in().image_origin)

    @app.get("/", include_in_schema=False, enable_validation=False)
    def page() -> Response[Any]:
        return file(page_files(item_kind(), policy()), "index.html")

    @app.get("/page/<file_name>", include_in_schema=False, enable_validation=False)
    def page_file(file_name: str) -> Response[Any]:
        return file(page_files(item_kind(), policy()), paths.decoded(file_name))

    @app.get("/docs", include_in_schema=False, enable_validation=False)
    def description() -> Response[Any]:
        return file(description_files(policy()), "description.html")

    @app.get("/docs/<file_name>", include_in_schema=False, enable_validation=False)
    def description_file(file_name: str) -> Response[Any]:
        return file(description_files(policy()), paths.decoded(file_name))

    @app.get("/openapi.json", include_in_schema=False, enable_validation=False)
    def document() -> Response[Any]:
        return Response(200, "application/json", _document(app), headers={"cache-control": "no-cache"})


@cache
def _document(app: APIGatewayHttpResolver) -> str:
    return json.dumps(openapi.document(app), ensure_ascii=False)
