"""Parts that are gone since the newest run saw them, and those that a run reads by a snapshot."""

from __future__ import annotations

from typing import Any

import pytest

from retrain.decision import Nothing
from retrain.handler import handler
from taproom.snapshots.description import Snapshot
from tests.unit.retrain.asking import FIRST, FORCED, SECOND, THIRD, UNDO, Context, batch, decide, started
from tests.unit.retrain.cloud import BUCKET, Cloud


def leave(cloud: Cloud, run: str, *parts: str) -> list[str]:
    """Have a snapshot of the parts kept; how a manifest lists it."""
    files = {"reviews-00000.parquet": 4, "reviews-00001.parquet": 6}
    for name, size in files.items():
        cloud.s3.put_object(Bucket=BUCKET, Key=f"snapshots/{run}/{name}", Body=b"-" * size)
    description = Snapshot(run, 10, files, sorted(parts)).to_json().encode()
    cloud.s3.put_object(Bucket=BUCKET, Key=f"snapshots/{run}/snapshot.json", Body=description)
    return [f"snapshots/{run}/{name}" for name in (*files, "snapshot.json")]


def reads(cloud: Cloud, job: str) -> list[Any]:
    """What the manifest of the job's channel of reviews lists."""
    channel = cloud.job(job)["InputDataConfig"][0]
    assert channel["ChannelName"] == "reviews"
    uri: str = channel["DataSource"]["S3DataSource"]["S3Uri"]
    return list(cloud.read(uri.removeprefix(f"s3://{BUCKET}/")))


def test_parts_that_the_newest_snapshot_covers_are_read_by_it_and_all_make_the_run(cloud: Cloud) -> None:
    for part in (FIRST, SECOND, THIRD):
        cloud.drop(part)
    without = started(cloud)
    leave(cloud, "taproom-1", FIRST)
    files = leave(cloud, "taproom-2", FIRST, SECOND)
    run = started(cloud, FORCED)
    # Of the same content, whatever it is read by.
    assert run == f"{without}-2"
    assert reads(cloud, run) == [{"prefix": f"s3://{BUCKET}/"}, *files, f"reviews/{THIRD}.parquet"]
    assert cloud.read(f"runs/{run}/manifest.json") == cloud.read(f"runs/{without}/manifest.json")
    assert cloud.retrain.bucket.parts_of(run) == {FIRST, SECOND, THIRD}


def test_a_snapshot_of_a_part_that_is_gone_gives_way_to_an_older_one_and_to_the_parts(cloud: Cloud) -> None:
    for part in (FIRST, SECOND, THIRD):
        cloud.drop(part)
    older = leave(cloud, "taproom-1", FIRST)
    leave(cloud, "taproom-2", FIRST, SECOND)
    cloud.withdraw(SECOND)
    run = started(cloud, UNDO)
    assert reads(cloud, run)[1:] == [*older, f"reviews/{THIRD}.parquet"]
    cloud.withdraw(FIRST)
    assert reads(cloud, started(cloud, FORCED))[1:] == [f"{THIRD}.parquet"]


@pytest.mark.parametrize("fault", ["another format", "a file of another size", "a file that is missing"])
def test_a_snapshot_that_cannot_be_used_is_not(cloud: Cloud, fault: str) -> None:
    cloud.drop(FIRST)
    *_, file, description = leave(cloud, "taproom-one", FIRST)
    if fault == "another format":
        cloud.put(description, {"format": 2})
    elif fault == "a file of another size":
        cloud.s3.put_object(Bucket=BUCKET, Key=file, Body=b"")
    else:
        cloud.s3.delete_object(Bucket=BUCKET, Key=file)
    assert reads(cloud, started(cloud))[1:] == [f"{FIRST}.parquet"]


def test_who_recommends_to_everybody_reads_it_as_well_and_leaves_none(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.give_verdict(run)
    cloud.serve(run)
    files = leave(cloud, run, FIRST)
    handler(batch('{"reason": "batch"}'), Context())
    (job,) = (name for name in cloud.runs() if "-batch-" in name)
    assert reads(cloud, job)[1:] == files
    assert "snapshot" not in cloud.job(job)["CheckpointConfig"]["S3Uri"]


@pytest.mark.parametrize("spot", [False, True])
def test_a_run_leaves_its_snapshot_in_a_folder_of_its_checkpoints(cloud: Cloud, spot: bool) -> None:
    cloud.set(training_spot=spot)
    cloud.drop(FIRST)
    run = started(cloud)
    checkpoints = f"s3://{BUCKET}/checkpoints/{run}/"
    alone = {"S3Uri": f"{checkpoints}snapshot/", "LocalPath": "/opt/ml/snapshot"}
    assert cloud.job(run)["CheckpointConfig"] == ({"S3Uri": checkpoints} if spot else alone)


def test_after_an_undo_what_is_left_is_trained_on_once_more_and_only_once(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    cloud.drop(SECOND)
    wrong = started(cloud)
    cloud.give_verdict(wrong)
    cloud.serve(wrong)
    cloud.withdraw(SECOND)
    again = started(cloud, UNDO)
    assert again == f"{first}-2"
    assert cloud.read(f"runs/{again}/manifest.json")[1:] == [f"{FIRST}.parquet"]
    # Whatever became of it.
    cloud.give_verdict(again)
    assert isinstance(decide(cloud, UNDO), Nothing)


def test_an_undo_of_what_never_served_needs_no_training(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    cloud.serve(first)
    cloud.drop(SECOND)
    cloud.give_verdict(started(cloud))
    cloud.withdraw(SECOND)
    assert f"{first} was trained on exactly these reviews" in decide(cloud, UNDO).reason


def test_good_reviews_are_not_forgotten_over_a_bad_drop_that_a_failed_run_saw_beside_them(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    cloud.serve(first)
    cloud.drop(SECOND)
    cloud.drop(THIRD)
    cloud.end(started(cloud), "Failed", cloud.now)
    cloud.withdraw(THIRD)
    assert cloud.read(f"runs/{started(cloud, UNDO)}/manifest.json")[1:] == [f"{FIRST}.parquet", f"{SECOND}.parquet"]
