"""The first places of everybody's list are those of the whole list, though few beers are ranked for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.training.made_up import catalogue_of
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings

pytest.importorskip("tensorflow")

USERS, BEERS, LENGTH = 40, 300, 10
CATALOGUE = catalogue_of(breweries=["alder"] * BEERS)
NAMES = np.array([f"user {user}" for user in range(USERS)], object)


class Models:
    """Any scores of retrieval and ranking, in place of a release's models; counts what is ranked."""

    def __init__(self, seed: int, spread: float) -> None:
        chance = np.random.default_rng(seed)
        # In steps, so that some are equal.
        self.near = np.round(chance.normal(size=(USERS, BEERS)) * spread, 1).astype(np.float32)
        self.scores = np.round(chance.uniform(0, 5, (USERS, BEERS)), 1).astype(np.float32)
        self.ranked = 0

    def retrieve(self, _histories: Histories, usernames: Any, _beers: Any) -> Any:
        from trainer.release.models import Retrieved

        order = np.argsort(-self.near, axis=1, kind="stable")[: len(usernames), :200].astype(np.int32)
        return Retrieved(order, np.take_along_axis(self.near, order, axis=1))

    def predict(self, ratings: Ratings, *_: Any) -> Any:
        self.ranked += len(ratings)
        return self.scores[ratings.user, ratings.beer]


def histories(seed: int) -> Histories:
    chance = np.random.default_rng(100 + seed)
    beers = np.concatenate([chance.choice(BEERS, 20, replace=False) for _ in range(USERS)]).astype(np.int32)
    return Histories(np.arange(USERS + 1) * 20, beers, chance.uniform(1, 5, USERS * 20).astype(np.float32))


@pytest.mark.parametrize("weight", [0.0, 0.5, 3.0, 20.0])
@pytest.mark.parametrize("spread", [0.5, 5.0, 50.0])
def test_they_are_those_of_the_whole_list(weight: float, spread: float) -> None:
    from trainer.release.blending import score_histories
    from trainer.release.top_lists import top_lists

    models, own = Models(seed=1, spread=spread), histories(1)
    may_be_shown = np.arange(BEERS) % 7 != 0
    found = top_lists(models, weight, own, NAMES, CATALOGUE, may_be_shown, LENGTH)  # type: ignore[arg-type]
    ranked, models.ranked = models.ranked, 0
    whole = score_histories(models, own, NAMES, CATALOGUE).blended(weight)  # type: ignore[arg-type]
    for user in range(USERS):
        tried = own.beer[own.start[user] : own.start[user + 1]]
        expected = [beer for beer in whole[user] if may_be_shown[beer] and beer not in tried][:LENGTH]
        assert found.beers[user].tolist() == expected
        assert found.scores[user].tolist() == models.scores[user, expected].tolist()
    if weight <= 3.0 and spread == 50.0:
        assert ranked < models.ranked / 2


def test_a_list_is_shorter_where_fewer_beers_may_be_shown() -> None:
    from trainer.release.top_lists import top_lists

    models, own = Models(seed=2, spread=5.0), histories(2)
    only = int(models.retrieve(own, NAMES, CATALOGUE).beers[0, 50])
    may_be_shown = np.arange(BEERS) == only
    found = top_lists(models, 3.0, own, NAMES, CATALOGUE, may_be_shown, LENGTH)  # type: ignore[arg-type]
    assert set(found.beers[0, 1:]) == {-1}
    assert found.beers[0, 0] == only or only in own.beer[:20]
