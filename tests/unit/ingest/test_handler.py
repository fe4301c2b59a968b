"""A drop from its event to its receipt, on moto: once, twice, killed anywhere, late, gone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.handler import handler
from tests.unit.ingest.cloud import BUCKET, HEADER, REVIEWS, TABLE, Cloud, Killed, Killing

EVENTS = Path(__file__).parents[3] / "events"


def test_a_drop_leaves_a_part_histories_rejected_rows_a_retrain_request_and_a_receipt(cloud: Cloud) -> None:
    receipt = cloud.take_in("may/a.csv", REVIEWS)
    part = receipt["part"]
    assert cloud.keys() == ["receipts/may/a.csv.json", "rejected/may/a.csv.csv", f"reviews/{part}.parquet"]
    assert [(row["username"], row["beer_id"], row["score"], row["line"]) for row in cloud.part(part)] == [
        ("ann", "1", 3.0, 2),
        ("ann", "1", 4.5, 3),
        ("bob", "2", 2.0, 4),
    ]
    assert cloud.s3.head_object(Bucket=BUCKET, Key=f"reviews/{part}.parquet")["Metadata"] == {"rows": "3"}
    assert cloud.read("rejected/may/a.csv.csv").decode() == (
        "line,reason," + HEADER + "5,score is not a number,bad,bob,Night,Mill,1\n"
    )
    assert cloud.histories() == {("ann", part): {"1": 4.5}, ("bob", part): {"2": 2.0}}
    assert cloud.retrain_requests() == [{"reason": "ingest", "part": part}]


def test_the_receipt_counts_every_row(cloud: Cloud) -> None:
    receipt = cloud.take_in("a.csv", REVIEWS)
    dropped = cloud.s3.head_object(Bucket=BUCKET, Key="incoming/a.csv")["LastModified"]
    part = receipt.pop("part")
    assert part.startswith(f"{dropped:%Y%m%dT%H%M%SZ}-")
    assert receipt == {
        "name": "a.csv",
        "status": "accepted",
        "rows": 4,
        "accepted": 3,
        "refused": 1,
        "not_rated": 0,
        "superseded": 1,
        "added": 2,
        "changed": 0,
        "withdrawn": 0,
        "live": {"part": part, "reviews": 2},
        "reasons": {"score is not a number": 1},
        "encoding": "utf-8",
        "notes": [],
        "drift": None,
        "dropped_at": f"{dropped:%Y-%m-%dT%H:%M:%SZ}",
        "reason": None,
    }


def test_without_refused_rows_there_is_no_file_of_them(cloud: Cloud) -> None:
    part = cloud.take_in("a.csv", (HEADER + "4,ann,Night,Mill,1\n").encode())["part"]
    assert cloud.keys() == ["receipts/a.csv.json", f"reviews/{part}.parquet"]


def test_a_gzip_drop_in_latin1_is_taken_in_and_its_receipt_says_so(cloud: Cloud) -> None:
    receipt = cloud.take_in("a.csv.gz", gzip.compress((HEADER + "4,ann,Kölsch,Mühle,1\n").encode("latin-1")))
    assert (receipt["encoding"], receipt["accepted"]) == ("latin-1", 1)
    assert receipt["notes"] == ["1 rows are not UTF-8 and were read as Latin-1."]
    assert cloud.part(receipt["part"])[0]["beer_name"] == "Kölsch"


def test_optional_values_that_cannot_be_read_are_in_the_notes(cloud: Cloud) -> None:
    receipt = cloud.take_in("a.csv", ("abv," + HEADER + "strong,4,ann,Night,Mill,1\n").encode())
    assert receipt["notes"] == ["1 rows: abv is not a number from 0 to 100; it counts as unknown."]


def test_each_user_is_found_in_the_index_of_usernames_once(cloud: Cloud) -> None:
    cloud.take_in("a.csv", (HEADER + "4,Änn,Pils,Brew,1\n").encode())
    cloud.take_in("b.csv", (HEADER + "3,Änn,Stout,Brew,2\n2, bob ,Pils,Brew,1\n").encode())
    items = cloud.dynamodb.scan(TableName=TABLE)["Items"]
    index = sorted((item["username"]["S"], item["part"]["S"]) for item in items if "reviews" not in item)
    assert index == [(" a", "ann\tÄnn"), (" b", "bob\tbob")]


def test_a_username_with_spaces_around_it_has_no_history_of_its_own(cloud: Cloud) -> None:
    rows = "4,ann,Night,Mill,1\n3, ann ,Day,Mill,2\n2,ann ,Night,Mill, 1\n"
    receipt = cloud.take_in("a.csv", (HEADER + rows).encode())
    assert cloud.histories() == {("ann", receipt["part"]): {"1": 2.0, "2": 3.0}}
    assert receipt["superseded"] == 1


def test_delivering_a_drop_again_changes_nothing(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", REVIEWS)
    assert cloud.deliver(event, event) == []
    before = (cloud.writes(), cloud.histories(), cloud.retrain_requests())
    assert cloud.deliver(event) == []
    assert (cloud.writes(), cloud.histories(), cloud.retrain_requests()) == before
    assert set(cloud.writes().values()) == {1}


# Get of the receipt, head and get of the drop, the tombstones, head and put of the part, histories, the retrain
# request, head and put of the refused rows, put of the receipt; then receipt and drop are looked at again, and the
# receipt once more.
CALLS = 14


def test_taking_in_a_drop_makes_as_many_calls_as_are_killed_below(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", REVIEWS)
    with Killing(cloud, None, "before") as killing:
        cloud.deliver(event)
    assert killing.calls == CALLS


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_a_worker_killed_anywhere_is_made_up_for_by_the_next_delivery(cloud: Cloud, call: int, when: str) -> None:
    event = cloud.drop("a.csv", REVIEWS)
    with pytest.raises(Killed), Killing(cloud, call, when):
        cloud.deliver(event)
    assert cloud.deliver(event) == []
    receipt = cloud.receipt("a.csv")
    part = receipt["part"]
    assert [receipt[count] for count in ("rows", "accepted", "refused", "superseded")] == [4, 3, 1, 1]
    assert cloud.writes() == {"receipts/a.csv.json": 1, "rejected/a.csv.csv": 1, f"reviews/{part}.parquet": 1}
    assert [row["line"] for row in cloud.part(part)] == [2, 3, 4]
    assert cloud.histories() == {("ann", part): {"1": 4.5}, ("bob", part): {"2": 2.0}}
    assert cloud.retrain_requests() == [{"reason": "ingest", "part": part}]


def test_a_worker_killed_while_it_reads_the_file_has_left_nothing(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", REVIEWS)
    with pytest.raises(Killed), Killing(cloud, 3, "after"):
        cloud.deliver(event)
    assert (cloud.keys(), cloud.histories(), cloud.retrain_requests()) == ([], {}, [])


def test_a_drop_that_was_deleted_meanwhile_is_done(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", REVIEWS)
    version = json.loads(event)["detail"]["object"]["version-id"]
    cloud.s3.delete_object(Bucket=BUCKET, Key="incoming/a.csv", VersionId=version)
    assert cloud.deliver(event) == []
    assert cloud.keys() == []


def test_a_drop_deleted_between_finding_and_opening_it_is_done(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", REVIEWS)
    version = json.loads(event)["detail"]["object"]["version-id"]

    def delete(**_: Any) -> None:
        cloud.s3.delete_object(Bucket=BUCKET, Key="incoming/a.csv", VersionId=version)

    cloud.s3.meta.events.register("before-call.s3.GetObject", delete)
    try:
        assert cloud.deliver(event) == []
    finally:
        cloud.s3.meta.events.unregister("before-call.s3.GetObject", delete)
    assert cloud.keys() == []


def test_an_event_without_a_version_means_the_content_of_its_etag(cloud: Cloud) -> None:
    cloud.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    replaced, event = cloud.drop("a.csv", b"other"), cloud.drop("a.csv", REVIEWS)
    bodies = [json.loads(body) for body in (replaced, event)]
    for body in bodies:
        body["detail"]["object"].pop("version-id", None)
    assert cloud.deliver(*map(json.dumps, bodies)) == []
    assert cloud.receipt("a.csv")["accepted"] == 3
    assert len(cloud.keys("reviews/")) == 1


def test_a_folder_made_in_the_console_is_no_drop(cloud: Cloud) -> None:
    assert cloud.deliver(cloud.drop("may/", b"")) == []
    assert cloud.keys() == []


def test_a_message_that_is_no_drop_fails_and_the_others_of_its_batch_do_not(cloud: Cloud) -> None:
    elsewhere = cloud.drop("a.csv", REVIEWS).replace("incoming/", "outgoing/")
    assert cloud.deliver("not JSON", cloud.drop("a.csv", REVIEWS), '{"detail": {}}', elsewhere) == ["0", "2", "3"]
    assert cloud.receipt("a.csv")["accepted"] == 3


def test_a_failing_table_fails_the_message_and_leaves_no_receipt(cloud: Cloud) -> None:
    cloud.dynamodb.delete_table(TableName=TABLE)
    assert cloud.deliver(cloud.drop("a.csv", REVIEWS)) == ["0"]
    assert cloud.keys("receipts/") == []


def test_the_sample_event_is_a_drop(cloud: Cloud, rewritten: Callable[[str], dict[str, Any]]) -> None:
    event = rewritten(cloud.drop("may/reviews.csv", REVIEWS))
    assert handler(event, None) == {"batchItemFailures": []}  # type: ignore[arg-type]
    assert cloud.receipt("may/reviews.csv")["accepted"] == 3


@pytest.fixture
def rewritten() -> Callable[[str], dict[str, Any]]:
    """The sample event, of which only the bucket, version and etag are exchanged for real ones."""

    def rewrite(real: str) -> dict[str, Any]:
        event: dict[str, Any] = json.loads((EVENTS / "s3_object_created.json").read_text())
        body, detail = json.loads(event["Records"][0]["body"]), json.loads(real)["detail"]
        assert body["detail"]["object"]["key"] == detail["object"]["key"]
        body["detail"]["bucket"] = detail["bucket"]
        body["detail"]["object"] |= {key: detail["object"][key] for key in ("etag", "version-id")}
        event["Records"][0]["body"] = json.dumps(body)
        return event

    return rewrite
