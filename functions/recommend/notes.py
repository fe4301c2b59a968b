"""What a guest is told about an answer, in words of their own."""

from __future__ import annotations

from recommend.beers import Wanted
from recommend.wishes import Wishes

UNRANKED = (
    "The ranking model did not answer, so these beers come in the order of nearness to your taste, "
    "with the scores that all reviewers gave."
)
UNRETRIEVED = (
    "The retrieval model did not answer, so these are the beers that all reviewers love most, "
    "with the scores that they gave. Ask again in a minute."
)
UNKNOWN_BEER = "No reviews of this beer were learnt from yet, so these are the most loved beers of its style."


def unknown(username: str | None) -> str:
    """Why somebody with an empty history, or with one of new beers alone, gets no beers of their own."""
    who = "You have" if username is None else f"{username} has"
    return (
        f"{who} not rated any beer that the release in service knows, "
        "so these are the beers that all reviewers love most, with the scores that they gave."
    )


def short(found: int, wishes: Wishes, wanted: Wanted, username: str | None) -> str | None:
    """Why an answer has fewer beers than asked for; None if it has as many."""
    if found >= wishes.limit:
        return None
    who = "you" if username is None else username
    where = "the catalogue" if wishes.candidates is None else f"the {len(wishes.candidates)} candidates"
    match = " match and" if wanted.is_filtered else ""
    beers = "beer" if found == 1 else "beers"
    if wishes.include_tried:
        return f"Of {where} only {found} {beers} can come."
    return f"Of {where} only {found} {beers}{match} {'is' if found == 1 else 'are'} new to {who}."
