"""How users are grouped when they are asked about."""

from __future__ import annotations

import histories
import numpy as np
import pytest
from reviews import Rows

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
