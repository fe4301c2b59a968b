"""What a key gave is replaced by what is dropped under it again, and goes where it is deleted, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.ingest.cloud import HEADER, REVIEWS, Cloud, Killed, Killing, version_of

# Ann's Night is another score, bob's Day is gone, eve's Night is new.
CORRECTED = (HEADER + "1,ann,Night,Mill,1\n3,eve,Night,Mill,1\n").encode()
OTHERS = (HEADER + "2,bob,Night,Mill,1\n").encode()


def replaced(cloud: Cloud) -> str:
    """The event of a drop that replaces another one."""
    cloud.take_in("a.csv", REVIEWS)
    return cloud.drop("a.csv", CORRECTED)


def undone(cloud: Cloud) -> str:
    """The event of a deletion."""
    cloud.take_in("a.csv", REVIEWS)
    return cloud.delete("a.csv")


def test_a_drop_under_the_same_name_replaces_what_the_name_gave_before(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    receipt = cloud.take_in("a.csv", CORRECTED)
    part = receipt["part"]
    assert (receipt["added"], receipt["changed"], receipt["withdrawn"]) == (1, 1, 1)
    assert cloud.keys() == ["receipts/a.csv.json", f"reviews/{part}.parquet"]
    assert cloud.histories() == {("ann", part): {"1": 1.0}, ("eve", part): {"1": 3.0}}
    assert cloud.index() == {"ann", "eve"}
    assert [request["reason"] for request in cloud.retrain_requests()] == ["ingest", "ingest"]


def test_a_drop_after_a_corrected_one_is_as_if_the_wrong_one_had_never_been(cloud: Cloud) -> None:
    receipt = cloud.take_in("a.csv", CORRECTED)
    assert (receipt["added"], receipt["changed"], receipt["withdrawn"]) == (2, 0, 0)


def test_a_name_is_found_as_long_as_another_drop_has_it(cloud: Cloud) -> None:
    cloud.take_in("others.csv", OTHERS)
    cloud.take_in("a.csv", REVIEWS)
    cloud.take_in("a.csv", CORRECTED)
    assert cloud.index() == {"ann", "bob", "eve"}


def test_after_a_deletion_the_world_is_as_before_the_drop_but_for_its_receipt(cloud: Cloud) -> None:
    cloud.take_in("others.csv", OTHERS)
    before = cloud.everything()
    wrong = cloud.take_in("a.csv", REVIEWS)
    assert cloud.deliver(cloud.delete("a.csv")) == []
    after = cloud.everything()
    del after["receipts/a.csv.json"]
    assert after == before
    receipt = cloud.receipt("a.csv")
    assert (receipt["status"], receipt["part"]) == ("withdrawn", wrong["part"])
    assert (receipt["added"], receipt["changed"], receipt["withdrawn"], receipt["live"]) == (0, 0, 2, None)
    assert cloud.retrain_requests()[-1] == {"reason": "undo", "part": wrong["part"]}


def test_a_refused_drop_that_is_deleted_takes_its_refused_rows_along_and_asks_for_no_retrain(cloud: Cloud) -> None:
    cloud.take_in("a.csv", (HEADER + "bad,ann,Night,Mill,1\n").encode())
    cloud.deliver(cloud.delete("a.csv"))
    assert cloud.keys() == ["receipts/a.csv.json"]
    assert (cloud.receipt("a.csv")["status"], cloud.receipt("a.csv")["withdrawn"]) == ("withdrawn", 0)
    assert cloud.retrain_requests() == []


def test_deleting_the_newest_version_for_good_brings_the_one_before_back(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    before = cloud.everything()
    corrected = cloud.drop("a.csv", CORRECTED)
    cloud.deliver(corrected)
    assert cloud.deliver(cloud.delete("a.csv", version_of(corrected))) == []
    after = cloud.everything()
    receipts = [cloud.receipt("a.csv"), after.pop("receipts/a.csv.json"), before.pop("receipts/a.csv.json")]
    assert (receipts[0]["added"], receipts[0]["changed"], receipts[0]["withdrawn"]) == (1, 1, 1)
    assert after == before


def test_deleting_a_refused_version_for_good_leaves_what_counted_all_the_time(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    before = cloud.everything()
    refused = cloud.drop("a.csv", b"nothing,of,ours\n")
    cloud.deliver(refused)
    assert cloud.receipt("a.csv")["status"] == "refused"
    assert cloud.deliver(cloud.delete("a.csv", version_of(refused))) == []
    assert cloud.receipt("a.csv")["status"] == "accepted"
    after = cloud.everything()
    del after["receipts/a.csv.json"], before["receipts/a.csv.json"]
    assert after == before


def test_a_name_that_comes_back_after_its_deletion_counts_again(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    deletion = cloud.delete("a.csv")
    cloud.deliver(deletion)
    # Deleting the mark of the deletion is what the console calls "undelete".
    assert cloud.deliver(cloud.delete("a.csv", version_of(deletion))) == []
    assert cloud.receipt("a.csv")["status"] == "accepted"
    assert cloud.index() == {"ann", "bob"}
    assert [request["reason"] for request in cloud.retrain_requests()] == ["ingest", "undo", "ingest"]


@pytest.mark.parametrize("begin", [replaced, undone])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_at_any_call_is_made_up_for_by_the_next_delivery(
    cloud: Cloud, begin: Callable[[Cloud], str], when: str
) -> None:
    event = begin(cloud)
    with Killing(cloud, None, "before") as counted:
        cloud.deliver(event)
    expected = settled(cloud)
    for call in range(1, counted.calls + 1):
        cloud.deliver(cloud.delete("a.csv"))
        event = begin(cloud)
        with pytest.raises(Killed), Killing(cloud, call, when):
            cloud.deliver(event)
        assert cloud.deliver(event) == []
        assert settled(cloud) == expected, f"killed {when} call {call}"


def settled(cloud: Cloud) -> tuple[Any, ...]:
    receipt = cloud.receipt("a.csv")
    parts = {receipt["part"]: "its part"}
    counts = [receipt[name] for name in ("status", "added", "changed", "withdrawn")]
    histories = {(username, parts[part]): reviews for (username, part), reviews in cloud.histories().items()}
    return counts, len(cloud.keys("reviews/")), cloud.keys("rejected/"), histories, cloud.index()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1), (0, 1, 2, 0, 1, 2)])
def test_events_in_any_order_end_in_what_lies_there(cloud: Cloud, order: tuple[int, ...]) -> None:
    events = [cloud.drop("a.csv", REVIEWS), cloud.drop("a.csv", OTHERS), cloud.drop("a.csv", CORRECTED)]
    assert cloud.deliver(*(events[number] for number in order)) == []
    part = cloud.receipt("a.csv")["part"]
    assert cloud.keys() == ["receipts/a.csv.json", f"reviews/{part}.parquet"]
    assert cloud.histories() == {("ann", part): {"1": 1.0}, ("eve", part): {"1": 3.0}}
    assert cloud.index() == {"ann", "eve"}


def test_a_drop_whose_event_comes_after_that_of_its_deletion_is_not_taken_in(cloud: Cloud) -> None:
    created = cloud.drop("a.csv", REVIEWS)
    deleted = cloud.delete("a.csv")
    assert cloud.deliver(deleted, created) == []
    assert cloud.everything() == {}
    assert cloud.retrain_requests() == []


@pytest.mark.parametrize("call", range(3, 12))
def test_a_drop_that_is_deleted_while_it_is_taken_in_leaves_nothing(cloud: Cloud, call: int) -> None:
    created = cloud.drop("a.csv", REVIEWS)
    calls = 0

    def delete(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            cloud.deliver(cloud.delete("a.csv"))

    with_every_call(cloud, delete, lambda: cloud.deliver(created))
    assert calls > call
    assert cloud.histories() == {}
    assert cloud.index() == set()
    assert cloud.keys("reviews/") + cloud.keys("rejected/") == []
    assert [cloud.receipt("a.csv")["status"]] * len(cloud.keys()) == ["withdrawn"] * len(cloud.keys())


@pytest.mark.parametrize("call", range(3, 12))
def test_a_drop_that_is_replaced_while_it_is_taken_in_leaves_nothing(cloud: Cloud, call: int) -> None:
    created = cloud.drop("a.csv", REVIEWS)
    calls = 0

    def replace(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            cloud.deliver(cloud.drop("a.csv", CORRECTED))

    with_every_call(cloud, replace, lambda: cloud.deliver(created))
    part = cloud.receipt("a.csv")["part"]
    assert cloud.keys() == ["receipts/a.csv.json", f"reviews/{part}.parquet"]
    assert cloud.histories() == {("ann", part): {"1": 1.0}, ("eve", part): {"1": 3.0}}
    assert cloud.index() == {"ann", "eve"}


@pytest.mark.parametrize("call", range(3, 12))
def test_what_a_killed_worker_left_of_a_drop_that_was_replaced_since_goes_with_its_next_delivery(
    cloud: Cloud, call: int
) -> None:
    created = cloud.drop("a.csv", REVIEWS)
    with pytest.raises(Killed), Killing(cloud, call, "after"):
        cloud.deliver(created)
    cloud.take_in("a.csv", CORRECTED)
    assert cloud.deliver(created) == []
    part = cloud.receipt("a.csv")["part"]
    assert cloud.keys() == ["receipts/a.csv.json", f"reviews/{part}.parquet"]
    assert cloud.histories() == {("ann", part): {"1": 1.0}, ("eve", part): {"1": 3.0}}


def with_every_call(cloud: Cloud, do: Callable[..., None], act: Callable[[], Any]) -> None:
    """Act, and `do` something before each call to AWS."""
    inside = False

    def once(**_: Any) -> None:
        nonlocal inside
        if not inside:
            inside = True
            do()
            inside = False

    emitters = [client.meta.events for client in (cloud.s3, cloud.dynamodb, cloud.sqs)]
    for emitter in emitters:
        emitter.register("before-call", once)
    try:
        assert act() == []
    finally:
        for emitter in emitters:
            emitter.unregister("before-call", once)
