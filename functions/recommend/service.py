"""All that the routes need, wired together once a container."""

from __future__ import annotations

from dataclasses import dataclass

from recommend.histories import Histories
from recommend.in_service import InService
from recommend.models import Models
from recommend.own_reviews import OwnReviews
from recommend.recommender import Recommender
from recommend.release_history import ReleaseHistory
from recommend.reviewing import Reviewing


@dataclass(frozen=True)
class Service:
    """One instance for all requests."""

    histories: Histories
    in_service: InService
    models: Models
    recommender: Recommender
    own_reviews: OwnReviews
    reviewing: Reviewing
    releases: ReleaseHistory

    def close(self) -> None:
        """Let go of what was opened."""
        self.in_service.close()
