"""Both arms of an experiment beside each other, and what follows by rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from monitor import sequential_test
from monitor.outcomes import Outcomes
from monitor.sequential_test import Group
from taproom.experiments import Difference, Experiment, ExperimentReport

# Of each of the two shares: together they are wrong in ALPHA of all experiments at most.
_ALPHA = sequential_test.ALPHA / 2
# After so many days an experiment that tells nothing ends, and a challenger goes in service unless it looks worse than
# this, as a share of the control: as the gate does where there are too few users to tell (docs/adr/0044-the-gate.md).
DAYS = 14
MARGIN = 0.10
# A challenger has to give this share of the answers to its own users, once there are so many of them.
LEAST_ANSWERED = 0.9
LEAST_ANSWERS = 50


def of_experiment(shown: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """The rows of those `shown`, as `ServedLog.answers` has them, that were answers to who took part."""
    mark = f'"experiment": "{experiment.challenger}"'
    took_part = shown["context"].str.contains(mark, regex=False, na=False) & shown["username"].notna()
    return shown[took_part & (shown["at"] >= experiment.started_at)]


def by_user(shown: pd.DataFrame, outcomes: Outcomes, experiment: Experiment) -> pd.DataFrame:
    """Of each user who took part, as index, how many `answers` they got, and how many were `taken` and `liked`.

    `shown` is of `of_experiment`; probes are left out. `of_challenger` is the user's arm, `answered` counts the answers
    that its release gave.
    """
    rows = outcomes.of(shown)
    answers = (
        rows[~rows["is_probe"]]
        .groupby("recommendation_id")
        .agg({"username": "first", "release": "first", "taken": "any", "liked": "any"})
    )
    answers["of_challenger"] = [experiment.is_of_challenger(name) for name in answers["username"]]
    own = answers["of_challenger"].map({True: experiment.challenger, False: experiment.control})
    answers["answered"] = answers["release"] == own
    users = answers.assign(answers=1).groupby("username")
    counts = users[["answers", "taken", "liked", "answered"]].sum().astype(int)
    return counts.assign(of_challenger=users["of_challenger"].any().astype(bool))


def look(users: pd.DataFrame, experiment: Experiment, now: datetime) -> ExperimentReport:
    """What is found of a running experiment, and what follows from it; `users` is of `by_user`.

    The first of these rules that applies decides:

    - A challenger that does not answer its users is stopped.
    - It is stopped where one of the two intervals lies below 0, else promoted where one lies above: both hold at
      every look at once.
    - After DAYS it is promoted unless one of its shares is more than MARGIN of the control's below it.
    """
    control, challenger = users[~users["of_challenger"]], users[users["of_challenger"]]
    differences = [
        _difference("taken", control, challenger),
        _difference("liked", control, challenger),
    ]
    answers = int(challenger["answers"].sum())
    answered = float(challenger["answered"].sum() / answers) if answers else None
    decision, reason = _decided(differences, answered, answers, now - experiment.started_at)
    return ExperimentReport(
        challenger=experiment.challenger,
        looked_at=now,
        control_users=len(control),
        challenger_users=len(challenger),
        answered=answered,
        differences=tuple(differences),
        decision=decision,
        reason=reason,
    )


def _difference(metric: Literal["taken", "liked"], control: pd.DataFrame, challenger: pd.DataFrame) -> Difference:
    if control.empty or challenger.empty:
        return Difference(metric=metric, control=None, challenger=None, difference=None, lower=None, upper=None)
    own, other = (Group(arm["answers"].to_numpy(float), arm[metric].to_numpy(float)) for arm in (challenger, control))
    found = sequential_test.difference(own, other, alpha=_ALPHA)
    return Difference(
        metric=metric,
        control=other.rate,
        challenger=own.rate,
        difference=own.rate - other.rate,
        lower=None if found is None else found.lower,
        upper=None if found is None else found.upper,
    )


def _decided(
    differences: Sequence[Difference], answered: float | None, answers: int, age: timedelta
) -> tuple[Literal["go on", "promote", "stop"], str]:
    if answered is not None and answers >= LEAST_ANSWERS and answered < LEAST_ANSWERED:
        return "stop", f"Of {answers:,} answers to its users it gave only {answered:.0%}: its endpoints fail."
    if worse := [one for one in differences if one.upper is not None and one.upper < 0]:
        return "stop", f"Of its answers fewer were {_listed(worse)}."
    if better := [one for one in differences if one.lower is not None and one.lower > 0]:
        return "promote", f"Of its answers more were {_listed(better)}."
    if age < timedelta(days=DAYS):
        return "go on", "It can't be told yet which of the two is better."
    seems_worse = [one for one in differences if one.control and (one.difference or 0.0) < -MARGIN * one.control]
    if seems_worse:
        return "stop", (
            f"In {DAYS} days it could not be told which is better, and it looks more than {MARGIN:.0%} worse: "
            f"{_listed(seems_worse)}."
        )
    return "promote", f"In {DAYS} days it could not be told which is better, and it does not look worse."


def _listed(differences: Sequence[Difference]) -> str:
    return " and ".join(f"{one.metric} ({one.challenger:.1%} instead of {one.control:.1%})" for one in differences)
