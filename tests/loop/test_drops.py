"""Drops that come twice, all at once, broken, or into a worker that dies.

`make test-faults` does it with a larger file than `make test`.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from local.services.events import Events
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually
from tests.volume import ALL

# Those of the file whose worker is killed.
ROWS = 150_000 if ALL else 30_000


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    return deployed()


@pytest.fixture
def thrice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event reaches every target three times."""
    send = Events._send

    def deliver(events: Events, *delivery: Any) -> None:
        for _ in range(3):
            send(events, *delivery)

    monkeypatch.setattr(Events, "_send", deliver)


def reviews(world: World) -> pd.DataFrame:
    parts = [pd.read_parquet(BytesIO(content)) for content in world.objects("reviews/").values()]
    return pd.concat(parts, ignore_index=True)


def histories(world: World) -> int:
    """Reviews in the histories table, all users together."""
    pages = (
        world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=world.cloud.outputs["HistoriesTable"])
    )
    return sum(len(item["reviews"]["M"]) for page in pages for item in page["Items"] if "reviews" in item)


def receipt(world: World, name: str) -> dict[str, Any]:
    found = eventually(lambda: world.objects("receipts/").get(f"{name}.json", b""), 60)
    parsed: dict[str, Any] = json.loads(found)
    return parsed


@pytest.mark.usefixtures("thrice")
def test_twenty_drops_at_once_each_event_three_times_count_once_and_train_three_times_at_most(world: World) -> None:
    files = [world.csv(f"user{number}", rows=4) for number in range(20)]
    with world.holding():
        for file in files:
            world.put(file)
        # The same content under the same name again, and again.
        for file in files[:5]:
            world.put(file)
            receipt(world, file.name)
        for file in files:
            assert receipt(world, file.name)["accepted"] == 4
    world.quiet()

    known = reviews(world)
    # A file that is dropped a second time takes the place of the first.
    assert known.groupby(["username", "beer_id"]).size().value_counts().to_dict() == {1: 80}
    assert len(world.jobs()) <= 3
    # What was trained last knows everything.
    (newest,) = world.serving()
    manifest = json.loads(world.objects("runs/")[f"{newest}/manifest.json"])
    assert len(manifest) - 1 == len(world.objects("reviews/"))


@pytest.mark.usefixtures("thrice")
def test_each_review_is_in_the_histories_once_a_part(world: World) -> None:
    world.quiet()
    assert histories(world) == len(reviews(world))


def test_a_worker_killed_in_the_middle_of_a_file_loses_nothing(world: World) -> None:
    before = len(reviews(world)) if world.objects("reviews/") else 0
    name = world.cloud.functions.name_of("IngestFunction")
    file = world.csv("killed", rows=ROWS)
    world.put(file)
    (pid,) = eventually(lambda: world.cloud.functions.busy(name), 60)
    os.kill(pid, signal.SIGKILL)
    found = receipt(world, file.name)
    assert (found["rows"], found["accepted"], found["refused"]) == (ROWS, ROWS, 0)
    world.quiet()
    assert len(reviews(world)) == before + ROWS
    assert histories(world) == before + ROWS


HEADER = b"username,beer_name,brewery_name,score\n"
MALFORMED: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "empty"),
    "header.csv": (HEADER, "no rows"),
    "columns.csv": (b"username,stars\nann,4\n", "beer_name"),
    "binary.csv": (bytes(range(256)) * 64, "text"),
    "utf16.csv": ("username,beer_name,brewery_name,score\nann,Pils,Alder,4\n".encode("utf-16"), "UTF-16"),
    "bad.csv.gz": (b"this is no gzip", "gzip"),
    "cut.csv.gz": (gzip.compress(HEADER + b"ann,Pils,Alder,4\n" * 10_000)[:-20], "gzip"),
    "rows.csv": (HEADER + b"ann,Pils,Alder,lots\n" * 2000, "2,000"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_leaves_a_receipt_with_one_clear_reason_and_the_queue_empty(
    world: World, tmp_path: Path, name: str
) -> None:
    content, word = MALFORMED[name]
    file = tmp_path / name
    file.write_bytes(content)
    world.put(file)
    found = receipt(world, name)
    assert found["status"] == "refused"
    assert word in found["reason"]
    assert found["reason"].count("\n") == 0
    world.quiet()


def test_a_drop_that_takes_longer_than_an_invocation_has_is_taken_in_by_several(world: World) -> None:
    world.quiet()
    before, kept = (len(reviews(world)) if world.objects("reviews/") else 0), histories(world)
    functions, name = world.cloud.client("lambda"), world.cloud.functions.name_of("IngestFunction")
    # A second for each turn, and what is kept free.
    functions.update_function_configuration(FunctionName=name, Timeout=301)
    rows, text = 200_000, "x" * 160
    file = world.folder / "large.csv"
    with file.open("w") as lines:
        lines.write("username,beer_name,brewery_name,score,text\n")
        for row in range(rows):
            score, end = "bad" if row % 50_000 == 0 else 4, f'"{text}\n"' if row % 10 == 0 else text
            lines.write(f"user{row % 500},{row // 500},Alder,{score},{end}\n")
    world.put(file)
    found = json.loads(eventually(lambda: world.objects("receipts/").get(f"{file.name}.json", b""), 280))
    functions.update_function_configuration(FunctionName=name, Timeout=900)
    assert (found["rows"], found["accepted"], found["refused"]) == (rows, rows - 4, 4)
    parts = [key for key in world.keys("reviews/") if key.startswith(found["part"])]
    assert len(parts) > 1
    assert parts == [f"{found['part']}-{number:04}.parquet" for number in range(1, len(parts) + 1)]
    refused = world.objects("rejected/")[f"{file.name}.csv"].decode().splitlines()[1::2]
    # Every tenth row has two lines.
    assert [int(line.partition(",")[0]) for line in refused] == [2 + row + row // 10 for row in range(0, rows, 50_000)]
    assert (len(reviews(world)) - before, histories(world) - kept) == (rows - 4, rows - 4)
    eventually(lambda: not world.keys("unfinished/"), 60)
    world.quiet()
