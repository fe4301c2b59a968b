"""Which beer a row is of: ids, names, and those of the catalogue in service."""

from __future__ import annotations

import unicodedata

import pytest

from ingest.values.beers import breweries_agree, names_agree
from taproom.contract import beer_id_of
from tests.unit.ingest.parsed import HEADER, Parsed, parsed

ANOTHER = "the beer_id is another beer's by brewery and name, so these two tell the beer"


class OneBeer:
    """A catalogue in which beer 276 is Sierra Nevada Pale Ale."""

    def named(self, beer_id: str) -> tuple[str, str] | None:
        return ("Sierra Nevada Pale Ale", "Sierra Nevada Brewing Co.") if beer_id == "276" else None


def of_beers(*beers: tuple[str, str, str], catalogue: OneBeer | None = None) -> Parsed:
    rows = (f"{beer_id},4,user{place},{name},{brewery}\n" for place, (beer_id, name, brewery) in enumerate(beers))
    return parsed("beer_id," + HEADER + "".join(rows), catalogue=catalogue)


def ids(found: Parsed) -> list[str]:
    return [row["beer_id"] for row in found.part]


def test_one_beer_by_id_decimal_id_and_name_is_one_beer_and_so_are_two_forms_of_a_letter() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Stöut") for form in ("NFC", "NFD"))
    found = of_beers(
        ("123", "Stout", "North"),
        ("123.0", "Stout", "North"),
        ("", "Stout", "North"),
        ("", composed, "North"),
        ("", decomposed, "North"),
    )
    assert ids(found) == ["123", "123", "123", beer_id_of("North", "Stöut"), beer_id_of("North", "Stöut")]
    assert [row["beer_name"] for row in found.part[3:]] == [composed, composed]


def test_case_blanks_and_widths_make_no_other_beer() -> None:
    found = of_beers(("", "Pale Ale", "Old Mill"), ("", "PALE  ale ", "old mill"), ("", "\uff30ale Ale", "Old Mill"))
    assert set(ids(found)) == {beer_id_of("Old Mill", "Pale Ale")}


def test_a_row_without_an_id_finds_it_though_it_comes_first() -> None:
    assert ids(of_beers(("", "stout", "NORTH"), ("123", "Stout", "North"))) == ["123", "123"]


def test_an_id_of_another_site_does_not_rename_the_catalogue_s_beer() -> None:
    found = of_beers(("276", "Atak", "Pinta"), catalogue=OneBeer())
    assert ids(found) == [beer_id_of("Pinta", "Atak")]
    assert found.notes == {ANOTHER: 1}
    assert ids(of_beers(("276", "Atak", "Pinta"))) == ["276"]


def test_within_a_file_the_first_beer_of_an_id_keeps_it() -> None:
    found = of_beers(("7", "Atak", "Pinta"), ("7", "Pils", "Jever"), ("7", "ATAK", "Browar Pinta"))
    assert ids(found) == ["7", beer_id_of("Jever", "Pils"), "7"]
    assert found.notes == {ANOTHER: 1}


def test_without_an_id_brewery_and_name_tell_the_beer_whatever_release_is_in_service() -> None:
    beer = ("", "SIERRA NEVADA Pale Ale", "Sierra Nevada Brewing Co.")
    assert ids(of_beers(beer, catalogue=OneBeer())) == ids(of_beers(beer)) == [beer_id_of(beer[2], beer[1])]


def test_an_id_that_is_the_catalogue_s_stays_through_a_usual_renaming() -> None:
    found = of_beers(("276", "Pale Ale (2019)", "Sierra Nevada Brewery"), catalogue=OneBeer())
    assert (ids(found), found.notes) == (["276"], {})


def test_where_breweries_have_numbers_alone_the_names_decide() -> None:
    header = "beer/beerId,beer/brewerId,beer/name,review/overall,user/profileName\n"
    found = parsed(header + "276,140,Pale Ale,4,ann\n276,140,Atak,4,ann\n", catalogue=OneBeer())
    assert ids(found) == ["276", beer_id_of("140", "Atak")]
    assert found.file.notes == ["Breweries have no names: the number in beer/brewerId stands for each."]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pale Ale", "Pale Ale 2010"),
        ("Hop Storm", "Hop Storm IPA"),
        ("Märzen", "Maerzen"),
        ("Kölsch", "KOLSCH"),
        ("Two Hearted Ale", "Two-Hearted"),
        ("Sierra Nevada Bigfoot", "Bigfoot"),
    ],
)
def test_usual_renamings_of_beers_agree(one: str, other: str) -> None:
    assert names_agree(one, other, besides="Sierra Nevada")
    assert names_agree(other, one, besides="Sierra Nevada")


@pytest.mark.parametrize(("one", "other"), [("Atak", "Pale Ale"), ("Brown Ale", "Pale Ale"), ("Pils", "Bock")])
def test_other_beers_do_not_agree(one: str, other: str) -> None:
    assert not names_agree(one, other)


def test_of_breweries_what_all_are_called_does_not_count() -> None:
    assert breweries_agree("Sierra Nevada Brewing Co.", "Sierra Nevada Brewing Company")
    assert breweries_agree("Brauerei Aying", "Ayinger Privatbrauerei")
    assert breweries_agree("Pinta", "Browar Pinta")
    assert not breweries_agree("North Brewery", "South Brewery")
    assert not breweries_agree("Pinta", "Sierra Nevada Brewing Co.")
