"""What a row of a file of beers may say: prices, places, addresses, and whether a beer is retired."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.ingest.parsed import parsed


def one(values: str, columns: str) -> dict[str, Any]:
    """The row of the part that a file with one beer becomes."""
    (row,) = parsed(f"beer_name,brewery_name,{columns}\nNight,Mill,{values}\n", "catalogue/a.csv").part
    return row


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        *(("7", 7.0), ("$7", 7.0), ("6.5 €", 6.5), ("EUR 12", 12.0), ('"6,50"', 6.5), ("0", 0.0), (".50", 0.5)),
        *((unread, None) for unread in ("-3", "free", '"1,200"', "1e3", "inf", "nan", "٣")),
    ],
)
def test_prices_are_read_with_currencies_and_commas_and_else_not_at_all(given: str, meant: float | None) -> None:
    assert one(given, "price")["price"] == meant


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "1.0", "x", "Y"])
def test_a_retired_beer_may_be_called_so_in_several_ways(word: str) -> None:
    assert one(word, "retired")["retired"] is True


@pytest.mark.parametrize("word", ["no", "False", "0", "0.0"])
def test_and_so_may_one_that_is_not(word: str) -> None:
    assert one(word, "retired")["retired"] is False


def test_a_row_that_says_neither_is_refused_with_that_reason() -> None:
    found = parsed("beer_name,brewery_name,retired\nNight,Mill,perhaps\nDay,Mill,\n", "catalogue/a.csv")
    assert found.reasons == [(2, "retired is neither yes nor no")]
    assert [row["retired"] for row in found.part] == [None]


def test_a_beer_needs_a_name_and_a_brewery_as_in_reviews() -> None:
    found = parsed(f"beer_name,brewery_name\n,Mill\nNight,NULL\n{'n' * 257},Mill\nDay,Mill\n", "catalogue/a.csv")
    assert found.reasons == [
        (2, "beer_name is missing"),
        (3, "brewery_name is missing"),
        (4, "beer_name is longer than 256 bytes"),
    ]
    assert [row["beer_name"] for row in found.part] == ["Day"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://a.example/1.png",
            "javascript:alert(1)",
            "//a.example/1.png",
            "https://",
            "https://ann:pw@a.example/",
        ),
        *("https://a.example/ 1.png", 'https://a.example/"onerror="x', "https://a.example/<b>", "HTTPS://ä.example/"),
        *("data:image/png;base64\\,AAAA", f"https://a.example/{'x' * 2048}", "https://-a.example/"),
        "https://a.example\\@b",
    ],
)
def test_what_is_no_plain_https_address_counts_as_not_given(url: str) -> None:
    quoted = '"' + url.replace('"', '""') + '"'
    found = parsed(f"beer_name,brewery_name,image_url\nNight,Mill,{quoted}\n", "catalogue/a.csv")
    assert [row["image_url"] for row in found.part] == [None]
    assert list(found.notes.values()) == [1]


def test_an_address_is_kept_letter_by_letter() -> None:
    assert one("https://a.example:8443/1.png?a=1&copy=2", "image_url")["image_url"].endswith("?a=1&copy=2")


def test_places_are_trimmed_and_each_is_there_once() -> None:
    assert one(" Bar  A ; Bär &amp; Co;Bar A;", "places")["places"] == ["Bar A", "Bär & Co"]
    assert one("Bar\u202eA", "places")["places"] is None
    assert one(";".join(map(str, range(101))), "places")["places"] is None


def test_a_description_that_is_too_long_counts_as_not_given() -> None:
    assert one("d" * 2001, "description")["description"] is None
    assert one("d" * 2000, "description")["description"] == "d" * 2000
