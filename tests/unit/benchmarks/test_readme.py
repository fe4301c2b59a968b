"""What README says of quality is what was measured."""

from __future__ import annotations

import json

from local import PROJECT

README = " ".join((PROJECT / "README.md").read_text().split())
DATA_SETS = json.loads((PROJECT / "docs/benchmarks.json").read_text())["data_sets"]


def found_of_ten(data_set: str) -> dict[str, str]:
    """By model, in words: of ten held-out beers, how many are among its first hundred."""
    recalls = {name: one["mean"].get("recall_at_100") for name, one in DATA_SETS[data_set]["models"].items()}
    return {name: f"{10 * recall:.1f}" for name, recall in recalls.items() if recall is not None}


def best_peer(found: dict[str, str]) -> str:
    return max((float(value), name) for name, value in found.items() if not name.startswith("taproom"))[1]


def test_the_figure_on_the_first_screen_is_that_of_the_benchmark() -> None:
    found = found_of_ten("beeradvocate_full")
    assert best_peer(found) == "implicit-als"
    assert (
        f"On {DATA_SETS['beeradvocate_full']['reviews']:,} BeerAdvocate reviews, of ten beers that people rated and no "
        f"model had seen, {found['taproom']} are among the hundred that it puts first for them; the best of its peers "
        f"there, implicit ALS, has {found['implicit-als']}, sheer popularity {found['popularity']}."
    ) in README


def test_where_it_is_hardly_ahead_that_is_said_as_well() -> None:
    found = found_of_ten("movielens_small")
    assert best_peer(found) == "collective-ease"
    assert (
        f"On MovieLens it is hardly ahead: it has {found['taproom']}, and collective EASE "
        f"{found['collective-ease']}, whose first ten are better."
    ) in README
    models = DATA_SETS["movielens_small"]["models"]
    ours, theirs = (models[name]["mean"] for name in ("taproom", "collective-ease"))
    assert ours["recall_at_100"] > theirs["recall_at_100"]
    assert ours["recall_at_10"] < theirs["recall_at_10"] and ours["ndcg_at_10"] < theirs["ndcg_at_10"]
