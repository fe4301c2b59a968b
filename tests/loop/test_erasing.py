"""Somebody is forgotten on the laptop cloud: nothing that it keeps holds the name any more."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow.parquet as pq
import pytest

from operate.__main__ import main
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually

NAME = "quillzora"
HEADER = "score,username,beer_id,beer_name,brewery_name\n"
FILE = (
    HEADER + f"5,{NAME},b01,Beer 1,Alder\n4,bob,b01,Beer 1,Alder\nbad,{NAME},b02,Beer 2,Alder\n2,bob,b03,Beer 3,Alder\n"
)


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    world = deployed()
    world.drop()
    return world


def ask(world: World, path: str, body: Any = None, method: str = "GET") -> Any:
    content = None if body is None else json.dumps(body).encode()
    url = world.cloud.outputs["ApiUrl"] + path
    request = urllib.request.Request(url, content, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def rate(world: World, user: str, beer: str, score: float) -> None:
    ask(world, f"/users/{user}/reviews", {"beer_id": beer, "score": score}, "POST")


def scores(world: World, user: str) -> dict[str, float]:
    return {one["beer_id"]: one["score"] for one in ask(world, f"/users/{user}/reviews")["reviews"]}


def served(world: World) -> dict[str, set[str]]:
    """The events of each answer in the served log."""
    found: dict[str, set[str]] = {}
    for content in world.objects("served/").values():
        for row in pq.read_table(io.BytesIO(content)).to_pylist():
            found.setdefault(row["recommendation_id"], set()).add(row["event"])
    return found


def unpacked(key: str, content: bytes) -> bytes:
    """What an object holds, whatever it is packed in."""
    if key.endswith(".parquet"):
        return json.dumps(pq.read_table(io.BytesIO(content)).to_pylist(), default=str).encode()
    if key.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            files = [archive.extractfile(member) for member in archive.getmembers() if member.isfile()]
            return b"".join(file.read() for file in files if file)
    return gzip.decompress(content) if key.endswith(".gz") else content


def traces(world: World) -> list[str]:
    """Each object version, item, queue and file of the cloud's folder that holds the name."""
    name = NAME.encode()
    return [place for place, content in kept(world) if name in place.encode() or name in content]


def kept(world: World) -> Iterator[tuple[str, bytes]]:
    s3 = world.cloud.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=world.bucket):
        yield from ((f"{marker['Key']} (deleted)", b"") for marker in page.get("DeleteMarkers", []))
        for version in page.get("Versions", []):
            of_version = {"Key": version["Key"], "VersionId": version["VersionId"]}
            content = s3.get_object(Bucket=world.bucket, **of_version)["Body"].read()
            yield f"{version['Key']}, version {version['VersionId']}", unpacked(version["Key"], content)
    for page in (
        world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=world.cloud.outputs["HistoriesTable"])
    ):
        for item in page["Items"]:
            yield "an item", json.dumps(item, ensure_ascii=False).encode()
    sqs = world.cloud.client("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0).get(
            "Messages", []
        ):
            yield url, message["Body"].encode()
    # The cloud keeps moto's buckets, its tables and the functions' logs here.
    for path in world.cloud.directory.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path), path.read_bytes()


def test_after_an_erasure_nothing_holds_the_name_and_a_release_without_it_serves(world: World) -> None:
    file = world.folder / "both.csv"
    file.write_text(FILE)
    world.loop.drop(file)
    own = world.folder / "own.csv"
    own.write_text(HEADER.replace("username,", "") + "3,b04,Beer 4,Alder\nbad,b05,Beer 5,Alder\n")
    world.put(own, f"users/{NAME}/own.csv")
    rate(world, NAME, "b06", 4.5)
    rate(world, "bob", "b06", 3.5)
    world.quiet()
    answer = ask(world, f"/users/{NAME}/recommendations")["recommendation_id"]
    others = ask(world, "/users/bob/recommendations")["recommendation_id"]
    for one in (answer, others):
        ask(world, "/events", {"recommendation_id": one, "beer_id": "b02", "event": "opened"}, "POST")
    ask(world, f"/users/{NAME}/reviews", {"beer_id": "b06", "score": 4.5, "recommendation_id": answer}, "POST")
    world.quiet()
    assert served(world) == {answer: {"served", "opened", "rated"}, others: {"served", "opened"}}
    learnt = world.serving()
    assert scores(world, NAME).keys() == {"b01", "b04", "b06"}
    assert len(traces(world)) > 5
    assert any(place.startswith("snapshots/") for place in traces(world))
    versions = world.cloud.client("s3").list_object_versions(Bucket=world.bucket, Prefix="incoming/both.csv")
    first = versions["Versions"][0]

    told = ask(world, f"/users/{NAME}", method="DELETE")
    assert told["username"] == NAME
    assert ask(world, f"/users?prefix={NAME}")["usernames"] == []
    world.quiet()
    eventually(lambda: world.serving() != learnt, 60)
    world.quiet()
    assert traces(world) == []
    assert served(world) == {others: {"served", "opened"}}
    assert scores(world, "bob") == {"b01": 4.0, "b03": 2.0, "b06": 3.5}

    # The event of the first drop comes again, late, and brings nothing back.
    detail = {
        "bucket": {"name": world.bucket},
        "object": {"key": "incoming/both.csv", "version-id": first["VersionId"], "etag": first["ETag"].strip('"')},
    }
    event = json.dumps({"detail-type": "Object Created", "source": "aws.s3", "detail": detail})
    sqs = world.cloud.client("sqs")
    (queue,) = (url for url in sqs.list_queues()["QueueUrls"] if "IngestQueue" in url)
    sqs.send_message(QueueUrl=queue, MessageBody=event)
    world.quiet()
    assert traces(world) == []
    assert scores(world, "bob") == {"b01": 4.0, "b03": 2.0, "b06": 3.5}

    rate(world, NAME, "b07", 2.0)
    world.quiet()
    assert scores(world, NAME) == {"b07": 2.0}
    assert any(NAME in place or b"b07" in content for place, content in kept(world) if place.startswith("reviews/"))


def test_a_rating_taken_back_is_gone_and_given_again_it_counts(world: World) -> None:
    rate(world, "eve", "b01", 1.0)
    rate(world, "eve", "b02", 2.0)
    world.quiet()
    ask(world, "/users/eve/reviews/b01", method="DELETE")
    assert scores(world, "eve") == {"b02": 2.0}
    time.sleep(0.01)
    rate(world, "eve", "b01", 5.0)
    world.quiet()
    assert scores(world, "eve") == {"b01": 5.0, "b02": 2.0}


def test_a_beer_that_came_by_a_twins_id_is_shown_rated_and_taken_back_as_one(world: World) -> None:
    file = world.folder / "twin.csv"
    file.write_text(HEADER + "4,kit,site-7,Beer 7,Alder\n5,kit,b03,Beer 3,Alder\n")
    world.loop.drop(file)
    world.quiet()
    assert scores(world, "kit") == {"b03": 5.0, "b07": 4.0}
    recommended = {beer["beer_id"] for beer in ask(world, "/users/kit/recommendations?limit=20")["beers"]}
    assert recommended == {f"b{number:02}" for number in range(12)} - {"b03", "b07"}
    assert ask(world, "/beers/site-7")["beer_id"] == "b07"
    rate(world, "kit", "site-7", 2.0)
    assert scores(world, "kit") == {"b03": 5.0, "b07": 2.0}
    world.quiet()
    ask(world, "/users/kit/reviews/b07", method="DELETE")
    assert scores(world, "kit") == {"b03": 5.0}
    world.quiet()
    assert scores(world, "kit") == {"b03": 5.0}
    assert world.objects("incoming/")["twin.csv"].decode() == HEADER + "5,kit,b03,Beer 3,Alder\n"


def test_an_operator_erases_somebody_and_retires_what_has_learnt_from_them(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    file = world.folder / "more.csv"
    file.write_text(FILE)
    world.loop.drop(file)
    world.quiet()
    (learnt,) = world.serving()
    main(["erase", NAME, f"--local={world.cloud.url}"])
    told = capsys.readouterr().out
    assert f"{learnt} has learnt from them and serves, until its successor does" in told
    world.quiet()
    assert learnt not in world.serving()
    main(["erase", NAME, "--retire", f"--local={world.cloud.url}"])
    assert f"{learnt} had learnt from them, and is retired." in capsys.readouterr().out
    assert not [name for name in world.objects("releases/") if name.startswith(learnt)]
    world.quiet()
    assert traces(world) == []
