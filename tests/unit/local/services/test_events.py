"""What is put on the bus reaches the targets of the rules that match it, and no others."""

from __future__ import annotations

import json
from typing import Any

from local.assembly import Cloud
from tests.unit.local.waiting import eventually


def receive(cloud: Cloud, queue: str) -> list[Any]:
    """The messages that wait in the queue of that output; they are deleted."""
    client = cloud.client("sqs")
    received = client.receive_message(
        QueueUrl=cloud.outputs[queue], MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages", [])
    for message in received:
        client.delete_message(QueueUrl=cloud.outputs[queue], ReceiptHandle=message["ReceiptHandle"])
    return received


def ingested(cloud: Cloud, key: str) -> list[dict[str, Any]]:
    """The events about the object `key` that the function behind the queue got."""
    client = cloud.client("s3")
    found = client.list_objects_v2(Bucket=cloud.outputs["BucketName"], Prefix="batches/").get("Contents", [])
    records = [
        json.loads(client.get_object(Bucket=cloud.outputs["BucketName"], Key=entry["Key"])["Body"].read())
        for entry in found
    ]
    events = [json.loads(record["body"]) for record in records]
    return [event for event in events if event["detail"]["object"]["key"] == key]


def test_a_drop_is_announced_with_what_s3_says_of_it(cloud: Cloud) -> None:
    bucket = cloud.outputs["BucketName"]

    put = cloud.client("s3").put_object(Bucket=bucket, Key="incoming/may/a b.csv", Body=b"abc")

    (event,) = eventually(lambda: ingested(cloud, "incoming/may/a b.csv"))
    described = event["detail"]["object"]
    assert described.pop("sequencer")
    assert described == {
        "key": "incoming/may/a b.csv",
        "size": 3,
        # MD5 of "abc".
        "etag": "900150983cd24fb0d6963f7d28e17f72",
        "version-id": put["VersionId"],
    }
    assert event["detail"]["bucket"] == {"name": bucket}
    assert event["detail"]["reason"] == "PutObject"
    assert event["source"] == "aws.s3"
    assert event["resources"] == [f"arn:aws:s3:::{bucket}"]


def test_each_event_has_an_id_of_its_own_and_later_ones_a_larger_sequencer(cloud: Cloud) -> None:
    for body in (b"1", b"2"):
        cloud.client("s3").put_object(Bucket=cloud.outputs["BucketName"], Key="incoming/twice.csv", Body=body)

    first, second = sorted(
        eventually(lambda: found if len(found := ingested(cloud, "incoming/twice.csv")) == 2 else []),
        key=lambda event: event["detail"]["object"]["sequencer"],
    )

    assert first["id"] != second["id"]
    # MD5 of "1" and "2".
    assert first["detail"]["object"]["etag"] == "c4ca4238a0b923820dcc509a6f75849b"
    assert second["detail"]["object"]["etag"] == "c81e728d9d4c2f636f067f89cc14862c"


def test_an_upload_in_parts_is_announced_once(cloud: Cloud) -> None:
    client, where = cloud.client("s3"), {"Bucket": cloud.outputs["BucketName"], "Key": "incoming/large.csv"}
    upload = client.create_multipart_upload(**where)["UploadId"]
    part = client.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"x" * 10)
    client.complete_multipart_upload(
        **where, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    client.put_object(Bucket=where["Bucket"], Key="incoming/after.csv", Body=b"")
    eventually(lambda: ingested(cloud, "incoming/after.csv"))

    (event,) = eventually(lambda: ingested(cloud, "incoming/large.csv"))

    assert event["detail"]["reason"] == "CompleteMultipartUpload"
    assert event["detail"]["object"]["size"] == 10


def test_a_deletion_is_announced_whether_it_leaves_a_mark_or_takes_one_version_away(cloud: Cloud) -> None:
    client, where = cloud.client("s3"), {"Bucket": cloud.outputs["BucketName"], "Key": "incoming/wrong.csv"}
    versions = [client.put_object(**where, Body=body)["VersionId"] for body in (b"1", b"2")]
    client.delete_object(**where, VersionId=versions[1])
    mark = client.delete_object(**where)["VersionId"]

    def deletions() -> dict[str, str]:
        events = [event["detail"] for event in ingested(cloud, "incoming/wrong.csv")]
        return {event["object"]["version-id"]: event["deletion-type"] for event in events if "deletion-type" in event}

    found = eventually(lambda: found if len(found := deletions()) == 2 else {})
    assert found == {versions[1]: "Permanently Deleted", mark: "Delete Marker Created"}


def test_an_object_elsewhere_in_the_bucket_is_announced_to_nobody(cloud: Cloud) -> None:
    client, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    client.put_object(Bucket=bucket, Key="elsewhere.csv", Body=b"")
    client.put_object(Bucket=bucket, Key="incoming/later.csv", Body=b"")

    eventually(lambda: ingested(cloud, "incoming/later.csv"))

    assert not ingested(cloud, "elsewhere.csv")


def test_a_rule_starts_a_function_with_the_event(cloud: Cloud) -> None:
    cloud.emit("Upload", "tests", {"beer": "stout"}, ["arn:one"])

    event = eventually(lambda: uploaded(cloud))

    assert event["detail"] == {"beer": "stout"}
    assert event["detail-type"] == "Upload"
    assert event["resources"] == ["arn:one"]
    assert event["account"] == "123456789012"


def test_a_rule_sends_the_event_to_a_topic(cloud: Cloud) -> None:
    cloud.emit("Outcome", "tests", {"beer": "stout"}, [])

    (message,) = eventually(lambda: receive(cloud, "Inbox"))

    assert json.loads(json.loads(message["Body"])["Message"])["detail"] == {"beer": "stout"}


def test_a_schedule_starts_when_it_is_told_to_and_at_no_other_event(cloud: Cloud) -> None:
    cloud.emit("Outcome", "others", {}, [])
    assert not receive(cloud, "Line")

    cloud.events.fire_schedules()

    (message,) = receive(cloud, "Line")
    assert message["Body"] == '{"reason": "schedule"}'
    assert message["Attributes"]["MessageGroupId"] == "line"


def test_events_that_another_process_puts_are_delivered_too(cloud: Cloud) -> None:
    entry = {"Source": "tests", "DetailType": "Outcome", "Detail": '{"beer": "porter"}'}

    cloud.client("events").put_events(Entries=[entry])

    (message,) = eventually(lambda: receive(cloud, "Inbox"))
    assert json.loads(json.loads(message["Body"])["Message"])["detail"] == {"beer": "porter"}


def test_a_target_that_is_gone_does_not_keep_the_event_from_the_others(cloud: Cloud) -> None:
    client = cloud.client("events")
    client.put_rule(Name="broken", EventPattern='{"source": ["tests"], "detail-type": ["Outcome"]}')
    client.put_targets(Rule="broken", Targets=[{"Id": "gone", "Arn": "arn:aws:sqs:us-east-1:123456789012:gone"}])
    said: list[str] = []
    cloud.watch(lambda _, text: said.append(text))

    cloud.emit("Outcome", "tests", {"beer": "bock"}, [])

    assert eventually(lambda: receive(cloud, "Inbox"))
    assert any("broken could not reach arn:aws:sqs:us-east-1:123456789012:gone" in text for text in said)


def uploaded(cloud: Cloud) -> Any:
    client = cloud.client("s3")
    try:
        return json.loads(client.get_object(Bucket=cloud.outputs["BucketName"], Key="uploaded")["Body"].read())
    except client.exceptions.NoSuchKey:
        return None
