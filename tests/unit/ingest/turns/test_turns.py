"""A large drop is taken in by several invocations, one after the other, as if by one."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from ingest import text_chunks
from taproom.messages.erasures import Erasure
from tests.unit.ingest.cloud import BUCKET, HEADER, Cloud, Killed, Killing
from tests.unit.ingest.turns.turns import CONTENT, CORRECTED, Turn, content_of, outcome, take_in


def test_a_drop_that_takes_many_turns_leaves_what_one_that_takes_one_does_but_in_several_parts(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    expected = at_once(CONTENT)
    assert take_in(cloud, cloud.drop("a.csv", CONTENT)) > 8
    part = cloud.receipt("a.csv")["part"]
    assert cloud.keys("reviews/")[:2] == [f"reviews/{part}-0001.parquet", f"reviews/{part}-0002.parquet"]
    assert [request["part"] for request in cloud.retrain_requests()] == [part]
    assert outcome(cloud) == expected
    assert expected["rows"] and expected["rejected"] and expected["superseded"]


def test_a_large_drop_that_takes_one_turn_has_one_part_of_the_usual_name(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    expected = at_once(CONTENT)
    assert take_in(cloud, cloud.drop("a.csv", CONTENT), math.inf) == 1
    assert cloud.keys("reviews/") == [f"reviews/{cloud.receipt('a.csv')['part']}.parquet"]
    assert outcome(cloud) == expected


def test_a_worker_killed_before_any_call_of_any_turn_is_made_up_for(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = content_of([0, 1, 2, 3, 4, 8, 9], "\n")
    expected = at_once(content)
    monkeypatch.setattr(text_chunks, "CHUNK", 130)
    call, killed = 0, True
    while killed:
        call, killed = call + 1, False
        waiting = [cloud.drop("a.csv", content)]
        with Killing(cloud, call, "before") as killing:
            while waiting:
                try:
                    cloud.deliver(waiting[0], context=Turn(1))
                    waiting.pop(0)
                except Killed:
                    killed = True
                with killing.paused():
                    waiting += cloud.take("drops")
        assert outcome(cloud) == expected, f"killed before call {call}"
        cloud.deliver(cloud.delete("a.csv"))
        cloud.take("retrain.fifo")
    assert call > 40


def test_turns_that_are_taken_twice_at_once_do_no_harm(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    expected = at_once(CONTENT)
    waiting = [cloud.drop("a.csv", CONTENT)]
    number, inside = 0, False

    def again(**_: Any) -> None:
        """Let another worker take the same turn, from a different call on each time."""
        nonlocal number, inside
        number += 1
        if inside or number % 7:
            return
        inside = True
        cloud.deliver(waiting[0], context=Turn(2))
        inside = False

    emitters = [client.meta.events for client in (cloud.s3, cloud.dynamodb)]
    for _ in range(200):
        for emitter in emitters:
            emitter.register("before-call", again)
        try:
            assert cloud.deliver(waiting[0], context=Turn(1)) == []
        finally:
            for emitter in emitters:
                emitter.unregister("before-call", again)
        waiting = waiting[1:] + cloud.take("drops")
        if not waiting:
            break
    assert outcome(cloud) == expected


def test_a_large_drop_replaces_another_and_is_replaced_and_withdrawn_with_all_its_parts(
    cloud: Cloud, at_once: Callable[[bytes], dict[str, Any]]
) -> None:
    corrected = at_once(CORRECTED)
    take_in(cloud, cloud.drop("a.csv", CONTENT))
    cloud.take("retrain.fifo")
    before = outcome(cloud)
    take_in(cloud, cloud.drop("a.csv", CORRECTED))
    found = outcome(cloud)
    assert (found["added"], found["changed"], found["withdrawn"]) == changes(before, corrected)
    counts = ("added", "changed", "withdrawn")
    assert {**found, **dict.fromkeys(counts)} == {**corrected, **dict.fromkeys(counts)}
    # A small one in its place.
    cloud.deliver(cloud.drop("a.csv", HEADER.encode() + b"4,ann,Night,Mill,1\n"), context=Turn(math.inf))
    assert len(cloud.keys("reviews/")) == 1
    assert cloud.index() == {"ann"}
    take_in(cloud, cloud.drop("a.csv", CONTENT))
    take_in(cloud, cloud.delete("a.csv"))
    assert (cloud.keys(), cloud.histories(), cloud.index()) == (["receipts/a.csv.json"], {}, set())


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[int, int, int]:
    """How many reviews, of users and beers, are new, differ, and are gone."""
    old, new = (
        {(user, beer): score for (user, _), reviews in one["histories"].items() for beer, score in reviews.items()}
        for one in (before, after)
    )
    both = old.keys() & new.keys()
    return len(new) - len(both), sum(old[pair] != new[pair] for pair in both), len(old) - len(both)


@pytest.mark.parametrize("turns", [1, 4, 8])
def test_a_drop_that_is_deleted_between_two_turns_leaves_nothing(cloud: Cloud, turns: int) -> None:
    event = cloud.drop("a.csv", CONTENT)
    for _ in range(turns):
        cloud.deliver(event, context=Turn(1))
        (event,) = cloud.take("drops")
    assert cloud.keys("unfinished/")
    take_in(cloud, cloud.delete("a.csv"))
    take_in(cloud, event)
    assert (cloud.keys(), cloud.histories(), cloud.index()) == ([], {}, set())


def test_until_a_drop_has_been_read_to_its_end_nobody_knows_of_it(cloud: Cloud) -> None:
    content = CONTENT + b"8,ann,Dawn,Mill,6\n" * 3
    event = cloud.drop("a.csv", content)
    for _ in range(5):
        cloud.deliver(event, context=Turn(1))
        assert (cloud.keys("reviews/"), cloud.histories()) == ([], {})
    cloud.take("drops")
    # Its last rows tell that its scores are out of something else.
    take_in(cloud, event)
    assert cloud.receipt("a.csv")["status"] == "refused"
    assert "out of" in cloud.receipt("a.csv")["reason"]
    assert (cloud.keys("reviews/") + cloud.keys("unfinished/"), cloud.histories()) == ([], {})


def test_gzip_that_ends_too_early_is_refused_in_the_turn_that_finds_out(cloud: Cloud) -> None:
    take_in(cloud, cloud.drop("a.csv.gz", gzip.compress(CONTENT)[:-9]))
    assert "cut off" in cloud.receipt("a.csv.gz")["reason"]
    assert cloud.keys("unfinished/") == []


def test_who_was_forgotten_is_in_no_large_drop_from_before(cloud: Cloud) -> None:
    event = cloud.drop("a.csv", CONTENT)
    cloud.deliver(event, context=Turn(1))
    asked_at = int(cloud.s3.head_object(Bucket=BUCKET, Key="incoming/a.csv")["LastModified"].timestamp() + 1) * 1000
    cloud.take("drops")
    take_in(cloud, Erasure("ann", asked_at).message())
    take_in(cloud, event)
    assert "ann" not in cloud.index()
    assert {"bob", "eve", "gus"} <= cloud.index()
    rows = [row for key in cloud.keys("reviews/") for row in cloud.part(key[8:-8])]
    assert "ann" not in {row["username"] for row in rows}
    assert cloud.keys("unfinished/") == []
    versions = cloud.s3.list_object_versions(Bucket=BUCKET)["Versions"]
    held = [cloud.s3.get_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"]) for one in versions]
    assert not any(b"ann" in one["Body"].read() for one in held)
    assert json.loads(cloud.read(cloud.keys("erasures/")[0]))["unreadable"] == {}
