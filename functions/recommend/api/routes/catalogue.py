"""Routes that show the catalogue of the release in service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from recommend.api import openapi, paths
from recommend.api.request_models import Abv, Limit, Name, Price
from recommend.api.response_models.beers import (
    BeerOfRelease,
    Beers,
    Breweries,
    CatalogueBeer,
    SimilarBeers,
    Styles,
)
from recommend.api.services import Services

_Search = Annotated[str, Query(max_length=200)]


def register(app: APIGatewayHttpResolver, services: Callable[[], Services]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/beers",
        tags=["catalogue"],
        responses=openapi.responses(400, 404),
        description="Beers with these words or their beginnings in name, brewery or style; without, the best known, "
        "or with `order=styles` the best known of many styles, which is what to ask a newcomer about.",
    )
    def beers(
        search: _Search = "",
        style: Annotated[Name | None, Query()] = None,
        brewery: Annotated[Name | None, Query()] = None,
        min_abv: Annotated[Abv | None, Query()] = None,
        max_abv: Annotated[Abv | None, Query()] = None,
        place: Annotated[Name | None, Query()] = None,
        max_price: Annotated[Price | None, Query()] = None,
        limit: Annotated[Limit, Query()] = 20,
        offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
        order: Annotated[Literal["reviews", "styles"], Query()] = "reviews",
    ) -> Beers:
        catalogue = services().serving.catalogue()
        beer_filter = catalogue.beer_filter(style, brewery, min_abv, max_abv, place, max_price)
        total, found = catalogue.search(search, beer_filter, limit, offset)
        if order == "styles" and not search.strip():
            found = catalogue.of_many_styles(limit, offset, beer_filter)
        return Beers(release=catalogue.release, total=total, beers=[CatalogueBeer.of(beer) for beer in found])

    @app.get(
        "/beers/<beer_id>/similar",
        tags=["catalogue"],
        responses=openapi.responses(400, 404),
        description="The beers nearest to one in the model: those that retrieval finds for who has loved it "
        "alone; to one without reviews, those of its brewery, style and strength.",
    )
    def similar(beer_id: str, limit: Annotated[Limit, Query()] = 10) -> SimilarBeers:
        return SimilarBeers.of(services().similar_beers.find(paths.decoded(beer_id), limit))

    @app.get(
        "/beers/<beer_id>",
        tags=["catalogue"],
        responses=openapi.responses(404),
        description="One beer that is not retired.",
    )
    def beer(beer_id: str) -> BeerOfRelease:
        wanted = paths.decoded(beer_id)
        catalogue = services().serving.catalogue_for(wanted)
        return BeerOfRelease.of(catalogue.current_beer(wanted), release=catalogue.release)

    @app.get(
        "/styles",
        tags=["catalogue"],
        responses=openapi.responses(),
        description="All styles, the most reviewed first.",
    )
    def styles() -> Styles:
        catalogue = services().serving.catalogue()
        return Styles.of(catalogue.release, catalogue.styles)

    @app.get(
        "/breweries",
        tags=["catalogue"],
        responses=openapi.responses(400),
        description="Breweries with `search` in their name, the most reviewed first.",
    )
    def breweries(search: _Search = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Breweries:
        catalogue = services().serving.catalogue()
        return Breweries.of(catalogue.release, catalogue.breweries_containing(search), limit)
