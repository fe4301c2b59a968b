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


def dated(days: list[int], *pairs: tuple[int, int], score: float = 3.0) -> Ratings:
    """(user, beer) each, each of its own of the `days`."""
    return replace(interactions(*pairs, score=score), day=np.array(days, np.int32))


def split_of(training: Ratings, validation: Ratings, held_out: Ratings, users: int, beers: int) -> Split:
    """Users u0, u1, …, and beers b000, b001, … that have nothing in common."""
    texts = [f"b{beer:03}" for beer in range(beers)]
    catalogue = catalogue_of(breweries=texts, styles=texts)
    return Split(np.array([f"u{user}" for user in range(users)], object), catalogue, training, validation, held_out)


def catalogue_of(breweries: list[str], styles: list[str] | None = None) -> Beers:
    """Beers b000, b001, … of unknown strength, and of unknown styles where none are given."""
    ids = np.array([f"b{beer:03}" for beer in range(len(breweries))], object)
    kinds = np.array(styles or [""] * len(breweries), object)
    return Beers(ids, ids, np.array(breweries, object), kinds, np.full(len(breweries), -1, np.float32))


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
