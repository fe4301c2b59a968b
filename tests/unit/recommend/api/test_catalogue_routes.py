"""Searching the catalogue, and what is similar."""

from __future__ import annotations

from pathlib import Path

import pytest

from taproom.catalogue_file import Beer
from tests.unit.recommend.calls import answer, good, ids
from tests.unit.recommend.cloud import NEW, OLD, UNLISTED, Cloud, Release, get

BEERS = (
    Beer("1", "Pale Ale", "Alder Brewing", "American Pale Ale", 5.2, 120, 3.9, 3.88),
    Beer("2", "Stout", "Birch", "Stout", 6.2, 80, 4.2, 4.15),
    Beer("3", "Table Beer", "Alder Brewing", None, None, 10, 3.0, 3.4),
    Beer("4", "Weiße", "Brauhaus Grün", "Berliner Weisse", 3.1, 40, 4.5, 4.3),
    Beer("5", "Hop & Glory's IPA", "Alder Brewing", "India Pale Ale", 7.0, 60, 4.0, 4.0),
    Beer("a/b", "Palest", "Alder Brewing", "India Pale Ale", 7.0, 0, None, 3.9),
)


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    cloud.keep_catalogue(OLD, tmp_path, BEERS)
    return cloud


def found(query: str) -> list[str]:
    return ids(good(get(f"/beers?{query}")))


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("pal", ["1", "a/b", "5"]),
        ("PALE", ["1", "5", "a/b"]),
        ("weisse", ["4"]),
        ("grun", ["4"]),
        ("Gr%C3%BCn", ["4"]),
        ("gru%CC%88n", ["4"]),
        ("alder%20tab", ["3"]),
        ("glory", ["5"]),
        ("stout%20pale", []),
    ],
)
def test_words_and_their_beginnings_are_found_in_name_brewery_and_style_whatever_the_accents(
    search: str, expected: list[str]
) -> None:
    assert sorted(found(f"search={search}")) == sorted(expected)


@pytest.mark.parametrize(
    ("search", "expected"),
    [("weisse", ["7"]), ("strong%20ol", ["8"]), ("%C3%98lfabrikken", ["8"]), ("olfabrikken%20st%C3%86rk", ["9"])],
)
def test_letters_that_a_keyboard_lacks_are_found_as_people_type_them(
    in_service: Cloud, tmp_path: Path, search: str, expected: list[str]
) -> None:
    beers = (
        Beer("7", "Weiße", "Brauhaus Grün", "Hefeweizen", 5.0, 9, 4.0, 4.0),
        Beer("8", "Strong Øl", "Ølfabrikken", "Baltic Porter", 7.5, 9, 4.0, 4.0),
        Beer("9", "Stærk", "Olfabrikken", None, 7.5, 9, 4.0, 4.0),
    )
    in_service.keep_catalogue(OLD, tmp_path, beers)
    assert set(expected) <= set(found(f"search={search}"))


def test_the_name_counts_most_and_then_how_well_known_a_beer_is() -> None:
    assert found("search=pal")[0] == "1"
    assert found("search=birch%20st") == ["2"]


@pytest.mark.parametrize(
    "hostile",
    ["%22", "*", "name:stout", "a%20OR%20b", "(", "NEAR(a%20b)", "-", "%27;drop%20table%20beers", "%00", "^a"],
)
def test_nothing_in_a_search_is_an_operator(hostile: str) -> None:
    status, _ = answer(get(f"/beers?search={hostile}"))
    assert status == 200


def test_without_a_search_the_best_known_come_first_page_by_page() -> None:
    first, second = good(get("/beers?limit=4")), good(get("/beers?limit=4&offset=4"))
    assert (first["total"], first["release"]) == (6, OLD)
    assert ids(first) + ids(second) == ["1", "2", "5", "4", "3", "a/b"]
    assert good(get("/beers?offset=99"))["beers"] == []


def test_a_search_is_filtered_and_counted() -> None:
    body = good(get("/beers?search=alder&style=india%20pale%20ale&min_abv=6&limit=1"))
    assert (body["total"], len(body["beers"])) == (2, 1)
    assert found("brewery=birch") == ["2"]
    assert answer(get("/beers?style=nothing%20like%20it"))[0] == 404


def test_one_beer_by_its_id_whatever_is_in_it() -> None:
    assert good(get("/beers/2")) == {
        "release": OLD,
        "beer_id": "2",
        "name": "Stout",
        "brewery": "Birch",
        "style": "Stout",
        "abv": 6.2,
        "reviews": 80,
        "mean_score": 4.2,
        "loved": 4.15,
        **UNLISTED,
    }
    assert good(get("/beers/a%2Fb"))["mean_score"] is None
    assert good(get("/beers/a%252Fb"))["name"] == "Palest"


def test_a_beer_that_does_not_exist_is_a_404_with_beers_that_are_called_so() -> None:
    status, body = answer(get("/beers/stout"))
    assert (status, body["nearest"]) == (404, ["2 (Stout, Birch)"])
    assert answer(get("/beers/77")) == (404, {"code": "not_found", "message": "There is no beer '77'."})


def test_similar_beers_are_those_nearest_to_who_loved_it_alone(in_service: Cloud) -> None:
    in_service.endpoints["taproom-retrieval"] = Release(OLD, {"2": ["4", "5", "2", "1", "77"]}, {})
    body = good(get("/beers/2/similar?limit=3"))
    assert in_service.asked[0][2] == {"username": [""], "history_beer_ids": [["2"]], "history_scores": [[5.0]]}
    assert (body["beer_id"], body["note"]) == ("2", None)
    assert [(beer["beer_id"], beer["place"], beer["same_style"], beer["same_brewery"]) for beer in body["beers"]] == [
        ("4", 1, False, False),
        ("5", 2, False, False),
        ("1", 3, False, False),
    ]
    in_service.endpoints["taproom-retrieval"] = Release(OLD, {"5": ["a/b"]}, {})
    (near,) = good(get("/beers/5/similar"))["beers"]
    assert (near["same_style"], near["same_brewery"]) == (True, True)


def test_beers_of_its_brewery_then_style_then_strength_are_similar_to_one_without_reviews(
    in_service: Cloud, tmp_path: Path
) -> None:
    # Retrieval knows it by name, and has nothing to say.
    in_service.endpoints["taproom-retrieval"] = Release(OLD, {"a/b": ["2", "1"]}, {})
    other_ipa = Beer("6", "Bitter End", "Birch", "India Pale Ale", 7.0, 0, None, 3.9)
    in_service.keep_catalogue(OLD, tmp_path, (*BEERS, other_ipa))
    body = good(get("/beers/a%2Fb/similar"))
    # Of both; of its brewery, 1.8 % apart and unknown; of its style; .8 and 3.9 % apart.
    assert ids(body) == ["5", "1", "3", "6", "2", "4"]
    assert [(beer["same_style"], beer["same_brewery"]) for beer in body["beers"][:4]] == [
        (True, True),
        (False, True),
        (False, True),
        (True, False),
    ]
    assert body["note"].startswith("No reviews of this beer")
    assert ids(good(get("/beers/a%2Fb/similar?limit=1"))) == ["5"]


def test_of_unknown_style_no_other_beer_is_alike_for_that(in_service: Cloud, tmp_path: Path) -> None:
    unknown = (Beer("7", "A", "Cedar", None, None, 0, None, 3.9), Beer("8", "B", "Dill", None, None, 9, 3.0, 3.1))
    in_service.keep_catalogue(OLD, tmp_path, (*BEERS, *unknown))
    # Nothing in common with any, so the most loved come first.
    assert ids(good(get("/beers/7/similar?limit=7"))) == ["4", "2", "5", "a/b", "1", "3", "8"]


def test_what_is_similar_to_no_beer_is_a_404() -> None:
    assert answer(get("/beers/77/similar"))[0] == 404


def test_styles_and_breweries_come_with_their_beers_and_reviews_the_most_reviewed_first() -> None:
    styles = good(get("/styles"))["styles"]
    assert [style["style"] for style in styles] == ["American Pale Ale", "Stout", "India Pale Ale", "Berliner Weisse"]
    assert styles[2] == {"style": "India Pale Ale", "beers": 2, "reviews": 60}
    body = good(get("/breweries?limit=1"))
    assert body["total"] == 3
    assert body["breweries"] == [{"brewery": "Alder Brewing", "beers": 4, "reviews": 190}]
    assert [one["brewery"] for one in good(get("/breweries?search=GRUN"))["breweries"]] == ["Brauhaus Grün"]


def test_before_the_first_release_the_catalogue_is_a_503(in_service: Cloud) -> None:
    for archive in ("retrieval", "ranking"):
        in_service.sagemaker.delete_endpoint(EndpointName=f"taproom-{archive}")
    status, body = answer(get("/beers"))
    assert status == 503
    assert body["message"].startswith("No model is in service yet")


def test_a_release_that_retrieval_has_answered_with_is_the_one_in_service(in_service: Cloud, tmp_path: Path) -> None:
    assert good(get("/beers/2"))["name"] == "Stout"
    in_service.keep_catalogue(NEW, tmp_path, (BEERS[1]._replace(name="Stouter"),))
    in_service.endpoints["taproom-retrieval"] = Release(NEW, {"0": ["2"]}, {})
    good(get("/users/ann/recommendations"))
    assert good(get("/beers/2"))["name"] == "Stouter"


@pytest.mark.parametrize("search", ["%22", "*", "-", "%F0%9F%8D%BA"])
def test_a_search_of_signs_alone_finds_nothing(search: str) -> None:
    assert good(get(f"/beers?search={search}"))["total"] == 0


def test_a_blank_search_is_none() -> None:
    assert good(get("/beers?search=%20"))["total"] == good(get("/beers"))["total"] > 0


def test_in_the_order_of_styles_the_second_best_known_beer_of_a_style_counts_half() -> None:
    # India Pale Ales have 60 and 0 reviews; no other style here has two beers.
    assert found("order=styles") == ["1", "2", "5", "4", "3", "a/b"]
    assert found("order=styles&limit=2&offset=1") == ["2", "5"]
    assert good(get("/beers?order=styles&style=india%20pale%20ale"))["total"] == 2


def test_of_three_beers_of_one_style_the_third_counts_a_third(in_service: Cloud, tmp_path: Path) -> None:
    stouts = tuple(Beer(f"s{number}", "S", "B", "Stout", 6.0, 100 - number, 4.0, 4.0) for number in range(3))
    in_service.keep_catalogue(NEW, tmp_path, (*stouts, Beer("p", "P", "B", "Pils", 5.0, 40, 4.0, 4.0)))
    in_service.deploy(NEW, "retrieval")
    in_service.endpoints["taproom-retrieval"] = Release(NEW, {}, {})
    # 100, 99 / 2, 40 and 98 / 3.
    assert found("order=styles") == ["s0", "s1", "p", "s2"]
