"""Which ids are one beer's, and that it is fitted as one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from taproom.contract import beer_id_of
from tests.prerequisites import BEERADVOCATE_5500
from tests.unit.training.jobs import DROPPED, review, write_part
from trainer.data import reviews
from trainer.data.reviews import Reviews

STOUT = beer_id_of("North", "Stout")
# Three drops, a day after the other.
ONE, TWO, THREE = (f"2026010{day}T000000Z-000000000000" for day in (1, 2, 3))


def stout(username: str, beer_id: str, score: float = 4, **others: Any) -> dict[str, Any]:
    return review(username, beer_id, score, beer_name="Stout", brewery_name="North") | others


def read(folder: Path, drops: dict[str, list[dict[str, Any]]]) -> Reviews:
    """What training reads of drops, by the names of their parts."""
    for name, rows in drops.items():
        write_part(folder, rows, name)
    return reviews.read(folder)


def aliases(known: Reviews) -> dict[str, str]:
    """The other ids, each with the one that stays, which must be that of a beer."""
    assert set(known.beers.aliases.values()) <= set(known.beers.ids)
    assert not set(known.beers.aliases) & set(known.beers.ids)
    return dict(known.beers.aliases)


def test_a_given_id_has_the_one_that_a_row_without_it_would_get_and_a_made_one_has_none(tmp_path: Path) -> None:
    made = beer_id_of("South", "Ale")
    rows = [stout("ann", "123"), review("ann", made, 3, beer_name="Ale", brewery_name="South")]
    known = read(tmp_path, {ONE: rows})
    assert known.beers.ids.tolist() == ["123", made]
    assert aliases(known) == {STOUT: "123"}


def test_a_made_id_whose_beer_was_renamed_is_no_twin_of_what_has_its_old_name_now(tmp_path: Path) -> None:
    renamed = review("bob", STOUT, 3, beer_name="Porter", brewery_name="North")
    porter = beer_id_of("North", "Porter")
    known = read(
        tmp_path, {ONE: [stout("ann", STOUT)], TWO: [stout("ann", "123"), renamed, renamed | {"beer_id": porter}]}
    )
    assert known.beers.ids.tolist() == sorted(["123", STOUT])
    assert aliases(known) == {porter: STOUT}


@pytest.mark.parametrize(("first", "second"), [(STOUT, "123"), ("123", STOUT)])
def test_a_beer_that_came_with_an_id_and_without_one_is_one_beer_by_the_given_id(
    tmp_path: Path, first: str, second: str
) -> None:
    known = read(tmp_path, {ONE: [stout("ann", first, 2)], TWO: [stout("ann", second, 5), stout("bob", first, 3)]})
    assert aliases(known) == {STOUT: "123"}
    assert known.beers.ids.tolist() == ["123"]
    # Of what ann says by either id the later drop counts: both reviews are of one time.
    assert known.ratings.score.tolist() == [5, 3]
    assert known.ratings.beer.tolist() == [0, 0]


def test_the_latest_review_counts_whichever_id_it_has(tmp_path: Path) -> None:
    this_year = stout("ann", "123", 5, reviewed_at=DROPPED)
    archive = stout("ann", STOUT, 1, reviewed_at=DROPPED - timedelta(days=4000))
    undated = stout("ann", STOUT, 2, reviewed_at=None)
    assert read(tmp_path, {ONE: [this_year], TWO: [archive], THREE: [undated]}).ratings.score.tolist() == [5]


def test_what_a_twin_leaves_out_the_other_tells(tmp_path: Path) -> None:
    dated = stout("ann", STOUT, style=None, abv=None, reviewed_at=DROPPED)
    known = read(tmp_path, {ONE: [stout("ann", "123", style="Porter", abv=6.5, reviewed_at=None)], TWO: [dated]})
    assert (known.beers.styles.tolist(), known.beers.abv.tolist()) == (["Porter"], [6.5])


def test_names_are_compared_in_nfkc_without_case_and_runs_of_blanks(tmp_path: Path) -> None:
    decomposed = stout("ann", "7", beer_name="STO\u0308UT  One", brewery_name="north")
    composed = stout("bob", beer_id_of("North", "St\u00f6ut One"), beer_name="St\u00f6ut One")
    plain = stout("cid", "9", beer_name="Stout One")
    known = read(tmp_path, {ONE: [decomposed], TWO: [composed], THREE: [plain]})
    assert aliases(known) == {beer_id_of("North", "St\u00f6ut One"): "7", beer_id_of("North", "Stout One"): "9"}
    assert known.beers.ids.tolist() == ["7", "9"]


def test_ids_of_two_sites_are_one_beers_by_the_shorter_and_then_the_lower(tmp_path: Path) -> None:
    drops = {ONE: [stout("ann", "2002")], TWO: [stout("bob", "301")], THREE: [stout("cid", "299"), stout("cid", STOUT)]}
    assert aliases(read(tmp_path, drops)) == {"2002": "299", "301": "299", STOUT: "299"}


def test_which_id_stays_does_not_depend_on_the_order_of_drops(tmp_path: Path) -> None:
    drops = {"2002": [stout("ann", "2002")], "301": [stout("bob", "301")], STOUT: [stout("cid", STOUT)] * 3}
    orders = [(ONE, TWO, THREE), (THREE, ONE, TWO), (TWO, THREE, ONE)]
    found = [
        aliases(read(tmp_path / str(number), dict(zip(order, drops.values(), strict=True))))
        for number, order in enumerate(orders)
    ]
    assert found == [{"2002": "301", STOUT: "301"}] * 3


def test_two_given_ids_that_one_drop_has_are_two_beers_and_a_made_one_may_be_either(tmp_path: Path) -> None:
    together = [stout("ann", "1"), stout("ann", "2"), stout("ben", STOUT)]
    known = read(tmp_path, {ONE: [stout("bob", "1")], TWO: together, THREE: [stout("cid", "3")]})
    assert aliases(known) == {}
    assert known.beers.ids.tolist() == ["1", "2", "3", STOUT]


def test_a_drop_that_is_withdrawn_tells_nothing_apart_any_more(tmp_path: Path) -> None:
    drops = {ONE: [stout("bob", "1")], TWO: [stout("cid", "2")], THREE: [stout("ann", "1"), stout("ann", "2")]}
    assert aliases(read(tmp_path / "before", drops)) == {}
    del drops[THREE]
    assert aliases(read(tmp_path / "after", drops)) == {"2": "1", STOUT: "1"}


def test_a_name_at_two_breweries_and_a_number_for_a_brewery_are_no_twins(tmp_path: Path) -> None:
    known = read(
        tmp_path,
        {
            ONE: [stout("ann", "1"), stout("ann", "2", brewery_name="75")],
            TWO: [stout("bob", "3", brewery_name="South"), stout("bob", "4", brewery_name="75")],
        },
    )
    assert aliases(known) == {STOUT: "1", beer_id_of("South", "Stout"): "3"}


def test_a_real_site_s_ids_stay_as_many_as_they_are(tmp_path: Path) -> None:
    """Four of its beers have two ids each, as they are brewed at two places."""
    columns = ["username", "beer_id", "beer_name", "brewery_name"]
    given = pd.read_csv(
        BEERADVOCATE_5500.required(), usecols=columns, dtype={"beer_id": str}, keep_default_na=False
    ).drop_duplicates("beer_id")
    assert given.duplicated(["beer_name", "brewery_name"]).sum() == 4
    rows = [
        stout(user, beer_id, beer_name=name, brewery_name=brewery)
        for user, beer_id, name, brewery in given[columns].to_numpy()
    ]
    known = read(tmp_path, {ONE: rows})
    # Whoever drops a beer's name without an id means one of the others surely.
    assert (len(known.beers), len(aliases(known))) == (5500, 5500 - 8)
