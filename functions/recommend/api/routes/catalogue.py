"""Routes that show the catalogue of the release in service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from recommend.api import openapi, paths
from recommend.api.request_models import Abv, Limit, Name
from recommend.api.response_models.beers import (
    BeerOfRelease,
    Beers,
    Breweries,
    CatalogueBeer,
    SimilarBeer,
    SimilarBeers,
    Styles,
)
from recommend.api.services import Service
from recommend.catalogue.beers import Wanted
from recommend.recommending import messages
from recommend.recommending.query import filtered
from taproom.contract import HIGHEST_SCORE

_Search = Annotated[str, Query(max_length=200)]


def register(app: APIGatewayHttpResolver, service: Callable[[], Service]) -> None:
    """Add the routes to `app`."""

    @app.get(
        "/beers",
        tags=["catalogue"],
        responses=openapi.answers(400, 404),
        description="Beers with these words or their beginnings in name, brewery or style; without, the best known.",
    )
    def beers(
        search: _Search = "",
        style: Annotated[Name | None, Query()] = None,
        brewery: Annotated[Name | None, Query()] = None,
        min_abv: Annotated[Abv | None, Query()] = None,
        max_abv: Annotated[Abv | None, Query()] = None,
        limit: Annotated[Limit, Query()] = 20,
        offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    ) -> Beers:
        catalogue = service().in_service.catalogue()
        wanted = filtered(catalogue, style, brewery, min_abv, max_abv)
        total, found = catalogue.search(search, wanted, limit, offset)
        return Beers(release=catalogue.release, total=total, beers=[CatalogueBeer.of(beer) for beer in found])

    @app.get(
        "/beers/<beer_id>/similar",
        tags=["catalogue"],
        responses=openapi.answers(400, 404),
        description="The beers nearest to one in the model: those that retrieval finds for who has loved it alone.",
    )
    def similar(beer_id: str, limit: Annotated[Limit, Query()] = 10) -> SimilarBeers:
        beer_id = paths.name_of(beer_id)
        (near,) = service().models.nearest("", [{beer_id: HIGHEST_SCORE}])
        catalogue = service().in_service.catalogue(near.release)
        beer = catalogue.beer(beer_id)
        if near.known:
            known = catalogue.beers(near.beer_ids)
            found = [known[other] for other in near.beer_ids if other in known and other != beer_id]
        else:
            style = None if beer.style is None else frozenset({beer.style})
            found = catalogue.most_loved(limit, replace(Wanted(styles=style), without=frozenset({beer_id})))
        return SimilarBeers(
            release=near.release,
            beer_id=beer_id,
            note=None if near.known else messages.UNKNOWN_BEER,
            beers=[
                SimilarBeer.of(
                    other,
                    place=place,
                    same_style=other.style is not None and other.style == beer.style,
                    same_brewery=other.brewery == beer.brewery,
                )
                for place, other in enumerate(found[:limit], start=1)
            ],
        )

    @app.get(
        "/beers/<beer_id>",
        tags=["catalogue"],
        responses=openapi.answers(404),
        description="One beer.",
    )
    def beer(beer_id: str) -> BeerOfRelease:
        catalogue = service().in_service.catalogue()
        return BeerOfRelease.of(catalogue.beer(paths.name_of(beer_id)), release=catalogue.release)

    @app.get(
        "/styles",
        tags=["catalogue"],
        responses=openapi.answers(),
        description="All styles, the most reviewed first.",
    )
    def styles() -> Styles:
        catalogue = service().in_service.catalogue()
        return Styles.of(catalogue.release, catalogue.styles)

    @app.get(
        "/breweries",
        tags=["catalogue"],
        responses=openapi.answers(400),
        description="Breweries with `search` in their name, the most reviewed first.",
    )
    def breweries(search: _Search = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Breweries:
        catalogue = service().in_service.catalogue()
        return Breweries.of(catalogue.release, catalogue.breweries_with(search), limit)
