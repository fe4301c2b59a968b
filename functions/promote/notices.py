"""Outcomes are told at least once.

What became of a run is written down first, so that it holds whatever happens next. Before that a marker is put for it,
which goes when SNS has taken the message. So an outcome whose invocation ended in between (a lost answer, a topic that
refused) is told by the next delivery of the same event, or by the next event of any run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from promote.registry import Registry
from promote.releases import Releases
from promote.verdict import Verdict
from taproom.contract import UNTOLD
from taproom.experiments import Experiment


@dataclass(frozen=True)
class Outcome:
    """One message on the outcomes topic."""

    kind: Literal["promoted", "refused", "waiting for approval", "experiment started", "rolled back", "failed"]
    run: str
    body: str

    @property
    def subject(self) -> str:
        """At most 100 characters, as SNS takes them."""
        return f"Taproom: {self.kind} {self.run}"[:100]

    def request(self, topic: str) -> dict[str, Any]:
        """SNS Publish's arguments."""
        return {
            "TopicArn": topic,
            "Subject": self.subject,
            "Message": self.body,
            "MessageAttributes": {
                "outcome": {"DataType": "String", "StringValue": self.kind},
                "run": {"DataType": "String", "StringValue": self.run},
            },
        }


def promoted(release: str, previous: str | None, verdict: Verdict | None, reason: str | None = None) -> Outcome:
    """The release serves, and answered its smoke-test questions; `reason` is why, beside what the gate said."""
    if previous is None:
        before = "Nothing served before."
    elif previous == release:
        before = "It served before, and was rolled out again."
    else:
        before = f"It replaced {previous} in place."
    why = f"\n\n{reason}" if reason else ""
    return Outcome("promoted", release, f"{release} is in service. {before}{why}\n\n{verdict or ''}".rstrip())


def refused(verdict: Verdict) -> Outcome:
    """The gate said no."""
    kept = f"{verdict.serving} keeps serving." if verdict.serving else "Nothing serves yet."
    return Outcome("refused", verdict.run, f"{verdict.run} was not good enough. {kept}\n\n{verdict}")


def waiting(verdict: Verdict, package_arn: str) -> Outcome:
    """The gate said yes and a person has the last word."""
    return Outcome(
        "waiting for approval",
        verdict.run,
        f"{verdict.run} passed the gate and waits for approval. To deploy it:\n\naws sagemaker update-model-package "
        f"--model-package-arn {package_arn} --model-approval-status Approved\n\n{verdict}",
    )


def experiment_started(run: str, experiment: Experiment | None, verdict: Verdict | None) -> Outcome:
    """The candidate answers a share of users."""
    beside = "the release in service"
    if experiment is not None and experiment.challenger == run:
        beside = f"{experiment.control} for {experiment.share:.0%} of users"
    return Outcome(
        "experiment started",
        run,
        f"{run} is tried beside {beside}. What comes of it is told.\n\n{verdict or ''}".rstrip(),
    )


def rolled_back(release: str, previous: str | None, reason: str) -> Outcome:
    """The release did not work in service."""
    kept = f"{previous} serves again." if previous else "Nothing served before, so nothing serves now."
    return Outcome("rolled back", release, f"{release} was rolled back: {reason}\n\n{kept}")


def failed(verdict: Verdict) -> Outcome:
    """The run brought no model."""
    return Outcome(
        "failed",
        verdict.run,
        f"{verdict.run} brought no model. {verdict.reason}\n\nThe pair in service, if any, keeps serving. The next "
        "new data trains again; docs/operations.md shows how to force it.",
    )


class Subject(StrEnum):
    """What an outcome is of: of the gate's decision, of a rollout, or of the beginning of an experiment."""

    VERDICT = "verdict"
    EXPERIMENT = "experiment"
    ROLLOUT = "rollout"


@dataclass(frozen=True)
class Untold:
    """A marker: since when an outcome may be untold."""

    run: str
    subject: Subject
    since: datetime

    @property
    def key(self) -> str:
        """Of the marker."""
        return f"{UNTOLD}{self.run}/{self.subject}"


class Notices:
    """The markers in the bucket of `releases`, and the messages that they stand for."""

    def __init__(self, s3: Any, releases: Releases, registry: Registry) -> None:
        self._s3 = s3
        self._releases = releases
        self._registry = registry
        # The runs of which this invocation has something to tell.
        self.marked: set[str] = set()

    def mark(self, run: str, subject: Subject) -> None:
        """Note that an outcome is about to be written down and is to be told."""
        self.marked.add(run)
        self._s3.put_object(Bucket=self._releases.bucket, Key=f"{UNTOLD}{run}/{subject}", Body=b"")

    def untold(self) -> Iterator[Untold]:
        """Every marker that there is."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._releases.bucket, Prefix=UNTOLD)
        for page in pages:
            for found in page.get("Contents", []):
                run, subject = found["Key"].removeprefix(UNTOLD).split("/")
                yield Untold(run, Subject(subject), found["LastModified"])

    def message(self, untold: Untold) -> Outcome | None:
        """What is to be told; None while the outcome is not written down."""
        match untold.subject:
            case Subject.VERDICT:
                return self._of_verdict(untold.run)
            case Subject.EXPERIMENT:
                experiment, _ = self._releases.experiment()
                return experiment_started(untold.run, experiment, self._releases.verdict(untold.run))
            case Subject.ROLLOUT:
                return self._of_rollout(untold.run)

    def told(self, untold: Untold) -> None:
        """Take the marker away."""
        self._s3.delete_object(Bucket=self._releases.bucket, Key=untold.key)

    def _of_verdict(self, run: str) -> Outcome | None:
        verdict = self._releases.verdict(run)
        if verdict is None:
            return None
        if verdict.status == "promoted":
            return waiting(verdict, str(self._registry.find(run)))
        return failed(verdict) if verdict.status == "failed" else refused(verdict)

    def _of_rollout(self, release: str) -> Outcome | None:
        found = self._releases.rollout(release)
        if found is None or found[0].status == "started":
            return None
        rollout = found[0]
        if rollout.status == "in service":
            return promoted(release, rollout.previous, self._releases.verdict(release), rollout.reason)
        return rolled_back(release, rollout.previous, str(rollout.reason))
