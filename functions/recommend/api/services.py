"""All that the routes call, wired together once a container."""

from __future__ import annotations

from dataclasses import dataclass

from recommend.adapters.histories_table import HistoriesTable
from recommend.adapters.serving_release import ServingRelease
from recommend.adapters.text_detection import TextDetection
from recommend.recommending.arms import Arms
from recommend.recommending.forgetting import Forgetting
from recommend.recommending.recommender import Recommender
from recommend.recommending.review_writer import ReviewWriter
from recommend.recommending.served_log import ServedLog
from recommend.recommending.similar_beers import SimilarBeers
from recommend.recommending.trending_beers import TrendingBeers
from recommend.recommending.users.rated_beers import RatedBeers
from recommend.recommending.users.taste import Tastes
from recommend.releases.health import HealthCheck
from recommend.releases.release_history import ReleaseHistory


@dataclass(frozen=True)
class Services:
    """One instance for all requests."""

    histories: HistoriesTable
    serving: ServingRelease
    text_detection: TextDetection
    recommender: Recommender
    arms: Arms
    similar_beers: SimilarBeers
    trending_beers: TrendingBeers
    tastes: Tastes
    rated_beers: RatedBeers
    review_writer: ReviewWriter
    forgetting: Forgetting
    served_log: ServedLog
    releases: ReleaseHistory
    health: HealthCheck

    def close(self) -> None:
        """Let go of what was opened."""
        self.serving.close()
