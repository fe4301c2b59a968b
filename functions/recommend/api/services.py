"""All that the routes need, wired together once a container."""

from __future__ import annotations

from dataclasses import dataclass

from recommend.adapters.histories_table import Histories
from recommend.adapters.model_client import Models
from recommend.adapters.serving_release import InService
from recommend.recommending.rated_beers import OwnReviews
from recommend.recommending.recommender import Recommender
from recommend.recommending.review_writer import Reviewing
from recommend.releases.release_history import ReleaseHistory


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
