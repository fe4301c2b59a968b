"""Both arms of an experiment beside each other, and what follows by rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from taproom.experiments import Difference, Experiment, ExperimentReport
from taproom.messages.served import RATED, SERVED, Event

# With two metrics, as many false alarms in all as one metric would have at 5 %.
ALPHA = 0.05 / 2
# Of the differences that are likely, in shares of answers: the interval is narrowest, for its data, about there.
PRIOR_DEVIATION = 0.03
# Of fewer users in an arm a variance is not to be relied on.
MIN_USERS = 100
# After so many days an experiment that tells nothing ends, and a challenger goes in service unless it looks worse than
# this, as a share of the control: as the gate does where there are too few users to tell (docs/adr/0044-the-gate.md).
DAYS = 14
MARGIN = 0.10
# A challenger has to give this share of the answers to its own users, once there are so many of them.
MIN_ANSWERED = 0.9
MIN_ANSWERS = 50


def interval(control: np.ndarray, challenger: np.ndarray) -> tuple[float, float] | None:
    """Bounds of the difference of two means, those of `challenger` - `control`, that hold at every look at once.

    Each of the arrays has a value a user: [users]. None while an arm has fewer than MIN_USERS, or nothing varies.

    The mixture sequential probability ratio test with a normal prior (Robbins 1970; Johari, Koomen, Pekelis and Walsh
    2022, "Always Valid Inference", section 4), inverted: with information I = 1 / (variance of the difference) and
    prior variance t, the bounds are sqrt((1 + t I) / (t I^2) * (log(1 + t I) - 2 log(ALPHA))) away.
    """
    if min(len(control), len(challenger)) < MIN_USERS:
        return None
    variance = control.var(ddof=1) / len(control) + challenger.var(ddof=1) / len(challenger)
    if variance == 0:
        return None
    scaled = PRIOR_DEVIATION**2 / variance
    width = math.sqrt(variance * (1 + scaled) / scaled * (math.log1p(scaled) - 2 * math.log(ALPHA)))
    difference = float(challenger.mean() - control.mean())
    return difference - width, difference + width


def by_user(rows: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """Of each user who took part, as index, how many `answers` they got and the shares of them `taken` and `liked`.

    `rows` are those of served/ since the experiment began. `of_challenger` is the user's arm, `answered` the share of
    their answers that its release gave. A message that was logged twice counts once.
    """
    served = rows[(rows["event"] == SERVED) & (rows["at"] >= experiment.started_at)]
    mark = f'"experiment": "{experiment.challenger}"'
    served = served[served["context"].str.contains(mark, regex=False, na=False) & served["username"].notna()]
    shown = served[["recommendation_id", "beer_id"]].drop_duplicates()
    came = rows[rows["event"].isin((RATED, Event.TRIED))].sort_values("at")
    came = came.drop_duplicates(["recommendation_id", "beer_id", "event"], keep="last")
    liked_from = came.loc[came["event"] == RATED, "score"].mean()
    came = came[["recommendation_id", "beer_id", "event", "score"]].merge(shown)
    liked = came[(came["event"] == RATED) & (came["score"] >= liked_from)]
    answers = served.drop_duplicates("recommendation_id").set_index("recommendation_id")[["username", "release"]]
    answers["taken"] = answers.index.isin(came["recommendation_id"])
    answers["liked"] = answers.index.isin(liked["recommendation_id"])
    of_challenger = {name: experiment.is_of_challenger(name) for name in answers["username"].unique()}
    answers["of_challenger"] = answers["username"].map(of_challenger).astype(bool)
    own = answers["of_challenger"].map({True: experiment.challenger, False: experiment.control})
    answers["answered"] = answers["release"] == own
    users = answers.groupby("username")
    return users[["taken", "liked", "answered", "of_challenger"]].mean().assign(answers=users.size())


def look(users: pd.DataFrame, experiment: Experiment, now: datetime) -> ExperimentReport:
    """What is found of a running experiment, and what follows from it; `users` is of `by_user`.

    The first of these rules that applies decides:

    - A challenger that does not answer its users is stopped.
    - It is stopped where an interval lies below 0, else promoted where one lies above: both metrics' intervals hold
      together, at every look, with 95 % confidence.
    - After DAYS it is promoted unless one of its shares is more than MARGIN of the control's below it.
    """
    is_challenger = users["of_challenger"] > 0
    control, challenger = users[~is_challenger], users[is_challenger]
    differences = [_difference(metric, control[metric], challenger[metric]) for metric in ("taken", "liked")]
    answers = challenger["answers"].sum()
    answered = float((challenger["answered"] * challenger["answers"]).sum() / answers) if answers else None
    decision, reason = _decided(differences, answered, int(answers), now - experiment.started_at)
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


def _difference(metric: Literal["taken", "liked"], control: pd.Series, challenger: pd.Series) -> Difference:
    if control.empty or challenger.empty:
        return Difference(metric=metric, control=None, challenger=None, difference=None, lower=None, upper=None)
    bounds = interval(control.to_numpy(float), challenger.to_numpy(float)) or (None, None)
    means = float(control.mean()), float(challenger.mean())
    return Difference(
        metric=metric,
        control=means[0],
        challenger=means[1],
        difference=means[1] - means[0],
        lower=bounds[0],
        upper=bounds[1],
    )


def _decided(
    differences: Sequence[Difference], answered: float | None, answers: int, age: timedelta
) -> tuple[Literal["go on", "promote", "stop"], str]:
    if answered is not None and answers >= MIN_ANSWERS and answered < MIN_ANSWERED:
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
