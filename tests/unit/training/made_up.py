"""Ratings and splits as tests write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from tests.unit.training.jobs import taste, write_part
from trainer.data import reviews
from trainer.data.attributes import ItemAttributes
from trainer.data.reviews import Beers, Ratings
from trainer.data.split import Split, split
from trainer.hyperparameters import parsed


def ratings(*triples: tuple[int, int, float]) -> Ratings:
    """(user, beer, score) each."""
    user, beer, score = zip(*triples, strict=True) if triples else ((), (), ())
    return Ratings(np.array(user, np.int32), np.array(beer, np.int32), np.array(score, np.float32))


def interactions(*pairs: tuple[int, int], score: float = 3.0) -> Ratings:
    """(user, beer) each, all with the same score."""
    return ratings(*((user, beer, score) for user, beer in pairs))


def split_of(training: Ratings, validation: Ratings, held_out: Ratings, users: int, beers: int) -> Split:
    """Users u0, u1, …, and beers b000, b001, … that have nothing in common."""
    texts = np.array([f"b{beer:03}" for beer in range(beers)], object)
    catalogue = Beers(texts, texts, texts, texts, np.full(beers, -1, np.float32))
    return Split(np.array([f"u{user}" for user in range(users)], object), catalogue, training, validation, held_out)


def split_of_taste(folder: Path, users: int) -> Split:
    """Of jobs.taste, by the defaults."""
    write_part(folder, taste(users=users))
    return split(reviews.read(folder), parsed({}))


class Sealed:
    """Stands for held-out ratings where nobody may look at them."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} of held-out ratings is read while fitting")

    def __len__(self) -> int:
        raise AssertionError("held-out ratings are counted while fitting")


def sealed(whole: Split) -> Split:
    """`whole`, whose held-out ratings can't be read."""
    return replace(whole, held_out=cast(Ratings, Sealed()))


def attributes_of(beers: int) -> ItemAttributes:
    """Of beers that all have the same style, brewery and strength."""
    same, texts = np.zeros(beers, np.int32), np.array(["same"], object)
    return ItemAttributes(same, texts, same, texts, np.zeros(beers, np.float32), abv_mean=5.0, abv_deviation=1.0)
