"""Everybody gets the most reviewed beers, of all time or of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = ({},)


@dataclass(frozen=True)
class Popularity:
    settings: Settings
    counts: Scores  # [beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.repeat(self.counts[None, :], len(users), axis=0)


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001
) -> Popularity:
    """Count reviews, with `days` those of the last so many; of beers with equally many, all reviews decide."""
    counts = training.beer_counts.astype(np.float64)
    if "days" in settings:
        recent = training.select(training.day > training.day.max() - settings["days"])
        counts = recent.beer_counts + counts / (counts.max() + 1)
    return Popularity(settings, counts.astype(np.float32))
