"""What the API says of beers, styles and breweries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from recommend.catalogue.facets import Facet
from recommend.recommending.similar_beers import SimilarBeersResult
from recommend.recommending.trending_beers import TrendingBeersResult
from taproom.catalogue_file import Beer, Listing


class ResponseModel(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class NamedBeer(ResponseModel):
    """Which beer it is."""

    beer_id: str
    name: str
    brewery: str
    style: str | None
    abv: float | None = Field(description="Percent by volume")


class ListedBeer(NamedBeer):
    """A beer, and how it is listed now."""

    price: float | None = Field(description="In the currency of the catalogue files; null if unknown")
    places: list[str] = Field(description="That pour it, as far as is known")
    image_url: str | None = Field(description="An https address; the page shows no image from elsewhere")
    description: str | None


def beer_fields(beer: Beer) -> dict[str, Any]:
    """The fields of a ListedBeer, and so of a NamedBeer, rounded to what a person reads."""
    abv = None if beer.abv is None else round(beer.abv, 2)
    attributes = {"beer_id": beer.beer_id, "name": beer.name, "brewery": beer.brewery, "style": beer.style, "abv": abv}
    return attributes | listed_fields(beer.listing)


def listed_fields(listing: Listing) -> dict[str, Any]:
    """The fields of a ListedBeer alone."""
    return {
        "price": listing.price,
        "places": list(listing.places),
        "image_url": listing.image_url,
        "description": listing.description,
    }


class CatalogueBeer(ListedBeer):
    """A beer, and what the fitted reviews say about it."""

    reviews: int = Field(description="Reviews that the release has learnt from")
    mean_score: float | None = Field(description="0 to 5")
    loved: float = Field(description="The mean score, drawn towards that of all beers where there are few reviews")

    @classmethod
    def of(cls, beer: Beer, **more: Any) -> Self:
        """A beer of the catalogue, with `more` fields of a subclass."""
        mean = None if beer.mean_score is None else round(beer.mean_score, 3)
        return cls(**beer_fields(beer), reviews=beer.reviews, mean_score=mean, loved=round(beer.loved, 3), **more)


class BeerOfRelease(CatalogueBeer):
    """A beer as a release knows it."""

    release: str


class Beers(ResponseModel):
    """A page of what was searched for."""

    release: str
    total: int = Field(description="Beers that match, on all pages")
    beers: list[CatalogueBeer]


class SimilarBeer(CatalogueBeer):
    """A beer near to another one."""

    place: int = Field(description="Among the beers nearest to the other one, from 1 on")
    same_style: bool
    same_brewery: bool


class SimilarBeers(ResponseModel):
    """The beers nearest to `beer_id` in the model, nearest first."""

    release: str
    beer_id: str
    note: str | None = Field(description="Why these, where the model does not know the beer")
    beers: list[SimilarBeer]

    @classmethod
    def of(cls, result: SimilarBeersResult) -> Self:
        """All of `result`."""
        return cls(
            release=result.release,
            beer_id=result.beer_id,
            note=result.message,
            beers=[
                SimilarBeer.of(
                    similar.beer, place=similar.rank, same_style=similar.same_style, same_brewery=similar.same_brewery
                )
                for similar in result.beers
            ],
        )


class TrendingBeer(CatalogueBeer):
    """A beer that gets more reviews than it used to."""

    recent_reviews: int = Field(description="In the last `days`, of those that the release has learnt from")
    expected_reviews: float = Field(description="In as many days, by the beer's share of all reviews before")
    rise: float = Field(description="(`recent_reviews` + 5) / (`expected_reviews` + 5)")


class TrendingBeers(ResponseModel):
    """The beers whose share of all reviews has risen most, the steepest rise first."""

    release: str
    days: int
    newest_review: str | None = Field(description="The last of the `days`, in ISO 8601; null without times")
    note: str | None = Field(description="Why there is no beer")
    beers: list[TrendingBeer]

    @classmethod
    def of(cls, result: TrendingBeersResult) -> Self:
        """All of `result`."""
        newest = result.newest_day
        return cls(
            release=result.release,
            days=result.days,
            newest_review=None if newest is None else (date(1970, 1, 1) + timedelta(newest)).isoformat(),
            note=result.message,
            beers=[
                TrendingBeer.of(
                    trend.beer,
                    recent_reviews=trend.recent_reviews,
                    expected_reviews=round(trend.expected_reviews, 2),
                    rise=round(trend.rise, 3),
                )
                for trend in result.beers
            ],
        )


class Style(ResponseModel):
    """A style with its number of beers and of their reviews."""

    style: str
    beers: int
    reviews: int


class Styles(ResponseModel):
    """All styles, the most reviewed first."""

    release: str
    styles: list[Style]

    @classmethod
    def of(cls, release: str, styles: Iterable[Facet]) -> Self:
        """The styles of a release."""
        return cls(release=release, styles=[Style(style=s.name, beers=s.beers, reviews=s.reviews) for s in styles])


class Brewery(ResponseModel):
    """A brewery with its number of beers and of their reviews."""

    brewery: str
    beers: int
    reviews: int


class Breweries(ResponseModel):
    """Breweries whose name was searched for, the most reviewed first."""

    release: str
    total: int
    breweries: list[Brewery]

    @classmethod
    def of(cls, release: str, breweries: list[Facet], limit: int) -> Self:
        """The first `limit` of the breweries that match."""
        shown = [Brewery(brewery=b.name, beers=b.beers, reviews=b.reviews) for b in breweries[:limit]]
        return cls(release=release, total=len(breweries), breweries=shown)
