"""Routes that show what the model takes somebody's taste to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body

from recommend.api import openapi, paths
from recommend.api.request_models import TasteBody
from recommend.api.response_models.taste import Taste
from recommend.api.services import Services


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/users/<username>/taste",
        tags=["users"],
        responses=openapi.responses(400, 401, 403),
        description="What the user gave styles, strengths and breweries, and what the model predicts of them.",
    )
    def of_a_user(username: str) -> Taste:
        name = paths.username_of(username)
        return Taste.of(services().tastes.of(name, services().histories.history(name)))

    @app.post(
        "/taste",
        tags=["recommend"],
        responses=openapi.responses(400, 413),
        description="The same for a newcomer, by the ratings in the body, which are not kept.",
    )
    def of_anyone(body: Annotated[TasteBody, Body()]) -> Taste:
        return Taste.of(services().tastes.of(None, body.ratings))
