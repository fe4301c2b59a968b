"""How users are batched when they are asked about, and that each gets their own answer."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.training.jobs import Run, taste
from trainer.data.histories import Histories
from trainer.data.reviews import Beers

pytest.importorskip("tensorflow")
from trainer.release import models as release_models


def test_lists_are_in_the_order_of_users_however_long_their_histories(
    first: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = release_models.ReleaseModels(first.model)
    ids = np.array(sorted({row["beer_id"] for row in taste()}), object)
    beers = Beers(ids, ids, ids, ids, np.full(len(ids), -1, np.float32))
    histories = Histories(np.array([0, 3, 4, 6]), np.array([0, 1, 2, 3, 4, 5], np.int32), np.full(6, 4.0, np.float32))
    names = np.array(["long", "short", "between"], object)
    monkeypatch.setattr(release_models, "_USERS_AT_ONCE", 1)  # the shortest history is asked about first
    found = models.retrieve(histories, names, beers)
    for user in range(3):
        alone = models.retrieve(histories.select(np.array([user])), names[[user]], beers)
        assert found.beers[user].tolist() == alone.beers[0].tolist()
        assert found.scores[user] == pytest.approx(alone.scores[0], rel=1e-5)
