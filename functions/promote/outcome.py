"""The messages on the outcomes topic: what became of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from promote.verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    """One message on the outcomes topic."""

    kind: Literal["promoted", "refused", "waiting for approval", "rolled back", "failed"]
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


def promoted(release: str, previous: str | None, verdict: Verdict | None) -> Outcome:
    """The release serves, and answered its smoke-test questions."""
    if previous is None:
        before = "Nothing served before."
    elif previous == release:
        before = "It served before, and was rolled out again."
    else:
        before = f"It replaced {previous} in place."
    return Outcome("promoted", release, f"{release} is in service. {before}\n\n{verdict or ''}".rstrip())


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


def rolled_back(release: str, previous: str | None, reason: str) -> Outcome:
    """The release did not work in service."""
    kept = f"{previous} serves again." if previous else "Nothing served before, so nothing serves now."
    return Outcome("rolled back", release, f"{release} was rolled back: {reason}\n\n{kept}")


def failed(run: str, status: str, reason: str) -> Outcome:
    """The training job brought no model."""
    return Outcome(
        "failed",
        run,
        f"The training job {run} ended as {status}: {reason}\n\nThe pair in service, if any, keeps serving. The next "
        "new data trains again; docs/operations.md shows how to force it.",
    )
