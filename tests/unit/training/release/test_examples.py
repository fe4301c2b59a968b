"""Guests that nobody is, and what they would get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.training.made_up import catalogue_of, ratings, split_of

pytest.importorskip("tensorflow")
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings
from trainer.release.examples import examples

# Beers 0 to 3 are stouts and 4 to 6 pils; 7 is the only porter, and the style of 8 is unknown.
STYLES = ["Stout"] * 4 + ["Pils"] * 3 + ["Porter", ""]
CATALOGUE = catalogue_of(breweries=["alder"] * len(STYLES), styles=STYLES)


class Models:
    """Retrieval has the beers of the last id first; what ranking predicts is 3 points for each."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def retrieve(self, histories: Histories, usernames: Any, _beers: Any) -> Any:
        from trainer.release.models import Retrieved

        self.asked = [histories.beer[a:b].tolist() for a, b in zip(histories.start, histories.start[1:], strict=False)]
        assert set(histories.score) == {5.0}
        order = np.tile(np.arange(len(STYLES), dtype=np.int32)[::-1], (len(usernames), 1))
        return Retrieved(order, -np.arange(order.size, dtype=np.float32).reshape(order.shape))

    def predict(self, ratings: Ratings, *_: Any) -> Any:
        return np.full(len(ratings), 4.0, np.float32)


def test_each_guest_likes_the_three_most_reviewed_beers_of_a_style_and_gets_others() -> None:
    counts = [1, 5, 3, 4, 2, 1, 3, 9, 9]
    pairs = [(user, beer, 4.0) for beer, count in enumerate(counts) for user in range(count)]
    models = Models()
    split = split_of(ratings(*pairs), Ratings.none(), ratings((0, 0, 4.0)), users=9, beers=len(STYLES))
    found = examples(models, 1.0, replace(split, beers=CATALOGUE))  # type: ignore[arg-type]
    # The porter and what has no style have most reviews, and too few beers to like three.
    assert [example.style for example in found] == ["Stout", "Pils"]
    assert models.asked == [[1, 3, 2], [6, 4, 5]]
    assert [beer.style for beer in found[0].listed] == ["", "Porter", "Pils", "Pils", "Pils", "Stout"]
    assert {beer.score for beer in found[0].listed} == {4.0}
    assert found[0].liked[0] == f"{CATALOGUE.names[1]} (alder)"


def test_without_styles_there_is_nobody_to_show() -> None:
    bare = catalogue_of(breweries=["alder"] * 3)
    split = split_of(ratings((0, 0, 4.0)), Ratings.none(), ratings((0, 1, 4.0)), users=1, beers=3)
    assert examples(Models(), 1.0, replace(split, beers=replace(bare, styles=np.array([""] * 3, object)))) == []  # type: ignore[arg-type]
