"""The arms of an experiment: whose recommendations come from the challenger, and whose from the release in service."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from recommend.adapters.current_experiment import CurrentExperiment
from recommend.adapters.histories_table import History
from recommend.errors import InvalidCatalogue, MissingCatalogue, ModelBusy, ModelFailed, NoModelYet
from recommend.recommending.query import RecommendationQuery
from recommend.recommending.recommender import RecommendationResult, Recommender

logger = logging.getLogger(__name__)
_FAILURES = (InvalidCatalogue, MissingCatalogue, ModelBusy, ModelFailed, NoModelYet)


@dataclass(frozen=True)
class Arms:
    """`control` asks the release in service, `challenger` the other one, which must not fall back where it fails."""

    experiment: CurrentExperiment
    control: Recommender
    challenger: Recommender

    def recommend(
        self, username: str | None, history: History, query: RecommendationQuery, *, explored: bool
    ) -> RecommendationResult:
        """As Recommender.recommend, by the user's arm; nobody without a name takes part.

        Where the challenger does not answer, the release in service does. The user stays of the challenger's arm.
        """
        experiment = None if username is None else self.experiment.get()
        if username is None or experiment is None or not experiment.serves_challenger:
            return self.control.recommend(username, history, query, explored=explored)
        if experiment.is_of_challenger(username):
            try:
                result = self.challenger.recommend(username, history, query, explored=explored)
                return replace(result, experiment=experiment.challenger)
            except _FAILURES as error:
                logger.warning("The challenger did not answer", exc_info=error)
        result = self.control.recommend(username, history, query, explored=explored)
        return replace(result, experiment=experiment.challenger)

    def wake(self) -> None:
        """Wake the models that serve."""
        self.control.wake()
        experiment = self.experiment.get()
        if experiment is not None and experiment.serves_challenger:
            self.challenger.wake()
