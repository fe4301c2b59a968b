"""A candidate that passed the gate is tried beside what serves, and every way out of that leaves one pair serving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from promote import handler as promote_handler
from promote.rollout import LONGEST_INVOCATION
from tests.unit.promote.experiments.conftest import BUCKET, CHANGED, CONTROL, FIRST, SECOND, THIRD, World
from tests.unit.promote.test_untold import Context


def test_a_candidate_that_passed_the_gate_is_tried_beside_what_serves(trial: World) -> None:
    assert trial.serving() == (CONTROL, FIRST)
    experiment = trial.experiment()
    assert (experiment.challenger, experiment.control, experiment.share) == (FIRST, CONTROL, 0.5)
    assert experiment.status == "running"
    assert abs(datetime.now(UTC) - experiment.started_at) < timedelta(minutes=1)
    trial.ended(FIRST)
    assert (trial.experiment(), trial.told()) == (experiment, [])


def test_a_better_challenger_takes_the_controls_place_and_its_own_endpoints_go(trial: World) -> None:
    trial.decide("promote", FIRST, "It is liked more.")
    assert (trial.serving(), trial.endpoints()) == ((FIRST, None), 2)
    assert trial.told() == [("promoted", FIRST)]
    ended = trial.experiment()
    assert (ended.status, ended.reason) == ("promoted", "It is liked more.")
    assert trial.status(FIRST) == ("in service", "It is liked more.")
    trial.decide("promote", FIRST)
    assert (trial.experiment(), trial.told()) == (ended, [])


def test_a_worse_challenger_is_taken_away_and_rejected_with_the_reason(trial: World) -> None:
    trial.decide("stop", FIRST, "It is liked less.")
    assert (trial.serving(), trial.endpoints()) == ((CONTROL, None), 2)
    assert trial.told() == [("rolled back", FIRST)]
    assert (trial.experiment().status, trial.experiment().reason) == ("stopped", "It is liked less.")
    assert trial.status(FIRST) == ("rolled back", "It is liked less.")
    assert trial.approval(FIRST) == "Rejected"
    # The same job's end once more is no new candidate.
    trial.ended(FIRST)
    assert trial.serving() == (CONTROL, None)


def test_a_challenger_that_does_not_work_never_starts(world: World) -> None:
    world.broken.add(FIRST)
    world.candidate(FIRST)
    assert (world.serving(), world.endpoints()) == ((CONTROL, None), 2)
    assert world.told() == [("rolled back", FIRST)]
    assert world.status(FIRST) == ("rolled back", "it answers wrongly")


def test_a_challenger_that_fails_where_it_is_promoted_leaves_the_control_in_service(trial: World) -> None:
    trial.broken.add(FIRST)
    trial.decide("promote", FIRST)
    assert (trial.serving(), trial.endpoints()) == ((CONTROL, None), 2)
    assert trial.told() == [("rolled back", FIRST)]
    ended = trial.experiment()
    assert (ended.status, ended.reason) == ("stopped", "It could not be put in service. It is so.")


def test_of_the_candidates_that_come_meanwhile_the_newest_is_next(trial: World) -> None:
    trial.candidate(SECOND)
    assert (trial.serving(), trial.experiment().waiting) == ((CONTROL, FIRST), SECOND)
    trial.candidate(THIRD)
    assert trial.experiment().waiting == THIRD
    assert trial.told() == [("rolled back", SECOND)]
    assert trial.status(SECOND) == ("rolled back", f"{THIRD} passed the gate while it waited.")
    trial.ended(SECOND)
    assert trial.experiment().waiting == THIRD
    trial.decide("promote", FIRST)
    assert trial.serving() == (FIRST, THIRD)
    assert (trial.experiment().challenger, trial.experiment().control) == (THIRD, FIRST)
    assert trial.told() == [("promoted", FIRST), ("experiment started", THIRD)]


def test_who_waits_goes_in_service_where_nothing_is_tried_any_more(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial.candidate(SECOND)
    monkeypatch.setenv("EXPERIMENT_SHARE", "0")
    trial.decide("stop", FIRST)
    assert trial.serving() == (SECOND, None)
    assert trial.told() == [("rolled back", FIRST), ("promoted", SECOND)]
    assert trial.experiment().waiting is None


def test_a_decision_that_comes_too_late_changes_nothing(trial: World) -> None:
    trial.decide("stop", FIRST)
    trial.candidate(SECOND)
    trial.told()
    trial.decide("promote", FIRST)
    assert trial.serving() == (CONTROL, SECOND)
    assert trial.told() == []


def test_a_promotion_that_has_begun_is_gone_on_with_whatever_is_decided(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("promote.rollout.deploy", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            trial.decide("promote", FIRST)
    assert trial.experiment().status == "promoting"
    trial.decide("stop", FIRST)
    assert (trial.serving(), trial.experiment().status) == ((FIRST, None), "promoted")


def test_an_end_whose_invocation_ended_is_gone_on_with(trial: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.candidate(SECOND)
    with monkeypatch.context() as patch:
        patch.setattr("promote.experiments.lifecycle.Layout", [None])
        with pytest.raises(AttributeError):
            trial.decide("stop", FIRST)
    assert trial.serving() == (CONTROL, FIRST)
    ended = trial.experiment()
    old = ended.model_copy(update={"ended_at": ended.started_at - LONGEST_INVOCATION})
    trial.aws("s3").put_object(Bucket=BUCKET, Key="experiment.json", Body=old.model_dump_json())
    trial.invoke(**CHANGED)
    assert trial.serving() == (CONTROL, SECOND)


def test_the_challenger_by_hand_is_a_promotion(trial: World) -> None:
    trial.invoke(release=FIRST, by="ann")
    assert (trial.serving(), trial.experiment().status) == ((FIRST, None), "promoted")
    assert trial.told() == [("promoted", FIRST)]


def test_another_release_by_hand_ends_the_experiment(world: World) -> None:
    world.candidate(FIRST)
    world.decide("promote", FIRST)
    world.candidate(SECOND)
    world.told()
    world.invoke(release=CONTROL, by="ann")
    assert (world.serving(), world.experiment().status) == ((CONTROL, None), "stopped")
    assert world.told() == [("rolled back", SECOND), ("promoted", CONTROL)]
    assert world.status(SECOND) == ("rolled back", f"{CONTROL} was put in service instead.")


def test_new_settings_of_the_endpoints_reach_both_pairs_and_the_experiment_goes_on(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, configs = trial.experiment(), trial.configs()
    monkeypatch.setenv("SERVERLESS_MEMORY", "4096")
    trial.invoke(release=CONTROL, by="an update of the stack")
    assert (trial.serving(), trial.configs() & configs, len(trial.configs())) == ((CONTROL, FIRST), set(), 4)
    assert trial.experiment() == before


def test_a_start_whose_invocation_ended_is_gone_on_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("promote.experiments.lifecycle.deploy", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.candidate(FIRST)
    begun = world.experiment()
    assert begun.status == "starting"
    world.invoke(**CHANGED)
    assert world.experiment() == begun
    old = begun.model_copy(update={"started_at": begun.started_at - LONGEST_INVOCATION})
    world.aws("s3").put_object(Bucket=BUCKET, Key="experiment.json", Body=old.model_dump_json())
    world.invoke(**CHANGED)
    assert (world.experiment().status, world.serving()) == ("running", (CONTROL, FIRST))
    assert world.told() == [("experiment started", FIRST)]


@pytest.mark.usefixtures("trial")
def test_the_release_that_is_tried_is_not_retired() -> None:
    endpoints = promote_handler._built(cast(LambdaContext, Context())).endpoints
    assert endpoints.releases_in_use() == {CONTROL, FIRST}
