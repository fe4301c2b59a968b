"""What the served log says of releases: answers joined with what came of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.handler import DAYS
from taproom.evidence.online import OnlineQuality, Probes
from tests.unit.monitor.cloud import BUCKET, NEW, OLD, Cloud, answer, crowd, outcome
from tests.unit.monitor.conftest import NOW

YESTERDAY = NOW - timedelta(days=1)
LATER = YESTERDAY + timedelta(hours=1)


def test_without_a_log_there_is_nothing_to_say(cloud: Cloud) -> None:
    found = cloud.look()
    assert (found.in_service, found.releases, found.rollbacks) == (NEW, [], [])


def test_what_is_told_is_written_down(cloud: Cloud) -> None:
    cloud.log(*answer("a", YESTERDAY))
    found = cloud.look()
    body = cloud.s3.get_object(Bucket=BUCKET, Key="evidence/online.json")["Body"].read()
    assert OnlineQuality.model_validate_json(body) == found
    assert [each.release for each in found.releases] == [OLD]


def test_an_answer_is_taken_liked_and_dismissed_by_any_of_its_beers(cloud: Cloud) -> None:
    cloud.log(
        *answer("a", YESTERDAY),
        *answer("b", YESTERDAY),
        *answer("c", YESTERDAY),
        *answer("d", YESTERDAY, beers=()),
        outcome("a", "tried", "2", LATER),
        outcome("a", "tried", "1", LATER),
        outcome("b", "rated", "1", LATER, 5.0),
        outcome("c", "rated", "2", LATER, 2.0),
        outcome("c", "dismissed", "1", LATER),
        outcome("a", "seen", "1", LATER),
    )
    found = cloud.of(OLD)
    assert (found.answers, found.users, found.taken) == (4, 1, 0.75)
    # The mean of all scores is 3.5.
    assert (found.liked, found.liked_in_first_ten, found.dismissed) == (0.25, 0.25, 0.25)
    # Places 2, 1, 1 and 2.
    assert found.place == 1.5
    assert (found.rated, found.given, found.predicted) == (2, 3.5, 4.0)


def test_what_was_delivered_twice_counts_once_and_what_follows_no_answer_not_at_all(cloud: Cloud) -> None:
    rows = [*answer("a", YESTERDAY), outcome("a", "rated", "1", LATER, 4.0)]
    cloud.log(*rows)
    cloud.log(*rows, outcome("a", "tried", "7", LATER), outcome("invented", "tried", "1", LATER))
    found = cloud.of(OLD)
    assert (found.answers, found.taken, found.rated, found.place) == (1, 1.0, 1, 1.0)


def test_an_outcome_on_a_later_day_counts_for_the_day_of_the_answer(cloud: Cloud) -> None:
    cloud.log(*answer("a", NOW - timedelta(days=3)), *answer("b", YESTERDAY), outcome("a", "tried", "1", NOW))
    assert [(day.day.isoformat(), day.answers, day.taken) for day in cloud.of(OLD).days] == [
        ("2026-11-24", 1, 1.0),
        ("2026-11-26", 1, 0.0),
    ]


def test_days_before_the_window_are_not_looked_at(cloud: Cloud) -> None:
    cloud.log(*answer("a", NOW - timedelta(days=DAYS)))
    assert cloud.look().releases == []


def test_only_scores_that_were_predicted_are_held_against_those_given(cloud: Cloud) -> None:
    cloud.log(*answer("a", YESTERDAY, basis="most loved"), outcome("a", "rated", "1", LATER, 4.0))
    found = cloud.of(OLD)
    assert (found.taken, found.rated, found.predicted, found.given) == (1.0, 0, None, None)


def test_newcomers_are_told_apart(cloud: Cloud) -> None:
    cloud.log(
        *answer("a", YESTERDAY, ratings=4, username=None),
        *answer("b", YESTERDAY, ratings=0, username=None),
        *answer("c", YESTERDAY, ratings=5),
        outcome("a", "tried", "1", LATER),
    )
    found = cloud.of(OLD)
    # Those without a name are a user each.
    assert (found.users, found.newcomers.answers, found.newcomers.taken) == (3, 2, 0.5)


def test_probes_count_for_nothing_but_themselves(cloud: Cloud) -> None:
    probe = answer("a", YESTERDAY, beers=["9"], propensity=0.01)[0]._replace(place=3)
    cloud.log(*answer("a", YESTERDAY), probe, outcome("a", "tried", "9", LATER))
    found = cloud.of(OLD)
    assert (found.answers, found.taken, found.place, found.coverage) == (1, 0.0, None, 0.1)
    assert found.probes == Probes(shown=1, taken=1)


def test_the_share_of_the_catalogue_and_of_its_most_shown_tenth(cloud: Cloud) -> None:
    cloud.log(*answer("a", YESTERDAY, ["1", "2", "3", "4"]), *answer("b", YESTERDAY, ["1", "2"]))
    found = cloud.of(OLD)
    # Of 20 beers; the most shown two of them have 4 of 6 places.
    assert (found.coverage, found.head) == (0.2, pytest.approx(4 / 6))


def test_of_a_release_whose_files_are_gone_nobody_knows_the_catalogue(cloud: Cloud) -> None:
    cloud.log(*answer("a", YESTERDAY, release="taproom-gone"))
    found = cloud.of("taproom-gone")
    assert (found.coverage, found.head) == (None, None)


def test_intervals_are_over_users_and_need_a_hundred(cloud: Cloud) -> None:
    cloud.log(*crowd(OLD, YESTERDAY, 99, 33))
    assert cloud.of(OLD).taken_interval is None
    cloud.log(*crowd(OLD, YESTERDAY, 1, 0, first=99))
    found = cloud.of(OLD).taken_interval
    assert found is not None
    # Wider than the 1.96 standard errors of a single look at 33 of 100.
    assert 0 < found.lower < 0.33 - 0.092 and 0.33 + 0.092 < found.upper < 1


def test_what_came_without_the_models_counts_for_no_release(cloud: Cloud) -> None:
    cloud.log(*answer("a", YESTERDAY), *answer("b", YESTERDAY, basis="quick"), outcome("b", "rated", "1", LATER, 4.0))
    found = cloud.of(OLD)
    assert (found.answers, found.taken) == (1, 0)
