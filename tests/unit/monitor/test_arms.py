"""The arms of an experiment: what is counted, what follows, and how often chance is taken for a difference.

`make test-faults` simulates five times as many experiments.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor import arms
from monitor.outcomes import Outcomes
from taproom.experiments import Experiment, ExperimentReport
from taproom.messages.served_events import COLUMNS
from tests.volume import ALL

STARTED = datetime(2026, 11, 1, tzinfo=UTC)
CONTROL, CHALLENGER = "taproom-000000000001", "taproom-000000000002"
EXPERIMENT = Experiment(challenger=CHALLENGER, control=CONTROL, share=0.5, started_at=STARTED, status="running")
NAMES = [f"user{number}" for number in range(20_000)]
OF_CHALLENGER = [name for name in NAMES if EXPERIMENT.is_of_challenger(name)]
OF_CONTROL = [name for name in NAMES if not EXPERIMENT.is_of_challenger(name)]
# A look takes milliseconds, and each experiment has thirteen.
EXPERIMENTS = 1000 if ALL else 200


class Log:
    """Rows of served/."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.ids = itertools.count()

    def answer(
        self,
        username: str | None,
        release: str | None = None,
        *,
        beers: str = "ab",
        probes: str = "",
        at: datetime = STARTED,
        **context: Any,
    ) -> str:
        """An answer of `beers`, each a letter, to a user, by default by the release of their arm."""
        recommendation_id = f"{next(self.ids):032}"
        if release is None:
            release = CHALLENGER if username in OF_CHALLENGER else CONTROL
        told = json.dumps({"experiment": CHALLENGER, "limit": 2} | context)
        for place, beer in enumerate(beers, start=1):
            said = {"username": username, "release": release, "context": told}
            where = {"beer_id": beer, "place": place, "propensity": 0.001 if beer in probes else 1.0}
            self.rows.append({"event": "served", "at": at, "recommendation_id": recommendation_id, **where, **said})
        return recommendation_id

    def came(self, event: str, recommendation_id: str, beer: str = "a", score: float | None = None) -> None:
        said = {"recommendation_id": recommendation_id, "beer_id": beer, "score": score}
        self.rows.append({"event": event, "at": STARTED + timedelta(hours=1), **said})

    def by_user(self) -> pd.DataFrame:
        """As the monitor reads it."""
        rows = pd.DataFrame(self.rows, columns=list(COLUMNS))
        rows["at"] = pd.to_datetime(rows["at"], utc=True)
        shown = rows[rows["event"] == "served"]
        outcomes = Outcomes(rows[rows["event"] != "served"])
        return arms.by_user(arms.of_experiment(shown, EXPERIMENT), outcomes, EXPERIMENT)


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
    assert list(found.loc[one, ["answers", "taken", "liked", "of_challenger"]]) == [3, 2, 1, False]
    assert list(found.loc[two, ["answers", "taken", "liked", "of_challenger"]]) == [1, 1, 0, False]
    assert list(found.loc[three, ["answers", "taken", "liked", "of_challenger"]]) == [1, 0, 0, True]
    assert found["answered"].to_list() == found["answers"].to_list()


def test_what_is_of_no_answer_does_not_count() -> None:
    log, one = Log(), OF_CONTROL[0]
    rated = log.answer(one)
    log.answer(one)
    log.came("rated", rated, "a", 4.0)
    log.came("tried", "f" * 32)
    log.came("tried", rated, "c")
    assert list(log.by_user().loc[one, ["answers", "taken", "liked"]]) == [2, 1, 1]


def test_a_probe_and_a_like_below_the_first_ten_do_not_count() -> None:
    log, (one, two, three) = Log(), OF_CONTROL[:3]
    probed = log.answer(one, probes="b")
    log.came("tried", probed, "b")
    log.came("rated", probed, "b", 5.0)
    long, longer = log.answer(two, beers="abcdefghijkl"), log.answer(three, beers="abcdefghijkl")
    log.came("rated", long, "j", 5.0)
    log.came("rated", longer, "k", 5.0)
    found = log.by_user()
    assert list(found.loc[one, ["answers", "taken", "liked"]]) == [1, 0, 0]
    assert list(found.loc[two, ["answers", "taken", "liked"]]) == [1, 1, 1]
    assert list(found.loc[three, ["answers", "taken", "liked"]]) == [1, 1, 0]


def test_before_anybody_took_part_there_is_nothing_to_tell() -> None:
    log = Log()
    log.answer(None)
    assert looked(log.by_user()).decision == "go on"


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
    assert list(log.by_user().loc[one, ["of_challenger", "answers", "answered"]]) == [True, 2, 1]


def table(control: Sequence[int], challenger: Sequence[int], answered: float = 1.0) -> pd.DataFrame:
    """What `by_user` makes of users with an answer each, of which so many are taken, and every other one liked."""
    taken = np.array([*control, *challenger])
    liked = np.zeros_like(taken)
    liked[::2] = taken[::2]
    of_challenger = np.array([False] * len(control) + [True] * len(challenger), bool)
    return pd.DataFrame(
        {"answers": 1, "taken": taken, "liked": liked, "answered": answered, "of_challenger": of_challenger}
    )


def looked(users: pd.DataFrame, days: float = 1) -> ExperimentReport:
    return arms.look(users, EXPERIMENT, STARTED + timedelta(days=days))


def test_nothing_is_told_of_few_users() -> None:
    few = looked(table([0] * 99, [1] * 200))
    assert (few.decision, few.differences[0].difference, few.differences[0].lower) == ("go on", 1.0, None)
    assert looked(table([], [])).decision == "go on"
    assert looked(table([0] * 500, [0] * 500)).decision == "go on"


def test_a_challenger_that_is_surely_better_is_promoted_and_one_that_is_surely_worse_stopped() -> None:
    low, high = [0] * 700 + [1] * 300, [0] * 500 + [1] * 500
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
    users = table([0] * 70 + [1] * 30, [0] * (100 - taken) + [1] * taken)
    assert looked(users, days).decision == decision


def test_without_traffic_a_challenger_is_promoted_in_the_end() -> None:
    assert looked(table([], []), 14).decision == "promote"


def test_a_challenger_that_does_not_answer_is_stopped() -> None:
    alike = [0, 1] * 30
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
    found: list[str] = []
    for day in range(days):
        answers, of_taken, of_liked = (each[day] for each in so_far)
        there = answers > 0
        counts = {"answers": answers, "taken": of_taken, "liked": of_liked, "answered": answers}
        users_of = pd.DataFrame({**counts, "of_challenger": np.repeat([False, True], users)})
        found.append(looked(users_of[there], day + 1).decision)
    return found


def test_two_equal_releases_are_taken_for_different_in_at_most_one_of_twenty_experiments() -> None:
    random = np.random.default_rng(1)
    alarms = sum(decisions(random, 200, effect=1.0) != ["go on"] * 13 for _ in range(EXPERIMENTS))
    assert alarms <= EXPERIMENTS / 20


def test_a_tenth_less_is_found_and_never_promoted() -> None:
    random = np.random.default_rng(2)
    found = [next((one for one in decisions(random, 4000, effect=0.9) if one != "go on"), "go on") for _ in range(20)]
    assert found.count("promote") == 0
    assert found.count("stop") >= 19
