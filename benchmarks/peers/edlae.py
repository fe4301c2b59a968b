"""EDLAE: EASE that learns to restore histories of which a part was dropped (Steck, 2020, "Autoencoders that don't
overfit towards the Identity")."""

from __future__ import annotations

import numpy as np

from benchmarks.data.ratings import Ratings
from benchmarks.peers import ease
from benchmarks.peers.model import Settings
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"dropout": 0.33, "penalty": 200.0},
    {"dropout": 0.5, "penalty": 800.0},
    {"dropout": 0.7, "penalty": 200.0},
    {"dropout": 0.2, "penalty": 400.0},
    {"dropout": 0.5, "penalty": 50.0},
    {"dropout": 0.33, "penalty": 2000.0},
)


def fit(
    training: Ratings,
    attributes: ItemAttributes,  # noqa: ARG001 (a peer's interface)
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001
) -> ease.Linear | ease.LinearByRows:
    """EASE with the penalties dropout / (1 - dropout) diag(X'X) + penalty: the paper's closed form of full rank."""
    dropped = settings["dropout"] / (1 - settings["dropout"]) * training.beer_counts
    return ease.solve(training.matrix(), (dropped + settings["penalty"]).astype(np.float32), settings)
