"""Routes about users: find oneself, see what one has rated, rate a beer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from recommend.api import openapi, paths
from recommend.api.request_models import Limit, ReviewBody
from recommend.api.response_models.users import GivenReview, Reviews, Users
from recommend.api.services import Services
from recommend.errors import BadRequest, Fault
from taproom.drops import LONGEST_USERNAME


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/users",
        tags=["users"],
        responses=openapi.responses(400, 401, 403),
        description="Usernames that begin with `prefix`, whatever the case and the accents.",
    )
    def users(
        prefix: Annotated[str, Query(min_length=1, max_length=256)],
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> Users:
        return Users(usernames=services().histories.usernames(prefix, limit))

    @app.get(
        "/users/<username>/reviews",
        tags=["users"],
        responses=openapi.responses(400, 401, 403, 404),
        description="What the user has rated, the latest first, beside what the model predicts without being told.",
    )
    def reviews(
        username: str,
        limit: Annotated[Limit, Query()] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Reviews:
        return Reviews.of(services().rated_beers.page(paths.username_of(username), limit, offset))

    @app.post(
        "/users/<username>/reviews",
        tags=["users"],
        status_code=201,
        responses=openapi.responses(400, 401, 403, 404, 413, success=201),
        description="Rate a beer; the next answer knows it, the next training learns from it.",
    )
    def review(username: str, body: Annotated[ReviewBody, Body()]) -> GivenReview:
        name = _new_username(username)
        beer = services().serving.catalogue().beer(body.beer_id)
        score = round(body.score, 2)
        total = services().review_writer.write(name, beer, score, body.text or "")
        return GivenReview.of(name, beer, score, total)


def _new_username(segment: str) -> str:
    """A username that ingest lets through just as it is."""
    name = paths.valid_username(paths.decoded(segment), LONGEST_USERNAME)
    if not name.isprintable():
        raise BadRequest(Fault("username", repr(name[:60]), "of letters, digits, signs and spaces alone"))
    return name
