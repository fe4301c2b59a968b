"""Routes that recommend: for a user, for anyone, from a menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from recommend.api import openapi, paths
from recommend.api.request_models import Abv, Limit, MenuBody, Name, RecommendationsBody
from recommend.api.response_models.menus import Menu
from recommend.api.response_models.recommendations import Recommendations
from recommend.api.services import Service
from recommend.recommending.query import Wishes


def register(app: APIGatewayHttpResolver, service: Callable[[], Service]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/users/<username>/recommendations",
        tags=["recommend"],
        responses=openapi.answers(400, 404),
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
        wishes = Wishes(limit, style, brewery, min_abv, max_abv, include_tried, explain)
        return service().recommender.recommend(name, service().histories.of(name), wishes)

    @app.post(
        "/recommendations",
        tags=["recommend"],
        responses=openapi.answers(400, 404, 413),
        description="Beers for a newcomer, by the ratings in the body; nothing is kept.",
    )
    def for_anyone(body: Annotated[RecommendationsBody, Body()]) -> Recommendations:
        return service().recommender.recommend(body.username, _history(service(), body), body.wishes)

    @app.post(
        "/menu",
        tags=["recommend"],
        responses=openapi.answers(400, 404, 413),
        description="The beers of a menu, best first, and the lines that are no beer of the catalogue.",
    )
    def from_a_menu(body: Annotated[MenuBody, Body()]) -> Menu:
        # What compares words takes a while to import, and most callers never need it.
        from recommend.menu import menu

        catalogue = service().in_service.catalogue()
        lines = menu.read(body.menu, catalogue.beer_index)
        history = _history(service(), body)
        wishes = body.wishes(frozenset(menu.placed_beers(lines)))
        ranked = service().recommender.recommend(body.username, history, wishes)
        return menu.answered(ranked, lines, history)


def _history(service: Service, body: RecommendationsBody | MenuBody) -> Mapping[str, float]:
    """The user's history, if there is one, with the ratings of the body on top."""
    username = None if body.username is None else paths.username(body.username, paths.LONGEST_USERNAME)
    history = {} if username is None else service.histories.of(username)
    for beer_id, score in body.ratings.items():
        # A key that is set anew would keep its old place.
        history.pop(beer_id, None)
        history[beer_id] = score
    return history
