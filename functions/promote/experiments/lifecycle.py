"""The life of an experiment: begun by a candidate that passed the gate, ended by a decision, followed by the next."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from promote.endpoints import Endpoints
from promote.notices import Notices, Subject
from promote.registry import Registry
from promote.releases import Releases, Rollout
from promote.rollout import deploy
from promote.settings import PromoteSettings
from taproom.experiments import Experiment
from taproom.names import Layout

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExperimentLifecycle:
    """Writes experiment.json, and keeps the `challenger`'s endpoints as it says; each step may run again.

    `put_in_service` rolls a release out on the endpoints of `control`, for a reason if there is one to be told. Where
    two invocations come together, the one that writes later fails (S3's PreconditionFailed) and is invoked again.
    """

    control: Endpoints
    challenger: Endpoints
    releases: Releases
    registry: Registry
    notices: Notices
    settings: PromoteSettings
    put_in_service: Callable[[str, str | None], None]
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def bring(self, run: str) -> None:
        """Have a candidate that passed the gate tried beside what serves, or put in service where nothing is tried."""
        if not self._tried(run):
            self.put_in_service(run, None)

    def bring_by_hand(self, release: str, reason: str | None) -> None:
        """Put the release in service that somebody asks for, for this `reason`, and decide the experiment by that.

        The challenger is promoted by it; another release than the control ends the experiment; the control again, so
        that its endpoints take new settings, gives them to the challenger's, too.
        """
        experiment, etag = self._open()
        if experiment is not None and (release == experiment.challenger or experiment.status == "promoting"):
            self._promote(experiment, etag, reason or "It was put in service by hand.")
        elif experiment is not None and release != experiment.control:
            self._stop(experiment, etag, f"{release} was put in service instead. {reason or ''}".rstrip())
        if experiment is None or release != experiment.challenger:
            self.put_in_service(release, reason)
        if experiment is not None and release == experiment.control and experiment.status == "running":
            self._start(experiment, etag)
        self._follow()

    def decide(self, challenger: str, *, promoted: bool, reason: str) -> None:
        """End the experiment of `challenger`, one way or the other; a decision on another one comes too late."""
        experiment, etag = self._open()
        if experiment is not None and experiment.challenger == challenger:
            # One that is being promoted may serve everybody already.
            if promoted or experiment.status == "promoting":
                self._promote(experiment, etag, reason)
            else:
                self._stop(experiment, etag, reason)
        self._follow()

    def go_on(self, began_before: datetime) -> None:
        """Go on with a start, or an end, whose invocations all ran out of time."""
        experiment, etag = self.releases.experiment()
        if experiment is None:
            return
        if experiment.status == "starting" and experiment.started_at < began_before:
            self._start(experiment, etag)
        elif experiment.ended_at is not None and experiment.ended_at < began_before:
            self._follow()

    def _open(self) -> tuple[Experiment | None, str | None]:
        experiment, etag = self.releases.experiment()
        return (experiment if experiment is not None and experiment.is_open else None), etag

    def _tried(self, run: str) -> bool:
        """Whether the candidate is tried, or waits to be."""
        experiment, etag = self._open()
        if experiment is not None:
            if experiment.challenger != run:
                self._let_wait(experiment, etag, run)
            elif experiment.status == "starting":
                self._start(experiment, etag)
            return True
        control, share = self.control.release_in_service(), self.settings.experiment_share
        if not share or control in (None, run):
            return False
        # What there is nothing of begins no experiment.
        self.releases.prepare(run)
        begun = Experiment(challenger=run, control=str(control), share=share, started_at=self.now())
        self._start(begun, self.releases.write_experiment(begun, etag))
        return True

    def _start(self, experiment: Experiment, etag: str | None) -> None:
        """Deploy the challenger, also with other settings than it has, and ask it its smoke-test questions."""
        layout = self.releases.prepare(experiment.challenger)
        if faults := deploy(experiment.challenger, layout, self.releases, self.challenger, self.sleep):
            self._stop(experiment, etag, "; ".join(faults))
            self._follow()
            return
        self.challenger.remove(layout.other)
        if experiment.status == "starting":
            self.notices.mark(experiment.challenger, Subject.EXPERIMENT)
            running = experiment.model_copy(update={"status": "running", "started_at": self.now()})
            self.releases.write_experiment(running, etag)

    def _let_wait(self, experiment: Experiment, etag: str | None, run: str) -> None:
        if experiment.waiting not in (None, run):
            self._reject(str(experiment.waiting), experiment.control, f"{run} passed the gate while it waited.")
        self.releases.write_experiment(experiment.model_copy(update={"waiting": run}), etag)

    def _promote(self, experiment: Experiment, etag: str | None, reason: str) -> None:
        if experiment.status != "promoting":
            experiment = experiment.model_copy(update={"status": "promoting", "reason": reason})
            etag = self.releases.write_experiment(experiment, etag)
        self.put_in_service(experiment.challenger, experiment.reason)
        if self.control.release_in_service() == experiment.challenger:
            self._end(experiment, etag, "promoted", str(experiment.reason))
        else:
            self._end(experiment, etag, "stopped", f"It could not be put in service. {experiment.reason}")

    def _stop(self, experiment: Experiment, etag: str | None, reason: str) -> None:
        self._reject(experiment.challenger, experiment.control, reason, experiment.started_at)
        self._end(experiment, etag, "stopped", reason)

    def _end(self, experiment: Experiment, etag: str | None, status: str, reason: str) -> None:
        # Its endpoints go afterwards: nobody is sent to what is not there any more.
        ended = experiment.model_copy(update={"status": status, "ended_at": self.now(), "reason": reason})
        self.releases.write_experiment(ended, etag)

    def _follow(self) -> None:
        """What is left to do once an experiment has ended: remove its endpoints, and begin with who waits."""
        experiment, etag = self.releases.experiment()
        if experiment is None or experiment.is_open:
            return
        for layout in Layout:
            self.challenger.remove(layout)
        if experiment.waiting is not None and not self._tried(experiment.waiting):
            self.put_in_service(experiment.waiting, None)
            self.releases.write_experiment(experiment.model_copy(update={"waiting": None}), etag)

    def _reject(self, run: str, previous: str, reason: str, started_at: datetime | None = None) -> None:
        """Note that the run does not come into service, where a release that was rolled back has it noted."""
        self.notices.mark(run, Subject.ROLLOUT)
        self.registry.reject(run, reason)
        self.releases.start_rollout(
            Rollout(
                release=run,
                previous=previous,
                previous_configs={},
                started_at=started_at or self.now(),
                status="rolled back",
                ended_at=self.now(),
                reason=reason,
            )
        )
