"""Candidates from retrieval's answer."""

from __future__ import annotations

import pytest

from recommend.catalogue.beer_filter import BeerFilter
from recommend.recommending import candidates
from recommend.recommending.candidates import Candidate
from taproom.catalogue_file import Beer

ONE, TWO, THREE = (Beer(beer_id, beer_id, "Alder", None, None, 1, 4.0, 3.5) for beer_id in "123")


def test_the_tried_and_the_unknown_are_dropped_and_the_rest_keep_their_place() -> None:
    untried, beers = BeerFilter(exclude=frozenset("1")), {"1": ONE, "2": TWO, "3": THREE}
    found = candidates.from_retrieval(["9", "3", "1", "2"], [0.9, 0.5, 0.25, -0.5], untried, beers)
    assert found == [Candidate(THREE, 0.5, 2), Candidate(TWO, -0.5, 4)]


def test_a_beer_too_many_for_retrievals_scores_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        candidates.from_retrieval(["1", "2"], [0.5], BeerFilter(), {})
