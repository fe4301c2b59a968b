"""Feeds long runs of every kind of character to whatever reads text from outside: run by test_long_runs.py.

Work by the square of a run's length would take minutes; all of it together takes a second or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.columns import columns_of
from ingest.values import listings
from local.services.http_api import TEXTUAL, Route
from recommend.api import paths, request_bodies, responses
from recommend.catalogue import search_terms
from recommend.catalogue.nearest_names import nearest_names
from recommend.menu import menu_lines
from recommend.menu.beer_matcher import BeerMatcher
from taproom import contract, drops, usernames
from taproom.catalogue_file import Beer
from tests.unit.recommend.cloud import get, post

# One of each class that some pattern knows, and the pairs at which two patterns meet.
UNITS = (
    *("9", "a", "A", " ", "\t", "\n", "\0", ".", ",", "-", "_", "/", ":", "#", "%", "$", '"', "'", "(", "[", "{", "\\"),
    *("\u00e9", "\u0300", "\u0315\u0300", "\ufdfa", "\u200b", "\U0001f37a", "\u0665", "\u00a0"),
    *("9.", "9 ", "9,9", "9/", "$9", "9%", " :", ". ", "ibu", "oz ", "tap ", "abv ", "by vol"),
    *("/users/", "text/+", "q=0,"),
)
LENGTH = 20_000


def readers() -> Iterator[Callable[[str], object]]:
    """Everything that reads text from outside, as functions of the text."""
    beers = [Beer(f"{n}", f"Beer {n:04} Ale", f"Brewery {n % 300:03}", None, 5.0, 9, 3.0, 3.0) for n in range(3000)]
    matcher = BeerMatcher(beers)
    names = [f"brewery {n:04}" for n in range(3000)]
    route = Route("GET /users/{username}/recommendations", "function")
    yield lambda text: [matcher.matches(menu_lines.parse(line)) for line in text.splitlines()[:200]]
    yield lambda text: nearest_names(contract.folded(text[:200]), names)
    yield search_terms.fts5_query
    yield lambda text: paths.routable(get("/") | {"rawPath": f"/users/{text}/recommendation"})
    yield lambda text: paths.decoded(text)
    yield lambda text: request_bodies.read(post("/menu", '{"menu": "' + text.translate(_PLAIN) + '"}'))
    yield responses.accepts_gzip
    yield TEXTUAL.match
    yield lambda text: route.match("GET", f"/users/{text}")
    yield usernames.index_key
    yield lambda text: drops.username_fault(drops.normalized(text))
    yield drops.text_fault
    yield lambda text: columns_of([text, f"{text}score"])
    yield from (listings.yes_or_no, listings.price, listings.places, listings.description)
    yield lambda text: listings.image_url(f"https://{text}"[: listings.LONGEST_URL])


# What JSON does not have in a string as it is; the body is of 20,000 characters at most of three bytes.
_PLAIN = str.maketrans(dict.fromkeys('"\\\0\n\t', "x") | {"\U0001f37a": "xx"})


def main() -> None:
    """Read every run with every reader."""
    for read in readers():
        for unit in UNITS:
            text = (unit * LENGTH)[:LENGTH]
            for given in (text, f"a{text}!"):
                try:
                    read(given)
                except Exception as refused:  # a clear refusal costs nothing
                    assert str(refused)


if __name__ == "__main__":
    main()
