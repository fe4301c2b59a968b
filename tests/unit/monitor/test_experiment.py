"""The arms of an experiment: what is counted, what follows, and how often chance is taken for a difference."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor import experiment as monitored
from taproom.experiments import Experiment, ExperimentReport
from taproom.messages.served import COLUMNS

STARTED = datetime(2026, 11, 1, tzinfo=UTC)
CONTROL, CHALLENGER = "taproom-000000000001", "taproom-000000000002"
EXPERIMENT = Experiment(challenger=CHALLENGER, control=CONTROL, share=0.5, started_at=STARTED, status="running")
NAMES = [f"user{number}" for number in range(20_000)]
OF_CHALLENGER = [name for name in NAMES if EXPERIMENT.is_of_challenger(name)]
OF_CONTROL = [name for name in NAMES if not EXPERIMENT.is_of_challenger(name)]


class Log:
    """Rows of served/."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.ids = itertools.count()

    def answer(
        self, username: str | None, release: str | None = None, *, at: datetime = STARTED, **context: Any
    ) -> str:
        """An answer of the beers a and b to a user, by default by the release of their arm."""
        recommendation_id = f"{next(self.ids):032}"
        if release is None:
            release = CHALLENGER if username in OF_CHALLENGER else CONTROL
        told = json.dumps({"experiment": CHALLENGER, "limit": 2} | context)
        for place, beer in enumerate("ab", start=1):
            said = {"username": username, "place": place, "release": release, "context": told}
            self.rows.append(
                {"event": "served", "at": at, "recommendation_id": recommendation_id, "beer_id": beer, **said}
            )
        return recommendation_id

    def came(self, event: str, recommendation_id: str, beer: str = "a", score: float | None = None) -> None:
        said = {"recommendation_id": recommendation_id, "beer_id": beer, "score": score}
        self.rows.append({"event": event, "at": STARTED + timedelta(hours=1), **said})

    def by_user(self) -> pd.DataFrame:
        rows = pd.DataFrame(self.rows, columns=list(COLUMNS))
        rows["at"] = pd.to_datetime(rows["at"], utc=True)
        return monitored.by_user(rows, EXPERIMENT)


def test_an_answer_is_taken_if_a_beer_of_it_was_tried_or_rated_and_liked_if_it_was_rated_above_the_mean() -> None:
    log, (one, two), three = Log(), OF_CONTROL[:2], OF_CHALLENGER[0]
    first, second, third = log.answer(one), log.answer(one), log.answer(one)
    log.came("rated", first, "a", 4.0)
    log.came("tried", first, "b")
    log.came("tried", second)
    log.came("dismissed", third)
    log.came("rated", log.answer(two), "b", 2.0)
    log.answer(three)
    found = log.by_user()
    # The mean of 4 and 2 is 3.
    assert found.loc[one, ["answers", "taken", "liked", "of_challenger"]].to_list() == [3, 2 / 3, 1 / 3, 0]
    assert found.loc[two, ["answers", "taken", "liked", "of_challenger"]].to_list() == [1, 1, 0, 0]
    assert found.loc[three, ["answers", "taken", "liked", "of_challenger"]].to_list() == [1, 0, 0, 1]
    assert found["answered"].to_list() == [1, 1, 1]


def test_what_was_logged_twice_counts_once_and_what_is_of_no_answer_not_at_all() -> None:
    log, one = Log(), OF_CONTROL[0]
    rated = log.answer(one)
    log.answer(one)
    log.came("rated", rated, "a", 4.0)
    log.came("tried", "f" * 32)
    log.came("tried", rated, "c")
    log.rows *= 2
    assert log.by_user().loc[one, ["answers", "taken", "liked"]].to_list() == [2, 0.5, 0.5]


def test_only_who_took_part_since_it_began_counts() -> None:
    log, (one, two) = Log(), OF_CONTROL[:2]
    log.answer(None)
    log.answer(one, at=STARTED - timedelta(seconds=1))
    log.answer(one, experiment="taproom-000000000003")
    log.answer(two)
    assert log.by_user().index.to_list() == [two]


def test_a_user_whom_the_challenger_did_not_answer_stays_of_its_arm() -> None:
    log, one = Log(), OF_CHALLENGER[0]
    log.answer(one, CONTROL)
    log.answer(one)
    assert log.by_user().loc[one, ["of_challenger", "answered"]].to_list() == [1, 0.5]


def table(control: Sequence[float], challenger: Sequence[float], answered: float = 1.0) -> pd.DataFrame:
    """What `by_user` makes of so many users with these shares taken, of which half are liked."""
    taken = np.array([*control, *challenger])
    of_challenger = [0.0] * len(control) + [1.0] * len(challenger)
    said = {"answered": answered, "of_challenger": of_challenger, "answers": 1}
    return pd.DataFrame({"taken": taken, "liked": taken / 2, **said})


def looked(users: pd.DataFrame, days: float = 1) -> ExperimentReport:
    return monitored.look(users, EXPERIMENT, STARTED + timedelta(days=days))


def test_the_interval_is_that_of_the_formula() -> None:
    control, challenger = np.tile([0.0, 1.0], 200), np.tile([0.0, 1.0], 100)
    # Variance .25 n / (n - 1) each: (.25 / 399 + .25 / 199) = .00188282; t / V = .0009 / .00188282 = .478006.
    # V (1 + .478006) / .478006 = .00582175; log(1.478006) = .390694, - 2 log(.025) = 7.377759: the root of .0452254.
    lower, upper = monitored.interval(control, challenger) or (0, 0)
    assert (lower, upper) == (pytest.approx(-0.2126626, abs=1e-6), pytest.approx(0.2126626, abs=1e-6))


def test_nothing_is_told_of_few_users_or_where_nothing_varies() -> None:
    assert monitored.interval(np.tile([0.0, 1.0], 49), np.tile([0.0, 1.0], 200)) is None
    assert monitored.interval(np.zeros(500), np.zeros(500)) is None
    assert looked(table([], [])).decision == "go on"


def test_a_challenger_that_is_surely_better_is_promoted_and_one_that_is_surely_worse_stopped() -> None:
    low, high = [0.0] * 700 + [1.0] * 300, [0.0] * 500 + [1.0] * 500
    better, worse = looked(table(low, high)), looked(table(high, low))
    assert (better.decision, better.reason) == (
        "promote",
        "Of its answers more were taken (50.0% instead of 30.0%) and liked (25.0% instead of 15.0%).",
    )
    assert (worse.decision, worse.reason) == (
        "stop",
        "Of its answers fewer were taken (30.0% instead of 50.0%) and liked (15.0% instead of 25.0%).",
    )
    taken, liked = better.differences
    assert taken.lower is not None and 0 < taken.lower < 0.2
    assert liked.difference == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("taken", "days", "decision"),
    [(30, 13.9, "go on"), (30, 14, "promote"), (28, 14, "promote"), (26, 14, "stop"), (26, 13.9, "go on")],
)
def test_what_can_not_be_told_in_two_weeks_is_decided_by_the_shares_themselves(
    taken: int, days: float, decision: str
) -> None:
    users = table([0.0] * 70 + [1.0] * 30, [0.0] * (100 - taken) + [1.0] * taken)
    assert looked(users, days).decision == decision


def test_without_traffic_a_challenger_is_promoted_in_the_end() -> None:
    assert looked(table([], []), 14).decision == "promote"


def test_a_challenger_that_does_not_answer_is_stopped() -> None:
    alike = [0.0, 1.0] * 30
    report = looked(table(alike, alike, answered=0.5))
    assert (report.decision, report.answered) == ("stop", 0.5)
    assert report.reason == "Of 60 answers to its users it gave only 50%: its endpoints fail."
    assert looked(table(alike, alike, answered=0.95)).decision == "go on"
    assert looked(table(alike, alike[:40], answered=0.5)).decision == "go on"


def decisions(random: np.random.Generator, users: int, effect: float, days: int = 13) -> list[str]:
    """What is decided on each day: `users` in each arm, who differ, and ask every other day on average.

    Of answers 30 % are taken, by the challenger's users `effect` times as many, and 60 % of these liked.
    """
    habits = random.beta(3, 7, 2 * users) * np.repeat([1.0, effect], users)
    asked = random.random((days, 2 * users)) < 0.5
    taken = asked & (random.random((days, 2 * users)) < habits)
    liked = taken & (random.random((days, 2 * users)) < 0.6)
    so_far = [np.cumsum(each, axis=0) for each in (asked, taken, liked)]
    found = []
    for day in range(days):
        answers, of_taken, of_liked = (each[day] for each in so_far)
        there = answers > 0
        shares = {"taken": of_taken[there] / answers[there], "liked": of_liked[there] / answers[there]}
        said = {"answers": answers[there], "answered": 1.0, "of_challenger": np.repeat([0.0, 1.0], users)[there]}
        found.append(looked(pd.DataFrame({**shares, **said}), day + 1).decision)
    return found


def test_two_equal_releases_are_taken_for_different_in_at_most_one_of_twenty_experiments() -> None:
    random = np.random.default_rng(1)
    alarms = sum(decisions(random, 200, effect=1.0) != ["go on"] * 13 for _ in range(1000))
    assert alarms <= 50


def test_a_tenth_less_is_found_and_never_promoted() -> None:
    random = np.random.default_rng(2)
    found = [next((one for one in decisions(random, 4000, effect=0.9) if one != "go on"), "go on") for _ in range(20)]
    assert found.count("promote") == 0
    assert found.count("stop") >= 19
