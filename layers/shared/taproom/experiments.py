"""An experiment: a challenger answers a share of users beside the release in service, the control."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Experiment(BaseModel):
    """experiment.json: the experiment that runs, or ran last. Promote alone writes it.

    Attributes
    ----------
    challenger, control
        Releases; an experiment is named by its challenger.
    share
        Of users who get the challenger: above 0, at most 0.5.
    started_at
        When the challenger was deployed; while `starting`, when that began.
    status
        `promoting` until the challenger has taken the control's place, `stopped` where it never did.
    waiting
        The newest candidate that has passed the gate meanwhile, and is next.
    """

    model_config = ConfigDict(frozen=True)

    challenger: str
    control: str
    share: float
    started_at: datetime
    status: Literal["starting", "running", "promoting", "promoted", "stopped"] = "starting"
    ended_at: datetime | None = None
    reason: str | None = None
    waiting: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in ("starting", "running", "promoting")

    @property
    def serves_challenger(self) -> bool:
        """Whether the challenger's endpoints are there to answer."""
        return self.status in ("running", "promoting")

    def is_of_challenger(self, username: str) -> bool:
        """Whether the challenger is this user's release, for as long as the experiment lasts.

        A hash of experiment and user falls below `share` of its range: other experiments share users out anew.
        """
        hashed = hashlib.blake2b(f"{self.challenger}\0{username}".encode(), digest_size=8).digest()
        return int.from_bytes(hashed) < self.share * 2**64


class Difference(BaseModel):
    """The share of answers to each arm's users that had an outcome, and by how much the challenger's is higher.

    `lower` and `upper` hold at every look at once; None while there are too few users.
    """

    model_config = ConfigDict(frozen=True)

    metric: Literal["taken", "liked"]
    control: float | None
    challenger: float | None
    difference: float | None
    lower: float | None
    upper: float | None


class ExperimentReport(BaseModel):
    """evidence/experiment.json: what the monitor found, and decided by rule.

    `answered` is the share of the answers to the challenger's users that the challenger gave; where it does not
    answer, the control does.
    """

    model_config = ConfigDict(frozen=True)

    challenger: str
    looked_at: datetime
    control_users: int
    challenger_users: int
    answered: float | None
    differences: tuple[Difference, ...]
    decision: Literal["go on", "promote", "stop"]
    reason: str
