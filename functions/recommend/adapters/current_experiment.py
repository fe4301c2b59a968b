"""The experiment that runs or ran last, which promote writes down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from recommend.adapters.current_object import CurrentObject
from taproom import contract
from taproom.experiments import Experiment

logger = logging.getLogger(__name__)


class CurrentExperiment(CurrentObject[Experiment | None]):
    """The experiment in `bucket` through `s3`, a boto3 client."""

    def __init__(self, s3: Any, bucket: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__(s3, bucket, contract.EXPERIMENT, Experiment.model_validate_json, None, clock)

    def get(self) -> Experiment | None:
        """None before the first one, and where it can't be told: then the release in service is everybody's."""
        try:
            return super().get()
        except (BotoCoreError, ClientError):
            logger.warning("Could not read whether an experiment runs", exc_info=True)
            return None
