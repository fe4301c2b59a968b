"""What a guest is told about an answer, in words of their own."""

from __future__ import annotations

from recommend.catalogue.beer_filter import BeerFilter
from recommend.recommending.query import RecommendationQuery

NO_RANKING = (
    "The ranking model did not answer, so these beers come in the order of nearness to your taste, "
    "with the scores that all reviewers gave."
)
NO_RETRIEVAL = (
    "The retrieval model did not answer, so these are the beers that all reviewers love most, "
    "with the scores that they gave. Ask again in a minute."
)
NO_PREDICTIONS = "The ranking model did not answer, so there are no predictions. Ask again in a minute."
UNKNOWN_BEER = "No reviews of this beer were learnt from yet, so these are the most loved beers of its style."


def unknown_history(username: str | None) -> str:
    """Why somebody with an empty history, or with one of new beers alone, gets no beers of their own."""
    who = "You have" if username is None else f"{username} has"
    return (
        f"{who} not rated any beer that the release in service knows, "
        "so these are the beers that all reviewers love most, with the scores that they gave."
    )


def too_few(found: int, query: RecommendationQuery, beer_filter: BeerFilter, username: str | None) -> str | None:
    """Why an answer has fewer beers than asked for; None if it has as many."""
    if found >= query.limit:
        return None
    who = "you" if username is None else username
    beers = "beer" if found == 1 else "beers"
    if query.candidates is None:
        few = f"Only {found} {beers} of the catalogue"
    else:
        few = f"Only {found} of the {len(query.candidates)} candidates"
    if query.include_tried:
        return f"{few} can come."
    match, be = ("matches and", "is") if found == 1 else ("match and", "are")
    filtered = f" {match}" if beer_filter.is_by_attributes else ""
    return f"{few}{filtered} {be} new to {who}."
