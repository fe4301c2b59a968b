"""What a guest is told about an answer, in words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from recommend.catalogue.beer_filter import BeerFilter
from recommend.recommending.query import RecommendationQuery

Reason = Literal["quick", "no retrieval", "unknown history", "no ranking", "too few", "near usernames"]


@dataclass(frozen=True)
class Note:
    """A sentence in English about an answer, and what a page needs to say it in another language.

    `usernames` are those that may have been meant, where that is the `reason`.
    """

    reason: Reason
    sentence: str
    usernames: Sequence[str] = ()


NO_RANKING = Note(
    "no ranking",
    "Predictions of scores are not at hand just now, so these beers come in the order of nearness to your taste, "
    "with the scores that everybody gave.",
)
NO_RETRIEVAL = Note(
    "no retrieval",
    "Your own list is not at hand just now, so these are the beers that everybody loves most, "
    "with the scores that they gave. Ask again in a minute.",
)
QUICK = Note(
    "quick",
    "The models do not answer just now, so this is a quick list from the beers you rated; "
    "ask again in a few seconds for one that knows you better.",
)
NO_PREDICTIONS = "Predictions of scores are not at hand just now. Ask again in a minute."
NO_RATINGS = "Nothing is predicted before a beer that is known here has been rated."
UNKNOWN_BEER = (
    "No reviews of this beer were learnt from yet, so these are the beers nearest to it by brewery, style and strength."
)

NO_TIMES = (
    "All reviews that this release has learnt from are of one day, so no beer can be trending. "
    "Reviews with times, in the column reviewed_at, change that with the next training."
)


def nothing_before(days: int) -> str:
    """Why nothing is trending where all reviews are of the window."""
    return f"All reviews are of the last {_days(days)}, so there is nothing to compare them with: ask for fewer days."


def nothing_trends(days: int, beer_filter: BeerFilter) -> str:
    """Why nothing is trending where there is something to compare with."""
    filtered = " that matches" if beer_filter.is_by_attributes else ""
    often = "often enough and more than before"
    return f"No beer{filtered} was reviewed {often} in the last {_days(days)}: ask for more days."


def _days(number: int) -> str:
    return "day" if number == 1 else f"{number} days"


def unknown_history(username: str | None) -> Note:
    """Why somebody with an empty history, or with one of new beers alone, gets no beers of their own."""
    who = "You have" if username is None else f"{username} has"
    return Note(
        "unknown history",
        f"{who} not rated any beer that is known here, "
        "so these are the beers that everybody loves most, with the scores that they gave.",
    )


def near_misses(usernames: Sequence[str]) -> Note | None:
    """Whether the user is one of those that are spelt almost alike; None where there are none."""
    question = f"Did you mean {' or '.join(usernames)}?"
    return Note("near usernames", question, usernames) if usernames else None


def sentences(notes: Sequence[Note]) -> str | None:
    """All of them, None where there are none."""
    return " ".join(note.sentence for note in notes) or None


def too_few(found: int, query: RecommendationQuery, beer_filter: BeerFilter, username: str | None) -> Note | None:
    """Why an answer has fewer beers than asked for; None if it has as many."""
    candidates = query.candidates
    if found >= (query.limit if candidates is None else min(query.limit, len(candidates))):
        return None
    beers = "No beer" if not found else f"Only {found} {'beer' if found == 1 else 'beers'}"
    few = f"{beers} of the {'catalogue' if candidates is None else f'{len(candidates)} asked about'}"
    if query.include_tried:
        return Note("too few", f"{few} can come.")
    match, be = ("matches and", "is") if found < 2 else ("match and", "are")
    filtered = f" {match}" if beer_filter.is_by_attributes else ""
    return Note("too few", f"{few}{filtered} {be} new to {'you' if username is None else username}.")
