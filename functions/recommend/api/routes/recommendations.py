"""Routes that recommend: for a user, for anyone, from a menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from recommend.adapters import histories_table
from recommend.adapters.histories_table import History
from recommend.api import openapi, paths
from recommend.api.request_models import Abv, Limit, MenuBody, Name, RecommendationsBody
from recommend.api.response_models.menus import Menu
from recommend.api.response_models.recommendations import Recommendations
from recommend.api.services import Services
from recommend.menu import menu
from recommend.recommending.query import RecommendationQuery


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/users/<username>/recommendations",
        tags=["recommend"],
        responses=openapi.responses(400, 404),
        description="Beers that the user has not reviewed yet, best first.",
    )
    def for_a_user(
        username: str,
        limit: Annotated[Limit, Query()] = 10,
        style: Annotated[Name | None, Query()] = None,
        brewery: Annotated[Name | None, Query()] = None,
        min_abv: Annotated[Abv | None, Query()] = None,
        max_abv: Annotated[Abv | None, Query()] = None,
        include_tried: Annotated[bool, Query()] = False,
        explain: Annotated[bool, Query()] = False,
    ) -> Recommendations:
        name = paths.username_of(username)
        query = RecommendationQuery(limit, style, brewery, min_abv, max_abv, include_tried, explain)
        history = services().histories.history(name)
        return Recommendations.of(services().recommender.recommend(name, history, query))

    @app.post(
        "/recommendations",
        tags=["recommend"],
        responses=openapi.responses(400, 404, 413),
        description="Beers for a newcomer, by the ratings in the body; nothing is kept.",
    )
    def for_anyone(body: Annotated[RecommendationsBody, Body()]) -> Recommendations:
        history = _history(services(), body)
        return Recommendations.of(services().recommender.recommend(body.username, history, body.query))

    @app.post(
        "/menu",
        tags=["recommend"],
        responses=openapi.responses(400, 404, 413),
        description="The beers of a menu, best first, and the lines that are no beer of the catalogue.",
    )
    def from_a_menu(body: Annotated[MenuBody, Body()]) -> Menu:
        on_the_menu = menu.match(body.menu, services().serving.catalogue())
        history = _history(services(), body)
        query = body.query(frozenset(on_the_menu.lines_by_beer))
        result = services().recommender.recommend(body.username, history, query)
        return Menu.from_lines(result, on_the_menu, history)


def _history(services: Services, body: RecommendationsBody | MenuBody) -> History:
    """The user's history, if there is one, with the ratings of the body on top."""
    username = None if body.username is None else paths.valid_username(body.username, paths.MAX_USERNAME_BYTES)
    history = {} if username is None else services.histories.history(username)
    histories_table.extend(history, body.ratings)
    return history
