"""While an experiment runs, each user gets one release for as long as it lasts, and the log tells who was in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from recommend import handler as recommend_handler
from taproom.catalogue_file import BeerNeighbours
from taproom.experiments import Experiment
from tests.unit.recommend.calls import good, ids, warm
from tests.unit.recommend.cloud import BUCKET, NEW, OLD, RATINGS_QUEUE_URL, Cloud, Refused, Release, get, post

RUNNING = Experiment(
    challenger=NEW, control=OLD, share=0.5, started_at=datetime(2026, 11, 1, tzinfo=UTC), status="running"
)
USERS = [f"user{number}" for number in range(40)]
OF_CHALLENGER = next(user for user in USERS if RUNNING.is_of_challenger(user))
OF_CONTROL = next(user for user in USERS if not RUNNING.is_of_challenger(user))


@pytest.fixture
def trial(cloud: Cloud, tmp_path: Path) -> Cloud:
    """OLD is in service, NEW is tried: it finds the beer 1 first, where OLD finds the beer 2."""
    cloud.keep_catalogue(NEW, tmp_path)
    release = Release(NEW, {"0": ["1", "2", "3", "4"]}, {"1": 5.0, "2": 4.0, "3": 4.0, "4": 4.0})
    cloud.endpoints |= {"taproom-challenger-retrieval": release, "taproom-challenger-ranking": release}
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    for user in USERS:
        cloud.remember(user, "20260101T000000Z-000000000000", {"0": 4.0})
    say(cloud, RUNNING)
    return cloud


def say(cloud: Cloud, experiment: Experiment) -> None:
    """Have promote say so, for whoever asks from now on."""
    cloud.s3.put_object(Bucket=BUCKET, Key="experiment.json", Body=experiment.model_dump_json())
    recommend_handler._services().arms.experiment._read_at = float("-inf")


def logged(cloud: Cloud) -> list[dict[str, Any]]:
    found = cloud.sqs.receive_message(QueueUrl=RATINGS_QUEUE_URL, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def asked(user: str) -> dict[str, Any]:
    return good(get(f"/users/{user}/recommendations?limit=2"))


@pytest.mark.usefixtures("trial")
def test_a_user_has_one_release_at_every_request_and_it_is_that_of_the_hash() -> None:
    served = {user: {asked(user)["release"] for _ in range(3)} for user in USERS}
    assert served == {user: {NEW if RUNNING.is_of_challenger(user) else OLD} for user in USERS}
    assert set().union(*served.values()) == {OLD, NEW}
    assert (ids(asked(OF_CHALLENGER))[0], ids(asked(OF_CONTROL))[0]) == ("1", "2")


def test_the_log_tells_who_took_part_and_which_release_answered(trial: Cloud) -> None:
    for user in (OF_CHALLENGER, OF_CONTROL):
        asked(user)
    good(post("/recommendations", {"ratings": {"0": 4}}))
    good(post(f"/users/{OF_CHALLENGER}/menu", {"menu": "Stout by Birch\nPale Ale by Alder"}))
    told = {
        (one["username"], one["route"]): (one["release"], one["context"].get("experiment")) for one in logged(trial)
    }
    assert told == {
        (OF_CHALLENGER, "recommendations"): (NEW, NEW),
        (OF_CONTROL, "recommendations"): (OLD, NEW),
        (None, "recommendations"): (OLD, None),
        (OF_CHALLENGER, "menu"): (OLD, None),
    }


@pytest.mark.parametrize("broken", ["retrieval", "ranking", "both endpoints", "catalogue"])
def test_a_challenger_that_does_not_answer_leaves_the_user_to_the_release_in_service(trial: Cloud, broken: str) -> None:
    if broken == "catalogue":
        trial.s3.delete_object(Bucket=BUCKET, Key=f"releases/{NEW}/catalogue.sqlite")
    elif broken == "both endpoints":
        del trial.endpoints["taproom-challenger-retrieval"], trial.endpoints["taproom-challenger-ranking"]
    else:
        trial.endpoints[f"taproom-challenger-{broken}"] = Refused("ModelError", 424)
    body = asked(OF_CHALLENGER)
    assert (body["release"], body["note"], ids(body)[0]) == (OLD, None, "2")
    (message,) = logged(trial)
    assert (message["release"], message["context"]["experiment"]) == (OLD, NEW)


@pytest.mark.parametrize("asleep", ["retrieval", "ranking"])
def test_a_challenger_that_sleeps_gives_its_users_a_quick_list_of_its_own(
    trial: Cloud, tmp_path: Path, asleep: str
) -> None:
    for servable in ("retrieval", "ranking"):
        trial.deploy(NEW, servable, "taproom-challenger")
    (tmp_path / "again").mkdir()
    trial.keep_catalogue(NEW, tmp_path / "again", neighbours=(BeerNeighbours(0, (2, 3), (1.0, 2.0)),))
    trial.remember(OF_CHALLENGER, "20260101T000000Z-000000000001", {"1": 4.0})
    trial.endpoints[f"taproom-challenger-{asleep}"] = ReadTimeoutError(endpoint_url="https://runtime")
    body = asked(OF_CHALLENGER)
    assert (body["release"], body["basis"]) == (NEW, "quick")
    # Who waits for the models has waited long enough.
    waited = good(get(f"/users/{OF_CHALLENGER}/recommendations?limit=2&quick=false"))
    assert (waited["release"], waited["basis"]) == (OLD, "personal")


def test_the_schedule_wakes_the_challenger_while_it_serves(trial: Cloud) -> None:
    for status, woken in (("running", 4), ("stopped", 2)):
        say(trial, RUNNING.model_copy(update={"status": status}))
        trial.asked.clear()
        warm()
        assert len({endpoint for endpoint, _, _ in trial.asked}) == woken


@pytest.mark.parametrize("status", ["starting", "promoted", "stopped"])
def test_before_and_after_an_experiment_everybody_has_the_release_in_service(trial: Cloud, status: str) -> None:
    say(trial, RUNNING.model_copy(update={"status": status}))
    assert asked(OF_CHALLENGER)["release"] == OLD
    (message,) = logged(trial)
    assert "experiment" not in message["context"]


def test_what_else_is_asked_about_beers_stays_with_the_release_in_service(trial: Cloud, tmp_path: Path) -> None:
    trial.keep_catalogue(NEW, tmp_path, ())
    trial.endpoints["taproom-challenger-ranking"] = Release(NEW, {}, dict.fromkeys("1234", 4.0))
    asked(OF_CHALLENGER)
    assert good(get("/beers/1"))["beer_id"] == "1"


@pytest.mark.usefixtures("trial")
def test_where_it_cannot_be_told_whether_an_experiment_runs_the_release_in_service_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    experiment = recommend_handler._services().arms.experiment
    monkeypatch.setitem(experiment._object, "Bucket", "none-of-that-name")
    assert asked(OF_CHALLENGER)["release"] == OLD


def test_half_of_the_users_are_a_half_and_another_experiment_shares_them_out_anew() -> None:
    users = [f"user{number}" for number in range(10_000)]
    for share in (0.1, 0.5):
        mine = RUNNING.model_copy(update={"share": share})
        taken = {user for user in users if mine.is_of_challenger(user)}
        # Five standard deviations.
        assert abs(len(taken) - share * 10_000) < 5 * (10_000 * share * (1 - share)) ** 0.5
        other = mine.model_copy(update={"challenger": "taproom-000000000003"})
        both = sum(other.is_of_challenger(user) for user in taken)
        assert abs(both / len(taken) - share) < 5 * (share * (1 - share) / len(taken)) ** 0.5
