"""Somebody is forgotten: in what they dropped, in what others dropped, in what became of it, whatever happens."""

from __future__ import annotations

import gzip
import json
import time
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest.rating_drops import csv_of
from recommend.adapters.histories_table import HistoriesTable
from taproom.messages.erasures import Erasure
from taproom.messages.ratings import Rating
from taproom.snapshots.description import Snapshot
from tests.unit.ingest.cloud import BUCKET, DROPS, HEADER, RATINGS, TABLE, Cloud, Killed, Killing

# Two reviews by zora quill, one refused, among others that stay; one of them over two lines.
FILE = (
    HEADER
    + "3,zora quill,Night,Mill,1\n"
    + '4,bob,"Day\nBreak",Mill,2\n'
    + "bad,zora quill,Night,Mill,1\n"
    + "5,zora quill,Day,Mill,3\n"
    + "bad,bob,Night,Mill,1\n"
    + "2,bob,Night,Mill,1\n"
).encode()
LEFT = (HEADER + '4,bob,"Day\nBreak",Mill,2\nbad,bob,Night,Mill,1\n2,bob,Night,Mill,1\n').encode()
OWN = (HEADER + "3,zora quill,Night,Mill,1\n").encode()


def erasure(beer_id: str | None = None, asked_at: int | None = None) -> str:
    return Erasure("zora quill", asked_at or int(time.time() * 1000) + 60_000, beer_id).message()


def traces(cloud: Cloud, name: str) -> list[str]:
    """Every object version and item of the table that holds the name."""
    found = []
    for version in cloud.s3.list_object_versions(Bucket=BUCKET).get("Versions", []):
        key, of_version = version["Key"], version["VersionId"]
        content = cloud.s3.get_object(Bucket=BUCKET, Key=key, VersionId=of_version)["Body"].read()
        if key.endswith(".gz"):
            content = gzip.decompress(content)
        if key.endswith(".parquet"):
            content = json.dumps(pq.read_table(BytesIO(content)).to_pylist(), default=str).encode()
        if name.encode() in content:
            found.append(key)
    return found + [str(item) for item in cloud.dynamodb.scan(TableName=TABLE)["Items"] if name in json.dumps(item)]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_after_an_erasure_nothing_holds_the_name_and_others_keep_what_they_said(cloud: Cloud, name: str) -> None:
    packed = (lambda content: gzip.compress(content)) if name.endswith(".gz") else (lambda content: content)
    cloud.take_in(name, packed(OWN))
    before = cloud.take_in(name, packed(FILE))
    cloud.take_in("own.csv", OWN)
    assert len(traces(cloud, "zora quill")) > 5
    assert cloud.deliver(erasure()) == []
    assert traces(cloud, "zora quill") == []
    left = cloud.read(f"incoming/{name}")
    assert (gzip.decompress(left) if name.endswith(".gz") else left) == LEFT
    receipt = cloud.receipt(name)
    assert (receipt["accepted"], receipt["refused"], receipt["withdrawn"]) == (2, 1, 2)
    # The time of the drop is what it was.
    assert receipt["dropped_at"] == before["dropped_at"]
    assert cloud.histories() == {("bob", receipt["part"]): {"2": 4.0, "1": 2.0}}
    assert cloud.index() == {"bob"}
    assert cloud.receipt("own.csv")["status"] == "withdrawn"
    assert {"reason": "erase"} in cloud.retrain_requests()


def test_one_review_is_taken_back_and_the_others_stay(cloud: Cloud) -> None:
    cloud.take_in("a.csv", FILE)
    cloud.take_in("own.csv", OWN)
    cloud.deliver(erasure("1"))
    part = cloud.receipt("a.csv")["part"]
    assert cloud.histories() == {("zora quill", part): {"3": 5.0}, ("bob", part): {"2": 4.0, "1": 2.0}}
    assert cloud.receipt("own.csv")["status"] == "withdrawn"
    assert cloud.index() == {"bob", "zora quill"}


def test_what_comes_after_the_erasure_counts(cloud: Cloud) -> None:
    cloud.take_in("a.csv", FILE)
    cloud.deliver(erasure(asked_at=int(time.time() * 1000) - 3_600_000))
    later = cloud.take_in("later.csv", OWN)
    assert ("zora quill", later["part"]) in cloud.histories()


def test_a_drop_from_before_the_erasure_that_comes_late_is_taken_in_without_the_rows(cloud: Cloud) -> None:
    # The erasure goes by before either can be listed.
    cloud.deliver(erasure())
    assert cloud.deliver(cloud.drop("late.csv", FILE), cloud.drop("own.csv", OWN)) == []
    assert cloud.histories() == {}
    assert cloud.deliver(*cloud.waiting(DROPS)) == []
    assert traces(cloud, "zora quill") == []
    assert {username for username, _ in cloud.histories()} == {"bob"}
    # The rewritten drop asks for no training of its own.
    assert {"reason": "erase"} in cloud.retrain_requests()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 80, 13))
def test_an_erasure_killed_at_a_call_is_made_up_for_by_the_next_delivery(cloud: Cloud, call: int, when: str) -> None:
    cloud.take_in("a.csv", OWN)
    cloud.take_in("a.csv", FILE)
    cloud.take_in("own.csv", OWN)
    message = erasure()
    with pytest.raises(Killed), Killing(cloud, call, when):
        cloud.deliver(message)
    assert cloud.deliver(message) == []
    assert traces(cloud, "zora quill") == []
    assert {username for username, _ in cloud.histories()} == {"bob"}


def test_snapshots_of_what_is_gone_go_in_all_versions_and_others_stay(cloud: Cloud) -> None:
    replaced = cloud.take_in("a.csv", OWN)["part"]
    of_replaced = cloud.read(f"reviews/{replaced}.parquet")
    part = cloud.take_in("a.csv", FILE)["part"]
    others = cloud.take_in("b.csv", LEFT)["part"]
    places = {
        "snapshots/taproom-six/": [replaced],
        "snapshots/taproom-one/": [part, others],
        "checkpoints/taproom-two/snapshot/": [part],
        "snapshots/taproom-three/": [others],
    }
    for place, parts in places.items():
        held = of_replaced if parts == [replaced] else cloud.read(f"reviews/{parts[0]}.parquet")
        description = Snapshot(place, 1, {"reviews-00000.parquet": len(held)}, parts).to_json().encode()
        cloud.s3.put_object(Bucket=BUCKET, Key=f"{place}reviews-00000.parquet", Body=held)
        cloud.s3.put_object(Bucket=BUCKET, Key=f"{place}snapshot.json", Body=description)
    cloud.s3.put_object(Bucket=BUCKET, Key="prepared/taproom-five/users-00000.parquet", Body=b"zora quill")
    # One that is deleted already, in a version that is left.
    cloud.s3.put_object(Bucket=BUCKET, Key="snapshots/taproom-four/snapshot.json", Body=b"")
    cloud.s3.put_object(Bucket=BUCKET, Key="snapshots/taproom-four/reviews-00000.parquet", Body=held)
    for name in ("reviews-00000.parquet", "snapshot.json"):
        cloud.s3.delete_object(Bucket=BUCKET, Key=f"snapshots/taproom-four/{name}")
    assert cloud.deliver(erasure()) == []
    assert traces(cloud, "zora quill") == []
    versions = cloud.s3.list_object_versions(Bucket=BUCKET)
    left = {one["Key"] for kind in ("Versions", "DeleteMarkers") for one in versions[kind]}
    assert {key for key in left if key.startswith(("snapshots/", "checkpoints/", "prepared/"))} == {
        "snapshots/taproom-three/reviews-00000.parquet",
        "snapshots/taproom-three/snapshot.json",
    }


def test_the_report_says_which_releases_were_trained_on_what_is_gone(cloud: Cloud) -> None:
    part = cloud.take_in("a.csv", FILE)["part"]
    others = cloud.take_in("b.csv", LEFT)["part"]
    manifests: dict[str, list[Any]] = {"one": [{"prefix": "s3://"}, f"{part}.parquet"], "two": [f"{others}.parquet"]}
    for release, manifest in manifests.items():
        cloud.s3.put_object(Bucket=BUCKET, Key=f"releases/{release}/metrics.json", Body=b"{}")
        cloud.s3.put_object(Bucket=BUCKET, Key=f"runs/{release}/manifest.json", Body=json.dumps(manifest).encode())
    message = erasure()
    for _ in range(2):
        cloud.deliver(message)
        (key,) = cloud.keys("erasures/")
        report = json.loads(cloud.read(key))
        assert (report["parts"], report["releases"]) == ([part], ["one"])
        assert "zora" not in key


def test_a_retired_release_is_reported_until_no_version_of_its_models_is_left(cloud: Cloud) -> None:
    part = cloud.take_in("a.csv", FILE)["part"]
    manifest = [{"prefix": "s3://"}, f"{part}.parquet"]
    cloud.s3.put_object(Bucket=BUCKET, Key="runs/one/manifest.json", Body=json.dumps(manifest).encode())
    cloud.s3.put_object(Bucket=BUCKET, Key="runs/one/verdict.json", Body=b"{}")
    cloud.s3.put_object(Bucket=BUCKET, Key="releases/one/metrics.json", Body=b"{}")
    model = "releases/one/model.tar.gz"
    version = cloud.s3.put_object(Bucket=BUCKET, Key=model, Body=b"")["VersionId"]
    message = erasure()

    def reported() -> list[str]:
        cloud.deliver(message)
        (key,) = cloud.keys("erasures/")
        releases: list[str] = json.loads(cloud.read(key))["releases"]
        return releases

    assert reported() == ["one"]
    cloud.s3.delete_object(Bucket=BUCKET, Key=model)
    assert reported() == ["one"]
    cloud.s3.delete_object(Bucket=BUCKET, Key=model, VersionId=version)
    assert reported() == []


def test_rows_that_are_in_no_part_go_and_stay_by_whose_they_are(cloud: Cloud) -> None:
    rows = (
        "3,zora quill,Night,Mill,1",
        ",zora quill,Day,Mill,2",
        ",bob,Day,Mill,2",
        "5,a,Day,Mill,2",
        ",b a,Day,Mill,2",
    )
    cloud.take_in("a.csv", (HEADER + "".join(f"{row}\n" for row in rows)).encode())
    cloud.deliver(erasure())
    # A name within another is another's.
    cloud.deliver(Erasure("a", int(time.time() * 1000) + 60_000).message())
    assert cloud.read("incoming/a.csv") == (HEADER + ",bob,Day,Mill,2\n,b a,Day,Mill,2\n").encode()


def test_of_a_file_that_was_refused_whole_the_others_rows_stay(cloud: Cloud) -> None:
    rows = [f"{score},bob,Beer {score},Mill,{score}\n" for score in range(1, 11)]
    refused = cloud.take_in("ten.csv", (HEADER + "".join(rows) + "9,zora quill,Night,Mill,1\n").encode())
    assert refused["status"] == "refused"
    cloud.deliver(erasure())
    assert cloud.read("incoming/ten.csv") == (HEADER + "".join(rows)).encode()


def test_a_file_of_no_rows_that_holds_the_name_is_left_to_a_person(cloud: Cloud) -> None:
    cloud.take_in("notes.csv", b"remember,zora quill\n1,2\n")
    cloud.deliver(erasure())
    (key,) = cloud.keys("erasures/")
    assert json.loads(cloud.read(key))["unreadable"].keys() == {"notes.csv"}
    assert cloud.read("incoming/notes.csv")


def test_a_folder_of_ones_own_goes_with_all_that_is_called_by_it(cloud: Cloud) -> None:
    cloud.take_in("users/zora quill/a.csv", b"score,beer_name,brewery_name\n3,Night,Mill\nbad,Day,Mill\n")
    cloud.take_in("b.csv", LEFT)
    deletion = cloud.delete("users/zora quill/a.csv")
    cloud.drop("users/zora quill/b.csv", b"score,beer_name,brewery_name\n3,Night,Mill\n")
    assert cloud.deliver(erasure(), deletion) == []
    listed = cloud.s3.list_object_versions(Bucket=BUCKET)
    assert not [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in listed[kind] if "zora" in one["Key"]]
    assert {username for username, _ in cloud.histories()} == {"bob"}


def rating(beer: int, said: int, username: str = "zora quill") -> Rating:
    return Rating(
        username=username,
        beer_id=str(beer),
        beer_name=f"Beer {beer}",
        brewery_name="Mill",
        style=None,
        abv=None,
        score=4,
        text="",
        reviewed_at=said,
    )


def test_ratings_that_still_wait_when_an_erasure_is_asked_for_are_never_dropped(cloud: Cloud) -> None:
    now = int(time.time() * 1000)
    cloud.deliver(erasure(asked_at=now), Erasure("yves", now, "7").message())
    said = [rating(1, now), rating(2, now + 1), rating(7, now, "yves"), rating(8, now, "yves")]
    assert cloud.redeliver({str(number): one.message() for number, one in enumerate(said)}, RATINGS) == []
    (key,) = cloud.drops()
    assert cloud.read(key) == csv_of([said[3], said[1]])
    # Nothing is left of this one.
    assert cloud.redeliver({"5": said[0].message()}, RATINGS) == []
    assert cloud.drops() == [key]


def test_provisional_items_go_with_what_is_forgotten_and_newer_ones_stay(cloud: Cloud) -> None:
    now = int(time.time() * 1000)
    for one in (rating(1, now), rating(2, now + 1), rating(1, now, "yves"), rating(2, now, "yves")):
        HistoriesTable(cloud.dynamodb, TABLE).add(one)
    cloud.deliver(erasure(asked_at=now), Erasure("yves", now, "2").message())
    assert set(cloud.histories()) == {("zora quill", "rating#2"), ("yves", "rating#1")}
    assert cloud.index() == {"zora quill", "yves"}
    cloud.deliver(erasure(asked_at=now + 1), Erasure("yves", now).message())
    assert (cloud.histories(), cloud.index()) == ({}, set())


def test_what_says_that_a_rating_was_taken_back_goes_when_that_is_done(cloud: Cloud) -> None:
    table = HistoriesTable(cloud.dynamodb, TABLE)
    table.add(rating(2, 1000, "yves"))
    table.take_back("yves", "2", 1500)
    assert set(cloud.histories()) == {("yves", "rating#2")}
    cloud.deliver(Erasure("yves", 1500, "2").message())
    assert (cloud.histories(), cloud.index()) == ({}, set())


def test_what_comes_through_the_api_counts_by_when_it_was_said(cloud: Cloud) -> None:
    now = int(time.time() * 1000)
    before = cloud.drop("api/1.csv", csv_of([rating(1, now - 2), rating(2, now + 2)]))
    cloud.deliver(erasure(asked_at=now))
    # A batch that was written after the request, of what was said before and after it by two who asked.
    cloud.deliver(Erasure("yves", now, "7").message())
    said = [rating(3, now - 1), rating(4, now + 1), rating(7, now - 1, "yves"), rating(8, now - 1, "yves")]
    assert cloud.deliver(before, cloud.drop("api/2.csv", csv_of(said))) == []
    assert cloud.deliver(*cloud.waiting(DROPS)) == []
    assert {user: set(beers) for (user, part), beers in cloud.histories().items() if beers.keys() != {"2"}} == {
        "zora quill": {"4"},
        "yves": {"8"},
    }
    assert cloud.read("incoming/api/1.csv") == csv_of([rating(2, now + 2)])
