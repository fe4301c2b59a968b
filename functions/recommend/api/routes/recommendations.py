"""Routes that recommend: for a user, for anyone, from a menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.metrics import MetricUnit

from recommend.adapters import histories_table
from recommend.adapters.histories_table import History
from recommend.api import openapi, paths, tracking
from recommend.api.request_models import Abv, Limit, MenuBody, Name, Price, RecommendationsBody, Username
from recommend.api.response_models.beers import TrendingBeers
from recommend.api.response_models.menus import Menu
from recommend.api.response_models.recommendations import Recommendations
from recommend.api.services import Services
from recommend.api.tracking import Log
from recommend.catalogue.catalogue import Catalogue
from recommend.errors import BadRequest, Fault
from recommend.menu import menu, photo, photographed_menu
from recommend.recommending import messages
from recommend.recommending.query import RecommendationQuery
from recommend.recommending.recommender import RecommendationResult
from taproom import measurements
from taproom.catalogue_file import MAX_DAYS
from taproom.messages.served_events import MOST_LOVED, QUICK

metrics = measurements.of_service("recommend")


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/users/<username>/recommendations",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404),
        description="Beers that the user has not reviewed yet, best first.",
    )
    def for_a_user(
        username: str,
        limit: Annotated[Limit, Query()] = 10,
        style: Annotated[Name | None, Query()] = None,
        brewery: Annotated[Name | None, Query()] = None,
        min_abv: Annotated[Abv | None, Query()] = None,
        max_abv: Annotated[Abv | None, Query()] = None,
        place: Annotated[Name | None, Query()] = None,
        max_price: Annotated[Price | None, Query()] = None,
        include_tried: Annotated[bool, Query()] = False,
        explain: Annotated[bool, Query()] = False,
        quick: Annotated[bool, Query()] = True,
        log: Log = True,
    ) -> Recommendations:
        name = paths.username_of(username)
        query = RecommendationQuery(
            *(limit, style, brewery, min_abv, max_abv, place, max_price),
            include_tried=include_tried,
            explain=explain,
            quick=quick,
        )
        logged = log and tracking.is_allowed(app)
        return Recommendations.of(_recommend(services(), name, services().histories.history(name), query, logged))

    @app.post(
        "/recommendations",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404, 413),
        description="Beers for a newcomer, by the ratings in the body, which are not kept.",
    )
    def for_anyone(body: Annotated[RecommendationsBody, Body()], log: Log = True) -> Recommendations:
        return _recommendations(services(), body.username, body, log and tracking.is_allowed(app))

    @app.post(
        "/users/<username>/recommendations",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404, 413),
        description="The same on top of what the user has reviewed; the ratings are not kept.",
    )
    def for_a_user_with_ratings(
        username: str, body: Annotated[RecommendationsBody, Body()], log: Log = True
    ) -> Recommendations:
        name = _only_name(username, body.username)
        return _recommendations(services(), name, body, log and tracking.is_allowed(app))

    @app.get(
        "/trending",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404),
        description="Beers that get more reviews than they used to, the steepest rise first; no model is asked.",
    )
    def trending(
        days: Annotated[int, Query(ge=1, le=MAX_DAYS)] = 30,
        username: Annotated[Username | None, Query()] = None,
        limit: Annotated[Limit, Query()] = 10,
        style: Annotated[Name | None, Query()] = None,
        brewery: Annotated[Name | None, Query()] = None,
        min_abv: Annotated[Abv | None, Query()] = None,
        max_abv: Annotated[Abv | None, Query()] = None,
        place: Annotated[Name | None, Query()] = None,
        max_price: Annotated[Price | None, Query()] = None,
    ) -> TrendingBeers:
        query = RecommendationQuery(limit, style, brewery, min_abv, max_abv, place, max_price)
        return _trending(services(), username, days, query)

    @app.get(
        "/users/<username>/trending",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404),
        description="The same without the beers that the user has reviewed.",
    )
    def trending_for_a_user(
        username: str,
        days: Annotated[int, Query(ge=1, le=MAX_DAYS)] = 30,
        limit: Annotated[Limit, Query()] = 10,
        style: Annotated[Name | None, Query()] = None,
        brewery: Annotated[Name | None, Query()] = None,
        min_abv: Annotated[Abv | None, Query()] = None,
        max_abv: Annotated[Abv | None, Query()] = None,
        place: Annotated[Name | None, Query()] = None,
        max_price: Annotated[Price | None, Query()] = None,
    ) -> TrendingBeers:
        query = RecommendationQuery(limit, style, brewery, min_abv, max_abv, place, max_price)
        return _trending(services(), paths.username_of(username), days, query)

    @app.post(
        "/menu",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404, 413),
        description="The beers of a menu, in text or a photo, best first, and the lines that are no known beer.",
    )
    def from_a_menu(body: Annotated[MenuBody, Body()], log: Log = True) -> Menu:
        return _menu(services(), body.username, body, log and tracking.is_allowed(app))

    @app.post(
        "/users/<username>/menu",
        tags=["recommend"],
        responses=openapi.responses(400, 401, 403, 404, 413),
        description="The same by what the user has reviewed.",
    )
    def for_a_user_from_a_menu(username: str, body: Annotated[MenuBody, Body()], log: Log = True) -> Menu:
        return _menu(services(), _only_name(username, body.username), body, log and tracking.is_allowed(app))


def _recommendations(
    services: Services, username: str | None, body: RecommendationsBody, logged: bool
) -> Recommendations:
    history = _history(services, username, body.ratings)
    return Recommendations.of(_recommend(services, username, history, body.query, logged))


def _trending(services: Services, username: str | None, days: int, query: RecommendationQuery) -> TrendingBeers:
    return TrendingBeers.of(services.trending_beers.find(days, query, _history(services, username, {}).keys()))


def _menu(services: Services, username: str | None, body: MenuBody, logged: bool) -> Menu:
    catalogue = services.serving.catalogue()
    text = _menu_text(services, body, catalogue)
    on_the_menu = menu.match(text, catalogue)
    history = catalogue.twins.merged(_history(services, username, body.ratings))
    query = body.query(frozenset(on_the_menu.lines_by_beer))
    # Always by the release in service, whose catalogue has told which beers are meant.
    result = _recommend(services, username, history, query, logged, "menu")
    return Menu.from_lines(text, result, on_the_menu, history)


def _menu_text(services: Services, body: MenuBody, catalogue: Catalogue) -> str:
    """The menu that was given, or read from the photo that was; BadRequest where it is neither or both."""
    if body.photo is None:
        if body.menu is None:
            raise BadRequest(Fault("menu", "nothing", "given, as text or as a photo"))
        return body.menu
    if body.menu is not None:
        raise BadRequest(Fault("menu", "a text and a photo", "one of the two"))
    return photographed_menu.text_of(photo.opened(body.photo), services.text_detection.detect, menu.matcher(catalogue))


def _only_name(segment: str, in_the_body: str | None) -> str:
    """The username of the path, which is the only place for one; BadRequest where the body has one too."""
    if in_the_body is not None:
        raise BadRequest(Fault("username", f"{in_the_body[:60]!r}", "left out: the address names the user"))
    return paths.username_of(segment)


def _history(services: Services, username: str | None, ratings: History) -> History:
    """The history of the user, if one is named, with `ratings` on top."""
    history = {} if username is None else services.histories.history(username)
    histories_table.extend(history, ratings)
    return history


def _recommend(
    services: Services,
    username: str | None,
    history: History,
    query: RecommendationQuery,
    logged: bool,
    route: str = "recommendations",
) -> RecommendationResult:
    """The recommendations, on their way to the log; somebody unknown is asked whether they are somebody else."""
    recommendation_id = services.served_log.recommendation_id(wanted=logged)
    # What nobody keeps nobody learns from.
    recommender = services.recommender if route == "menu" else services.arms
    result = recommender.recommend(username, history, query, explored=recommendation_id is not None)
    result = replace(result, recommendation_id=recommendation_id)
    services.served_log.served(route, result, len(history), query)
    if query.quick and result.basis != MOST_LOVED:
        metrics.add_metric("AnswersQuick", MetricUnit.Percent, 100 * (result.basis == QUICK))
        metrics.flush_metrics()
    if username is None or history:
        return result
    near = messages.near_misses(services.histories.near_misses(username))
    return replace(result, notes=[*result.notes, near]) if near else result
