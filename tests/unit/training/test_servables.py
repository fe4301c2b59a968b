"""How users are grouped when they are asked about, and that each gets their own answer."""

from __future__ import annotations

import histories
import numpy as np
import pytest
from histories import Histories
from reviews import Beers, Rows

from tests.unit.training.jobs import Run, taste

pytest.importorskip("tensorflow")
import servables


def test_groups_hold_few_users_and_few_cells_and_everybody_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servables, "_USERS_AT_ONCE", 3)
    monkeypatch.setattr(servables, "_CELLS_AT_ONCE", 8)
    # Users 0 to 3 have a review each, user 4 has four, user 5 has nine.
    user = np.repeat(np.arange(6, dtype=np.int32), [1, 1, 1, 1, 4, 9])
    known = histories.of_rows(Rows(user, np.arange(17, dtype=np.int32), np.ones(17, np.float32)), 6)
    groups = [group.tolist() for group in servables._alike_long(known)]
    # Three users at most; then 2 users x 4 reviews = 8 cells; a history of 9 comes alone.
    assert groups == [[0, 1, 2], [3, 4], [5]]


def test_lists_are_in_the_order_of_users_however_long_their_histories(
    first: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = servables.Pair(first.model)
    ids = np.array(sorted({row["beer_id"] for row in taste()}), object)
    beers = Beers(ids, ids, ids, ids, np.full(len(ids), -1, np.float32))
    known = Histories(np.array([0, 3, 4, 6]), np.array([0, 1, 2, 3, 4, 5], np.int32), np.full(6, 4.0, np.float32))
    names = np.array(["long", "short", "between"], object)
    monkeypatch.setattr(servables, "_USERS_AT_ONCE", 1)  # the shortest history is asked about first
    found = pair.retrieved(known, names, beers)
    for user in range(3):
        alone = pair.retrieved(known.of(np.array([user])), names[[user]], beers)
        assert found.beers[user].tolist() == alone.beers[0].tolist()
        assert found.scores[user] == pytest.approx(alone.scores[0], rel=1e-5)
