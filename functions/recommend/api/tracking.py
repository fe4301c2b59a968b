"""Whether a caller lets what they are answered be logged."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

Log = Annotated[
    bool,
    Query(description="`false`: nothing of this answer is kept. The headers `DNT: 1` and `Sec-GPC: 1` say the same"),
]
# Do Not Track, and Global Privacy Control (https://w3c.github.io/gpc/), which browsers send.
_HEADERS = ("dnt", "sec-gpc")


def is_allowed(app: APIGatewayHttpResolver) -> bool:
    """Whether no header of the request at hand forbids it."""
    headers = app.current_event.headers
    return not any(headers.get(name) == "1" for name in _HEADERS)
