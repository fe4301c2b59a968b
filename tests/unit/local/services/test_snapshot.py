"""What a cloud kept in its directory is there again in the next one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Cloud
from local.services.snapshot import uningested
from taproom.contract import digest
from tests.unit.local.conftest import STACK
from tests.unit.local.waiting import eventually


def objects(cloud: Cloud, prefix: str) -> dict[str, Any]:
    client, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    found = client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {entry["Key"]: client.get_object(Bucket=bucket, Key=entry["Key"]) for entry in found}


def announced(cloud: Cloud) -> list[tuple[str, str]]:
    """The key and version of every drop that the function behind the queue got."""
    records = [json.loads(found["Body"].read()) for found in objects(cloud, "batches/").values()]
    about = [json.loads(record["body"])["detail"]["object"] for record in records]
    return [(described["key"], described["version-id"]) for described in about]


def test_an_object_comes_back_with_its_version_time_and_metadata(tmp_path: Path) -> None:
    with Cloud(tmp_path, persistent=True) as cloud:
        bucket = cloud.deploy(STACK)["BucketName"]
        client = cloud.client("s3")
        client.put_object(Bucket=bucket, Key="a/b.json", Body=b"{}", ContentType="text/beer", Metadata={"rows": "3"})
        before = client.head_object(Bucket=bucket, Key="a/b.json")

    with Cloud(tmp_path, persistent=True) as cloud:
        assert cloud.deploy(STACK)["BucketName"] == bucket
        client = cloud.client("s3")
        after = client.head_object(Bucket=bucket, Key="a/b.json")
        body = client.get_object(Bucket=bucket, Key="a/b.json", VersionId=before["VersionId"])["Body"].read()

    for name in ("VersionId", "ETag", "LastModified", "ContentType", "Metadata"):
        assert after[name] == before[name]
    assert body == b"{}"


def test_versions_come_back_in_their_order_and_deleted_objects_do_not(tmp_path: Path) -> None:
    with Cloud(tmp_path, persistent=True) as cloud:
        bucket, client = cloud.deploy(STACK)["BucketName"], cloud.client("s3")
        versions = [client.put_object(Bucket=bucket, Key="a", Body=body)["VersionId"] for body in (b"1", b"2", b"3")]
        client.put_object(Bucket=bucket, Key="gone", Body=b"")
        client.delete_object(Bucket=bucket, Key="gone")

    with Cloud(tmp_path, persistent=True) as cloud:
        cloud.deploy(STACK)
        client = cloud.client("s3")
        newest = client.get_object(Bucket=bucket, Key="a")
        oldest = client.get_object(Bucket=bucket, Key="a", VersionId=versions[0])
        listed = client.list_objects_v2(Bucket=bucket)["Contents"]

        assert (newest["Body"].read(), newest["VersionId"]) == (b"3", versions[2])
        assert oldest["Body"].read() == b"1"
        assert [entry["Key"] for entry in listed] == ["a"]


def test_items_and_what_others_keep_come_back(tmp_path: Path) -> None:
    item = {"username": {"S": "me"}, "reviews": {"M": {"b1": {"N": "4.5"}}}}
    with Cloud(tmp_path, persistent=True) as cloud:
        cloud.keep("taps", lambda: {"open": 3}, lambda _: None)
        cloud.deploy(STACK)
        cloud.client("dynamodb").put_item(TableName=cloud.outputs["Table"], Item=item)

    restored: list[Any] = []
    with Cloud(tmp_path, persistent=True) as cloud:
        cloud.keep("taps", lambda: None, restored.append)
        cloud.deploy(STACK)

        assert cloud.client("dynamodb").scan(TableName=cloud.outputs["Table"])["Items"] == [item]
    assert restored == [{"open": 3}]


def test_a_drop_that_was_not_ingested_is_announced_again_and_no_other(tmp_path: Path) -> None:
    with Cloud(tmp_path, persistent=True) as cloud:
        bucket, client = cloud.deploy(STACK)["BucketName"], cloud.client("s3")
        # Not "refused": the test stack's function would fail at that, and get it again after the objects are deleted.
        for key in ("incoming/done.csv", "incoming/rejected.csv", "incoming/open.csv"):
            client.put_object(Bucket=bucket, Key=key, Body=b"")
        eventually(lambda: len(announced(cloud)) == 3)
        versions = dict(announced(cloud))
        done, rejected, missed = (versions[f"incoming/{name}.csv"] for name in ("done", "rejected", "open"))
        part = f"20260101T000000Z-{digest(bucket, 'incoming/done.csv', done)}"
        client.put_object(Bucket=bucket, Key=f"reviews/{part}.parquet", Body=b"")
        part = f"20260101T000000Z-{digest(bucket, 'incoming/rejected.csv', rejected)}"
        client.put_object(Bucket=bucket, Key="receipts/rejected.csv.json", Body=json.dumps({"part": part}).encode())
        for key in objects(cloud, "batches/"):
            client.delete_object(Bucket=bucket, Key=key)

    with Cloud(tmp_path, persistent=True) as cloud:
        cloud.deploy(STACK)
        eventually(lambda: cloud.queues.unfinished(cloud.outputs["QueueName"]) == 0 and announced(cloud))

        assert announced(cloud) == [("incoming/open.csv", missed)]


def test_the_state_is_saved_while_the_cloud_runs(tmp_path: Path) -> None:
    with Cloud(tmp_path, persistent=True) as cloud:
        bucket = cloud.deploy(STACK)["BucketName"]
        cloud.client("s3").put_object(Bucket=bucket, Key="kept", Body=b"keg")

        saved = eventually(lambda: (tmp_path / "state.json").exists() and (tmp_path / "state.json").read_text())

        assert "kept" in str(saved)


def test_contents_that_nothing_refers_to_any_more_are_removed(tmp_path: Path) -> None:
    with Cloud(tmp_path, persistent=True) as cloud:
        bucket, client = cloud.deploy(STACK)["BucketName"], cloud.client("s3")
        version = client.put_object(Bucket=bucket, Key="gone", Body=b"keg")["VersionId"]
        cloud.snapshots.save()
        assert len(list((tmp_path / "objects").iterdir())) == 1

        client.delete_object(Bucket=bucket, Key="gone", VersionId=version)
        cloud.snapshots.save()

        assert list((tmp_path / "objects").iterdir()) == []


def test_a_state_of_another_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"format": 99}')

    with Cloud(tmp_path, persistent=True) as cloud, pytest.raises(ValueError, match=r"has format 99.* move .* away"):
        cloud.deploy(STACK)


def test_a_cloud_that_is_not_persistent_keeps_nothing(tmp_path: Path) -> None:
    with Cloud(tmp_path) as cloud:
        bucket = cloud.deploy(STACK)["BucketName"]
        cloud.client("s3").put_object(Bucket=bucket, Key="a", Body=b"")

    assert not (tmp_path / "state.json").exists()


def test_a_temporary_directory_goes_with_its_cloud() -> None:
    with Cloud() as cloud:
        assert cloud.directory.is_dir()

    assert not cloud.directory.exists()


def test_only_versions_that_no_part_comes_from_are_uningested() -> None:
    entries = [
        {"key": "incoming/a.csv", "version": "1"},
        {"key": "incoming/a.csv", "version": "2"},
        {"key": "reviews/a.csv", "version": "1"},
    ]

    left = uningested("bucket", entries, {f"20260101T000000Z-{digest('bucket', 'incoming/a.csv', '1')}"})

    assert left == [{"key": "incoming/a.csv", "version": "2"}]


def test_a_drop_of_several_parts_is_uningested_as_long_as_it_is_unfinished() -> None:
    part = f"20260101T000000Z-{digest('bucket', 'incoming/a.csv', '1')}"
    drop = {"key": "incoming/a.csv", "version": "1"}
    turn = {"key": f"unfinished/{part}/0003.json.gz", "version": "1"}

    assert uningested("bucket", [drop], {f"{part}-0001", f"{part}-0002"}) == []
    assert uningested("bucket", [drop, turn], {f"{part}-0001", f"{part}-0002"}) == [drop]
