"""The API's description in OpenAPI."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from recommend.api.errors import Error
from recommend.api.request_models import MenuBody
from recommend.menu import photo

_DESCRIPTIONS = {
    400: "A field or parameter that can't be used",
    401: "About a user, and without a token",
    403: "About another user, or for operators alone",
    404: "No such thing; `nearest` has names that exist",
    413: "A body of more than 64 KB, or a photo of more than 4,500,000 bytes",
    429: "Too many requests (API Gateway's own answer), or no more photos are read today",
    500: "A fault of Taproom's",
    503: "No model yet, or a part is busy or can't be reached; see `retry-after`",
}
_ANY_ROUTE = (429, 500, 503)


def responses(*errors: int, success: int = 200) -> dict[int, OpenAPIResponse]:
    """What a route may answer: `success` with what it returns, the statuses `errors`, and what any route may."""
    described: dict[int, OpenAPIResponse] = {success: {"description": "The answer"}}
    for status in (*errors, *_ANY_ROUTE):
        described[status] = {"description": _DESCRIPTIONS[status], "content": {"application/json": {"model": Error}}}
    return described


def html_responses(*errors: int) -> dict[int, OpenAPIResponse]:
    """As `responses`, where the answer is a page."""
    page: OpenAPIResponse = {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}
    return responses(*errors) | {200: page}


def document(app: APIGatewayHttpResolver) -> dict[str, Any]:
    """All routes of `app`."""
    schema = app.get_openapi_schema(
        title="Taproom",
        version="1",
        description="Which beers a user should try. docs/api.md tells the same in prose.",
    )
    described: dict[str, Any] = schema.model_dump(mode="json", by_alias=True, exclude_none=True)
    # The API may be served below a path: it is where this document is.
    described["servers"] = [{"url": "."}]
    for methods in described["paths"].values():
        for operation in methods.values():
            # Powertools adds its own answer to wrong requests; here they are answered by 400.
            operation["responses"].pop("422", None)
            # Powertools' own summary is the method and the path once more.
            operation["summary"] = operation.pop("description")
            # An answer without content has no type either.
            operation["responses"].get("204", {}).pop("content", None)
    _describe_photos(described["paths"])
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        described["components"]["schemas"].pop(name, None)
    return described


def _describe_photos(described: dict[str, Any]) -> None:
    """Add to menus that they may be photos: `request_bodies` makes JSON of these before Powertools sees them."""
    asked = described["/users/{username}/recommendations"]["get"]["parameters"]
    query = [
        {**one, "description": "With a photo for a body; else the body has it"}
        for one in asked
        if one["in"] == "query" and one["name"] in MenuBody.model_fields
    ]
    for path in ("/menu", "/users/{username}/menu"):
        operation = described[path]["post"]
        operation["parameters"] = [*operation.get("parameters", []), *query]
        picture = {"schema": {"type": "string", "format": "binary", "maxLength": photo.MAX_BYTES}}
        operation["requestBody"]["content"] |= {"image/jpeg": picture, "image/png": picture}
