"""The route by which an application tells what came of an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from recommend.api import openapi, tracking
from recommend.api.request_models import EventBody
from recommend.api.services import Services


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the route to `app`."""

    @app.post(
        "/events",
        tags=["recommend"],
        status_code=204,
        responses=openapi.responses(400, 413, success=204),
        description="What came of a beer in an answer: it was seen, opened, wanted, tried or dismissed.",
    )
    def event(body: Annotated[EventBody, Body()]) -> Response[None]:
        if tracking.is_allowed(app):
            services().served_log.came_of_it(body.recommendation_id, body.event, body.beer_id)
        return Response(status_code=204)
