"""Everybody gets the most reviewed beers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.data.ratings import Places, Ratings
from benchmarks.peers.model import Settings
from benchmarks.tasks.top_lists import Scores

SETTINGS: tuple[Settings, ...] = ({},)


@dataclass(frozen=True)
class Popularity:
    settings: Settings
    counts: Scores  # [beers]

    def scores(self, users: Places, histories: Any) -> Scores:  # noqa: ARG002 (a peer's interface)
        return np.repeat(self.counts[None, :], len(users), axis=0)


def fit(training: Ratings, settings: Settings, seed: int, validation: Ratings | None) -> Popularity:  # noqa: ARG001
    return Popularity(settings, training.beer_counts.astype(np.float32))
