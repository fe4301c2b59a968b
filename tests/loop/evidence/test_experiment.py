"""A candidate is tried beside what serves: users keep their release, the log tells, a rule decides, the loser goes."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.served.rows import SCHEMA, Row
from operate.__main__ import main
from taproom.experiments import Experiment
from taproom.names import challenger_prefix
from taproom.sagemaker_endpoints import release_in_service
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually

USERS = [f"user{number}" for number in range(8)]


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    """A stack with a release in service, half of whose users get a candidate first."""
    world = deployed(ExperimentShare="0.5")
    assert world.drop().kind == "promoted"
    return world


def serving(world: World) -> tuple[str | None, str | None]:
    """The release in service, and the one beside it."""
    sagemaker = world.cloud.client("sagemaker")
    return release_in_service(sagemaker, world.prefix), release_in_service(sagemaker, challenger_prefix(world.prefix))


def endpoints(world: World) -> int:
    return len(world.cloud.client("sagemaker").list_endpoints()["Endpoints"])


def experiment(world: World) -> Experiment:
    return Experiment.model_validate_json(world.object("experiment.json"))


def answered(world: World) -> dict[str, str]:
    """Which release answers each user."""
    return {user: world.loop.recommendations(user, 3)["release"] for user in USERS}


def by_hash(trial: Experiment) -> dict[str, str]:
    return {user: trial.challenger if trial.is_of_challenger(user) else trial.control for user in USERS}


def logged(world: World) -> list[dict[str, Any]]:
    world.quiet()
    files = world.objects("served/").values()
    return [row for file in files for row in pq.read_table(io.BytesIO(file)).to_pylist()]


def people(world: World, tried: dict[bool, int]) -> None:
    """Ten answers to each of 400 users, of which so many are tried, by whether the user is of the challenger."""
    trial = experiment(world)
    rows = []
    at = round(datetime.now(UTC).timestamp() * 1000)
    context = json.dumps({"experiment": trial.challenger, "limit": 10})
    for number in range(4000):
        user, answer = f"guest{number % 400}", f"{at:020}{number:012}"
        of_challenger = trial.is_of_challenger(user)
        release = trial.challenger if of_challenger else trial.control
        said = {"place": 1, "score": 4.0, "propensity": 1.0, "release": release, "ratings": 9, "context": context}
        rows.append(Row("served", at, answer, user, "b01", **said))  # type: ignore[arg-type]
        if number // 400 < tried[of_challenger]:
            rows.append(Row("tried", at, answer, beer_id="b01"))
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row._asdict() for row in rows], SCHEMA), body)
    key = f"served/day={datetime.now(UTC):%Y-%m-%d}/{at}.parquet"
    world.cloud.client("s3").put_object(Bucket=world.bucket, Key=key, Body=body.getvalue())
    world.cloud.client("lambda").invoke(FunctionName=world.cloud.functions.name_of("MonitorFunction"))


def test_a_candidate_that_people_take_more_goes_from_the_gate_into_service(world: World) -> None:
    control, _ = serving(world)
    started = world.drop()
    assert started.kind == "experiment started"
    assert f"{started.run} is tried beside {control} for 50% of users." in started.body
    assert serving(world) == (control, started.run)
    trial = experiment(world)

    # What a container has read of experiments counts for twenty seconds.
    eventually(lambda: answered(world) == by_hash(trial), 60)
    assert set(by_hash(trial).values()) == {control, started.run}
    assert [answered(world) for _ in range(3)] == [by_hash(trial)] * 3
    took_part = [row for row in logged(world) if row["event"] == "served" and started.run in row["context"]]
    assert {(row["username"], row["release"]) for row in took_part} >= set(by_hash(trial).items())

    people(world, {True: 6, False: 3})
    outcome = world.loop.outcome()
    assert (outcome.kind, outcome.run) == ("promoted", started.run)
    assert "\n\nOf its answers more were taken (" in outcome.body
    eventually(lambda: endpoints(world) == 2, 60)
    assert serving(world) == (started.run, None)
    assert experiment(world).status == "promoted"
    assert set(answered(world).values()) == {started.run}


def test_one_that_people_take_less_is_taken_away_and_the_candidate_that_waited_is_next(world: World) -> None:
    world.quiet()
    control, _ = serving(world)
    first = world.drop()
    assert first.kind == "experiment started"
    world.loop.drop(world.csv())
    eventually(lambda: experiment(world).waiting is not None, 120)
    waiting = experiment(world).waiting

    people(world, {True: 1, False: 4})
    # Told in the order of their names.
    assert {(one.kind, one.run) for one in (world.loop.outcome(), world.loop.outcome())} == {
        ("rolled back", first.run),
        ("experiment started", waiting),
    }
    assert serving(world) == (control, waiting)
    packages = world.cloud.client("sagemaker").list_model_packages(ModelPackageGroupName=world.prefix)
    states = {one["ModelPackageDescription"]: one["ModelApprovalStatus"] for one in packages["ModelPackageSummaryList"]}
    assert (states[first.run], states[waiting]) == ("Rejected", "Approved")


def test_a_person_looks_and_ends_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.quiet()
    control, challenger = serving(world)
    main(["experiment", f"--local={world.cloud.url}"])
    assert capsys.readouterr().out.startswith(f"{challenger} beside {control}, for 50% of users, since ")
    main(["experiment", "stop", f"--local={world.cloud.url}"])
    assert (world.loop.outcome().kind, serving(world)[0]) == ("rolled back", control)
    eventually(lambda: endpoints(world) == 2, 60)
    with pytest.raises(SystemExit, match="No experiment runs in"):
        main(["experiment", "promote", f"--local={world.cloud.url}"])


def test_a_challenger_that_answers_wrongly_is_never_tried(world: World) -> None:
    world.quiet()
    control, _ = serving(world)
    assert world.drop("ann,answers wrongly").kind == "rolled back"
    eventually(lambda: endpoints(world) == 2, 60)
    assert serving(world) == (control, None)


def test_with_the_stack_the_challengers_endpoints_go(world: World) -> None:
    world.quiet()
    assert world.drop().kind == "experiment started"
    assert endpoints(world) == 4
    time.sleep(1)
    world.cloud.delete()
    assert endpoints(world) == 0
