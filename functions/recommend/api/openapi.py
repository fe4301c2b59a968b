"""The API's description in OpenAPI."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from recommend.api.errors import Error

_TOLD = {
    400: "A field or parameter that can't be used",
    404: "No such thing; `nearest` has names that exist",
    413: "A body of more than 64 KB",
    429: "Too many requests; API Gateway's own answer",
    500: "A fault of Taproom's",
    503: "No model yet, or a part is busy or can't be reached; see `retry-after`",
}
_ALWAYS = (429, 500, 503)


def answers(*wrong: int, good: int = 200) -> dict[int, OpenAPIResponse]:
    """What a route may answer: `good` with what it returns, the statuses `wrong`, and what any route may."""
    told: dict[int, OpenAPIResponse] = {good: {"description": "The answer"}}
    for status in (*wrong, *_ALWAYS):
        told[status] = {"description": _TOLD[status], "content": {"application/json": {"model": Error}}}
    return told


def html(*wrong: int) -> dict[int, OpenAPIResponse]:
    """As `answers`, where the answer is a page."""
    page: OpenAPIResponse = {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}
    return answers(*wrong) | {200: page}


def document(app: APIGatewayHttpResolver) -> dict[str, Any]:
    """All routes of `app`."""
    described = app.get_openapi_schema(
        title="Taproom",
        version="1",
        description="Which beers a user should try. docs/api.md tells the same in prose.",
        servers=[],
    )
    told: dict[str, Any] = described.model_dump(mode="json", by_alias=True, exclude_none=True)
    told.pop("servers", None)
    for methods in told["paths"].values():
        for operation in methods.values():
            # Powertools adds its own answer to wrong requests; here they are answered by 400.
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        told["components"]["schemas"].pop(name, None)
    return told
