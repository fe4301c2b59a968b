"""The retrain function against S3 and SageMaker (moto, which completes a training job at once)."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from retrain.decision import Nothing
from retrain.handler import handler
from retrain.source import SourceError
from taproom.names import Layout
from tests.unit.retrain.asking import FIRST, FORCED, SCHEDULED, SECOND, Context, batch, decide, started
from tests.unit.retrain.cloud import BUCKET, DEFERRED_QUEUE, RETRAIN_QUEUE, Cloud

EVENTS = Path(__file__).parents[3] / "events"


def test_the_first_drop_starts_a_run_on_its_part(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    assert cloud.runs() == [run]
    assert cloud.read(f"runs/{run}/manifest.json") == [{"prefix": f"s3://{BUCKET}/reviews/"}, f"{FIRST}.parquet"]


def test_the_job_finds_its_code_in_the_bucket(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    job = cloud.job(started(cloud))
    place = json.loads(job["HyperParameters"]["sagemaker_submit_directory"]).removeprefix(f"s3://{BUCKET}/")
    archive = cloud.s3.get_object(Bucket=BUCKET, Key=place)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert "train.py" in tar.getnames()


def test_what_is_not_a_part_is_not_trained_on(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.s3.put_object(Bucket=BUCKET, Key="reviews/", Body=b"")
    cloud.s3.put_object(Bucket=BUCKET, Key="reviews/_SUCCESS", Body=b"")
    assert cloud.read(f"runs/{started(cloud)}/manifest.json")[1:] == [f"{FIRST}.parquet"]


def test_a_hundred_requests_at_once_start_one_run(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    for _ in range(10):
        handler(batch(*['{"reason": "ingest"}'] * 10), Context())
    assert len(cloud.runs()) == 1


def test_nothing_starts_while_a_job_runs_and_its_end_starts_the_rest(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.end(run, "InProgress", cloud.now)
    cloud.drop(SECOND)
    assert "still training" in decide(cloud).reason
    cloud.end(run, "Failed", cloud.now)
    assert cloud.read(f"runs/{started(cloud)}/manifest.json")[1:] == [f"{FIRST}.parquet", f"{SECOND}.parquet"]


def test_a_stopping_job_still_runs(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.end(started(cloud), "Stopping", cloud.now)
    cloud.drop(SECOND)
    assert "still training" in decide(cloud).reason


def test_a_job_of_a_stack_whose_name_starts_alike_is_not_ours(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.set(prefix="taproom-0a1b2c3d")
    foreign = started(cloud)
    cloud.end(foreign, "InProgress", cloud.now)
    cloud.set(prefix="taproom")
    assert started(cloud) != foreign


def test_a_completed_run_waits_for_its_verdict(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.end(run, "Completed", cloud.now)
    cloud.drop(SECOND)
    assert f"{run} has completed and awaits its verdict" in decide(cloud).reason
    cloud.give_verdict(run)
    assert started(cloud) != run


def test_a_verdict_that_never_came_is_not_waited_for_longer_than_two_hours(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.end(started(cloud), "Completed", cloud.now)
    cloud.drop(SECOND)
    just_before = cloud.now + timedelta(hours=1, minutes=59)
    assert "awaits its verdict" in decide(cloud, at=just_before).reason
    assert started(cloud, at=cloud.now + timedelta(hours=2))


def test_the_newest_completed_run_is_the_one_that_needs_a_verdict(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    earlier = started(cloud)
    cloud.end(earlier, "Completed", cloud.now - timedelta(hours=1))
    cloud.give_verdict(earlier)
    cloud.drop(SECOND)
    later = started(cloud)
    cloud.end(later, "Completed", cloud.now)
    cloud.drop("20260103T000000Z-000000000003")
    assert f"{later} has completed and awaits its verdict" in decide(cloud).reason


def test_without_reviews_nothing_starts(cloud: Cloud) -> None:
    assert "There are no reviews yet" in decide(cloud).reason
    assert cloud.runs() == []


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_the_same_is_not_trained_twice_however_it_ended(cloud: Cloud, status: str) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.end(run, status, cloud.now - timedelta(days=1))
    assert f"{run} was trained on exactly these reviews" in decide(cloud, SCHEDULED).reason
    assert cloud.runs() == [run]


def test_each_forced_request_is_a_further_attempt(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud, FORCED)
    assert [started(cloud, FORCED), started(cloud, FORCED)] == [f"{first}-2", f"{first}-3"]
    assert cloud.read(f"runs/{first}-3/manifest.json")[1:] == [f"{FIRST}.parquet"]


def test_other_code_or_hyperparameters_are_another_run_for_the_schedule(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    runs = [started(cloud)]
    cloud.give_verdict(runs[-1])
    cloud.set(hyperparameters={"seed": 7})
    runs.append(started(cloud, SCHEDULED))
    cloud.give_verdict(runs[-1])
    (cloud.settings.training_source / "train.py").write_text("print('better')\n")
    runs.append(started(cloud, SCHEDULED))
    assert len(set(runs)) == 3
    assert len(cloud.keys("code/")) == 2


def test_new_reviews_are_counted_against_the_newest_run_and_the_missing_ones_named(cloud: Cloud) -> None:
    cloud.set(minimum_new_reviews=10)
    cloud.drop(FIRST, rows=10)
    cloud.give_verdict(started(cloud))
    cloud.drop(SECOND, rows=4)
    assert "4 new reviews and 10 are needed: 6 are missing" in decide(cloud).reason
    cloud.drop("20260103T000000Z-000000000003", rows=6)
    assert started(cloud)


def test_the_schedule_takes_the_new_reviews_that_there_are(cloud: Cloud) -> None:
    cloud.set(minimum_new_reviews=10)
    cloud.drop(FIRST, rows=4)
    assert started(cloud, SCHEDULED)


def test_a_part_that_does_not_tell_its_rows_is_enough(cloud: Cloud) -> None:
    cloud.set(minimum_new_reviews=10)
    cloud.drop(FIRST, rows=None)
    assert started(cloud)


@pytest.mark.parametrize("layout", list(Layout))
def test_the_run_is_compared_with_the_release_in_service(cloud: Cloud, layout: Layout) -> None:
    cloud.serve("taproom-ba9876543210", layout)
    cloud.drop(FIRST)
    channels = {each["ChannelName"]: each for each in cloud.job(started(cloud))["InputDataConfig"]}
    uri = channels["serving"]["DataSource"]["S3DataSource"]["S3Uri"]
    assert uri == f"s3://{BUCKET}/releases/taproom-ba9876543210/model.tar.gz"


def test_while_nothing_serves_there_is_nothing_to_compare_with(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    channels = cloud.job(started(cloud))["InputDataConfig"]
    assert [each["ChannelName"] for each in channels] == ["reviews"]


def test_a_job_that_somebody_else_created_meanwhile_is_left_to_them(cloud: Cloud) -> None:
    # moto accepts a name twice, SageMaker does not.
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ResourceInUse", "Message": "in use"}}, "CreateTrainingJob")

    cloud.drop(FIRST)
    cloud.sagemaker.meta.events.register("before-call.sagemaker.CreateTrainingJob", refuse)
    try:
        decision = decide(cloud)
    finally:
        cloud.sagemaker.meta.events.unregister("before-call.sagemaker.CreateTrainingJob", refuse)
    assert isinstance(decision, Nothing)
    assert "was started by somebody else" in decision.reason


def test_the_sample_events_start_a_run(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    event = json.loads((EVENTS / "retrain_by_hand.json").read_text())
    assert handler(event, Context()) == {"batchItemFailures": []}
    assert len(cloud.runs()) == 1


def deferred(*bodies: str) -> dict[str, Any]:
    """A batch from the queue of what is deferred."""
    asked = batch(*bodies)
    for record in asked["Records"]:
        record["eventSourceARN"] = f"arn:aws:sqs:eu-west-1:123456789012:{DEFERRED_QUEUE}"
    return asked


@pytest.mark.parametrize("status", ["InProgress", "Completed"])
def test_what_is_asked_while_a_run_is_not_decided_is_asked_again_and_then_done(cloud: Cloud, status: str) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.end(run, status, cloud.now)
    cloud.drop(SECOND)
    handler(batch('{"reason": "ingest"}', '{"reason": "schedule"}'), Context())
    (body,) = cloud.messages(DEFERRED_QUEUE)
    assert json.loads(body) == {"reason": "deferred", "force": False, "scheduled": True}

    # It comes round, is handed on to the one queue that is decided from, and waits again.
    handler(deferred(body), Context())
    assert cloud.messages(RETRAIN_QUEUE) == [body]
    handler(batch(body), Context())
    assert cloud.messages(DEFERRED_QUEUE) == [body]

    # Nobody else asks: promote may have failed, and no drop comes.
    cloud.end(run, "Completed", cloud.now)
    cloud.give_verdict(run)
    handler(batch(body), Context())
    assert len(cloud.runs()) == 2
    assert cloud.messages(DEFERRED_QUEUE) == []


def test_a_forced_request_keeps_its_force_while_it_waits(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.end(run, "InProgress", cloud.now)
    handler(batch('{"reason": "by hand", "force": true}', '{"reason": "ingest"}'), Context())
    (body,) = cloud.messages(DEFERRED_QUEUE)
    cloud.end(run, "Failed", cloud.now)
    handler(batch(body), Context())
    assert cloud.runs() == [run, f"{run}-2"]


def test_what_was_deferred_is_handed_on_each_time_though_it_reads_the_same(cloud: Cloud) -> None:
    for message in ("first", "second"):
        asked = deferred('{"reason": "deferred"}')
        asked["Records"][0]["messageId"] = message
        handler(asked, Context())
    assert len(cloud.messages(RETRAIN_QUEUE) + cloud.messages(RETRAIN_QUEUE)) == 2


def test_the_end_of_a_job_is_read_from_eventbridges_event(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    handler(batch((EVENTS / "training_job_failed.json").read_text()), Context())
    assert len(cloud.runs()) == 1


def test_an_unreadable_message_is_reported_and_keeps_no_other_one_waiting(
    cloud: Cloud, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.drop(FIRST)
    assert handler(batch("retrain!", '{"reason": "ingest"}'), Context()) == {"batchItemFailures": []}
    assert len(cloud.runs()) == 1
    assert "The message 'retrain!' is not a request for a retrain" in caplog.text
    assert '"UnreadableRequests":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_the_log_gives_the_reason_either_way(
    cloud: Cloud, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    handler(batch('{"reason": "ingest"}'), Context())
    assert "Nothing to train: There are no reviews yet" in caplog.text
    cloud.drop(FIRST)
    handler(batch('{"reason": "ingest"}'), Context())
    assert "Training starts: 1 part to train on, asked for by: ingest." in caplog.text
    assert '"TrainingJobsStarted":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_an_unexpected_error_leaves_all_messages_to_be_delivered_again_and_is_logged_with_their_ids(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.drop(FIRST)
    monkeypatch.setenv("TRAINING_SOURCE", "/nowhere")
    with pytest.raises(SourceError):
        handler(batch('{"reason": "ingest"}', '{"reason": "schedule"}'), Context())
    (failed,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert vars(failed)["message_ids"] == ["0", "1"]
