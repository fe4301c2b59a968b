"""Routes about users: find oneself, see what one has rated, rate a beer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from recommend.api import openapi, paths, tracking
from recommend.api.request_models import Limit, ReviewBody, SaidAt
from recommend.api.response_models.users import ErasedUser, GivenReview, Reviews, Users
from recommend.api.services import Services
from recommend.recommending import messages


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
        name = paths.username_of(username)
        catalogue = services().serving.catalogue_for(body.beer_id)
        beer = catalogue.beer(body.beer_id)
        score = round(body.score, 2)
        logged = services().served_log.is_on and tracking.is_allowed(app)
        follows = body.recommendation_id if logged else None
        total = services().review_writer.write(name, catalogue, beer, score, body.text or "", follows, body.reviewed_at)
        note = messages.near_misses(services().histories.near_misses(name) if total == 1 else ())
        return GivenReview.of(name, beer, score, total, note.sentence if note else None)

    @app.delete(
        "/users/<username>/reviews/<beer_id>",
        tags=["users"],
        status_code=204,
        responses=openapi.responses(400, 401, 403, 404, success=204),
        description="Take back what the user has said of a beer; the next answer and training know it no more.",
    )
    def take_back(username: str, beer_id: str, asked_at: Annotated[SaidAt | None, Query()] = None) -> Response[None]:
        services().forgetting.review(paths.username_of(username), paths.decoded(beer_id), asked_at)
        return Response(status_code=204)

    @app.delete(
        "/users/<username>",
        tags=["users"],
        status_code=202,
        responses=openapi.responses(400, 401, 403, success=202),
        description="Forget a user: their reviews go, wherever they came from, and a training follows without them.",
    )
    def forget(username: str) -> ErasedUser:
        name = paths.username_of(username)
        return ErasedUser.of(name, services().forgetting.user(name))
