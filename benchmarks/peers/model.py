"""What a peer is: a module with SETTINGS (tries, the likeliest first) and `fit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from benchmarks.data.ratings import Numbers, Places, Ratings
from benchmarks.tasks.top_lists import Scores
from trainer.data.attributes import ItemAttributes

Settings = Mapping[str, Any]


class Retrieval(Protocol):
    """A fitted model that orders beers."""

    @property
    def settings(self) -> Settings:
        """Those it was fitted with, epochs included."""

    def scores(self, users: Places, histories: Any) -> Scores:
        """Scores [users, beers], the caller's to overwrite, for `histories` (CSR [users, beers]) of user codes."""


class Ranking(Protocol):
    """A fitted model that predicts scores."""

    @property
    def settings(self) -> Settings:
        """Those it was fitted with, epochs included."""

    def predicted(self, rows: Ratings) -> Numbers:
        """Scores [rows]."""


class RetrievalPeer(Protocol):
    """A module of a retrieval peer."""

    SETTINGS: Sequence[Settings]

    def fit(
        self, training: Ratings, attributes: ItemAttributes, settings: Settings, seed: int, validation: Ratings | None
    ) -> Retrieval:
        """With `validation`, epochs that `settings` leave open are chosen on it."""


class RankingPeer(Protocol):
    """A module of a ranking peer."""

    SETTINGS: Sequence[Settings]

    def fit(
        self, training: Ratings, attributes: ItemAttributes, settings: Settings, seed: int, validation: Ratings | None
    ) -> Ranking:
        """With `validation`, epochs that `settings` leave open are chosen on it."""
