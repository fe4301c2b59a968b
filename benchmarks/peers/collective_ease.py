"""Collective EASE: breweries and styles are users, too, who reviewed all of their beers.

After SSLIM (Ning and Karypis, 2012, "Sparse Linear Methods with Side Information for Top-N Recommendations") and
Jeunen, Van Balen and Goethals, 2020, "Closed-Form Models for Collaborative Filtering with Side-Information".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.data.ratings import Flags, Ids, Ratings
from benchmarks.peers import ease
from benchmarks.peers.model import Settings
from trainer.data.attributes import ItemAttributes

SETTINGS: tuple[Settings, ...] = (
    {"brewery_weight": 40.0, "style_weight": 4.0, "penalty": 400.0},
    {"brewery_weight": 10.0, "style_weight": 1.0, "penalty": 400.0},
    {"brewery_weight": 4.0, "style_weight": 0.4, "penalty": 200.0},
    {"brewery_weight": 100.0, "style_weight": 10.0, "penalty": 1000.0},
    {"brewery_weight": 40.0, "style_weight": 4.0, "penalty": 2000.0},
    {"brewery_weight": 1.0, "style_weight": 0.1, "penalty": 200.0},
)


def fit(
    training: Ratings,
    attributes: ItemAttributes,
    settings: Settings,
    seed: int,  # noqa: ARG001
    validation: Ratings | None,  # noqa: ARG001 (a peer's interface)
) -> ease.Linear | ease.LinearByRows:
    """EASE of the matrix of users, under which are rows sqrt(weight) * (the beer is of this brewery, or style)."""
    from scipy.sparse import vstack

    has_style = attributes.styles[attributes.style] != ""
    rows = vstack(
        [
            training.matrix(),
            membership(attributes.brewery, np.ones(training.beers, np.bool_), settings["brewery_weight"]),
            membership(attributes.style, has_style, settings["style_weight"]),
        ],
        format="csr",
    )
    return ease.solve(rows, np.full(training.beers, settings["penalty"], np.float32), settings)


def membership(group: Ids, known: Flags, weight: float) -> Any:
    """CSR [groups, beers], sqrt(weight) where a beer's `group` [beers] is that row's and `known` [beers]."""
    from scipy.sparse import csr_matrix

    beer = np.flatnonzero(known)
    values = np.full(len(beer), np.sqrt(weight), np.float32)
    return csr_matrix((values, (group[beer], beer)), shape=(int(group.max()) + 1, len(group)))
