"""Files of beers: what they say counts at once, the later one before the earlier, and goes with its file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.part import CATALOGUE_SCHEMA
from tests.unit.ingest.cloud import BUCKET, REVIEWS, Cloud, Killed, Killing, version_of
from tests.unit.ingest.parsed import parsed

HEADER = "beer_id,beer_name,brewery_name,style,abv,retired,price,places,image_url,description\n"
NIGHT = "1,Night,Mill,Stout,6.5,,6.50,Bar A;Bar B,https://a.example/1.png,Dark\n"
DAY = "2,Day,Mill,Pils,4.9,,,,,\n"
BEERS = (HEADER + NIGHT + DAY).encode()


def listings(cloud: Cloud) -> dict[str, Any]:
    """By beer id, what is listed of it now."""
    found: dict[str, Any] = json.loads(cloud.read("catalogue/current.json"))["beers"]
    return found


def learnt(cloud: Cloud) -> list[dict[str, Any]]:
    """What the next run learns of beers."""
    name = cloud.s3.head_object(Bucket=BUCKET, Key="catalogue/current.json")["Metadata"]["learnt"]
    content = cloud.read(f"catalogue/beers/{name}.parquet")
    return [dict(row) for row in pq.read_table(io.BytesIO(content)).to_pylist()]


def parts(cloud: Cloud) -> list[str]:
    return cloud.keys("catalogue/parts/")


def test_a_catalogue_file_becomes_listings_and_beers_to_learn_and_no_reviews(cloud: Cloud) -> None:
    receipt = cloud.take_in("catalogue/a.csv", BEERS)
    assert (receipt["status"], receipt["accepted"], receipt["added"]) == ("accepted", 2, 2)
    assert receipt["live"] == {"part": receipt["part"], "reviews": 2}
    assert listings(cloud) == {
        "1": {
            "price": 6.5,
            "places": ["Bar A", "Bar B"],
            "image_url": "https://a.example/1.png",
            "description": "Dark",
        }
    }
    assert learnt(cloud) == [
        {"beer_id": "1", "beer_name": "Night", "brewery_name": "Mill", "style": "Stout", "abv": 6.5},
        {"beer_id": "2", "beer_name": "Day", "brewery_name": "Mill", "style": "Pils", "abv": pytest.approx(4.9)},
    ]
    assert cloud.keys("reviews/") == [] and cloud.histories() == {}
    assert cloud.retrain_requests() == [{"reason": "ingest", "part": receipt["part"]}]


def test_the_later_file_wins_field_by_field_and_what_is_not_given_stays(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    cloud.s3.put_object(Bucket=BUCKET, Key="catalogue/parts/20990101T000000Z-000000000000.parquet", Body=later())
    cloud.take_in("catalogue/unrelated.csv", b"beer_name,brewery_name\nDusk,Mill\n")
    assert listings(cloud)["1"] == {
        "retired": True,
        "price": 7.0,
        "places": ["Bar A", "Bar B"],
        "image_url": "https://a.example/1.png",
        "description": "Dark",
    }


def later() -> bytes:
    """A part in which the beer 1 is retired and costs 7."""
    row = {"beer_id": "1", "beer_name": "Night", "brewery_name": "Mill", "retired": True, "price": 7.0, "line": 2}
    with io.BytesIO() as packed:
        table = pa.Table.from_pylist([dict.fromkeys(CATALOGUE_SCHEMA.names) | row])
        pq.write_table(table, packed)
        return packed.getvalue()


def test_within_a_file_the_later_row_wins_field_by_field(cloud: Cloud) -> None:
    receipt = cloud.take_in("catalogue/a.csv", (HEADER + NIGHT + "1,Night,Mill,,,,,;,,\n").encode())
    assert (receipt["accepted"], receipt["superseded"], receipt["added"]) == (2, 1, 1)
    # Separators alone say that no place pours it.
    assert listings(cloud)["1"] == {"price": 6.5, "image_url": "https://a.example/1.png", "description": "Dark"}


def test_a_file_under_the_same_name_replaces_what_the_name_gave_before(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    receipt = cloud.take_in("catalogue/a.csv", (HEADER + "1,Night,Mill,,,yes,,,,\n3,Dusk,Mill,,,,,,,\n").encode())
    assert (receipt["added"], receipt["changed"], receipt["withdrawn"]) == (1, 1, 1)
    assert listings(cloud) == {"1": {"retired": True}}
    assert [row["beer_id"] for row in learnt(cloud)] == ["1", "3"]
    assert parts(cloud) == [f"catalogue/parts/{receipt['part']}.parquet"]


def test_what_a_deleted_file_said_is_withdrawn(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    receipt = cloud.take_in("catalogue/b.csv", (HEADER + "1,Night,Mill,,,yes,9,,,\n").encode())
    assert listings(cloud)["1"]["retired"] is True
    assert cloud.deliver(cloud.delete("catalogue/b.csv")) == []
    assert listings(cloud)["1"]["price"] == 6.5 and "retired" not in listings(cloud)["1"]
    withdrawn = cloud.receipt("catalogue/b.csv")
    assert (withdrawn["status"], withdrawn["withdrawn"], withdrawn["live"]) == ("withdrawn", 1, None)
    assert cloud.retrain_requests()[-1] == {"reason": "undo", "part": receipt["part"]}
    assert cloud.deliver(cloud.delete("catalogue/a.csv")) == []
    assert (listings(cloud), parts(cloud)) == ({}, [])


def test_deleting_the_newest_version_brings_the_one_before_back(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    before = listings(cloud)
    newer = cloud.drop("catalogue/a.csv", (HEADER + "1,Night,Mill,,,yes,,,,\n").encode())
    cloud.deliver(newer)
    assert cloud.deliver(cloud.delete("catalogue/a.csv", version_of(newer))) == []
    assert listings(cloud) == before


def test_a_refused_file_leaves_what_was_there_and_so_does_its_deletion(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    before = listings(cloud)
    refused = cloud.drop("catalogue/a.csv", b"beer_id,price\n1,7\n")
    cloud.deliver(refused)
    assert cloud.receipt("catalogue/a.csv")["status"] == "refused"
    assert "lacks beer_name, brewery_name" in cloud.receipt("catalogue/a.csv")["reason"]
    assert listings(cloud) == before
    assert cloud.deliver(cloud.delete("catalogue/a.csv", version_of(refused))) == []
    assert listings(cloud) == before


def test_a_row_without_an_id_is_of_the_beer_of_that_brewery_and_name_in_another_file(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", b"beer_name,brewery_name,price\nnight,MILL,7\nDusk,Mill,5\n")
    cloud.take_in("catalogue/b.csv", (HEADER + "1,Night,Mill,,,yes,,,,\n").encode())
    assert listings(cloud)["1"] == {"retired": True, "price": 7.0}
    assert len(listings(cloud)) == len(learnt(cloud)) == 2


def test_a_price_alone_gives_models_nothing_new_to_learn(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    cloud.take_in("catalogue/b.csv", (HEADER + "1,Night,Mill,,,yes,9,Bar C,,New\n").encode())
    assert len(cloud.keys("catalogue/beers/")) == 1


def replaced(cloud: Cloud) -> str:
    cloud.take_in("catalogue/a.csv", BEERS)
    return cloud.drop("catalogue/a.csv", (HEADER + "1,Night,Mill,,,yes,,,,\n").encode())


def undone(cloud: Cloud) -> str:
    cloud.take_in("catalogue/a.csv", BEERS)
    return cloud.delete("catalogue/a.csv")


@pytest.mark.parametrize("begin", [replaced, undone])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_at_any_call_is_made_up_for_by_the_next_delivery(
    cloud: Cloud, begin: Callable[[Cloud], str], when: str
) -> None:
    def settled() -> tuple[Any, ...]:
        receipt = cloud.receipt("catalogue/a.csv")
        return *(receipt[name] for name in ("status", "changed", "withdrawn")), listings(cloud), len(parts(cloud))

    # What models learn is there already the second time, and so the calls are fewer.
    cloud.deliver(begin(cloud))
    cloud.deliver(cloud.delete("catalogue/a.csv"))
    event = begin(cloud)
    with Killing(cloud, None, "before") as counted:
        cloud.deliver(event)
    expected = settled()
    for call in range(1, counted.calls + 1):
        cloud.deliver(cloud.delete("catalogue/a.csv"))
        event = begin(cloud)
        with pytest.raises(Killed), Killing(cloud, call, when):
            cloud.deliver(event)
        assert cloud.deliver(event) == []
        assert settled() == expected, f"killed {when} call {call}"


def test_somebody_who_writes_the_listings_meanwhile_loses_nothing(cloud: Cloud) -> None:
    cloud.take_in("catalogue/a.csv", BEERS)
    other = cloud.drop("catalogue/b.csv", (HEADER + "2,Day,Mill,,,yes,,,,\n").encode())
    interrupted = False

    def interrupt(params: dict[str, Any], **_: Any) -> None:
        nonlocal interrupted
        if params["Key"] == "catalogue/current.json" and not interrupted:
            interrupted = True
            assert cloud.deliver(other) == []

    event = cloud.drop("catalogue/c.csv", (HEADER + "1,Night,Mill,,,yes,,,,\n").encode())
    cloud.s3.meta.events.register("before-parameter-build.s3.PutObject", interrupt)
    try:
        assert cloud.deliver(event) == []
    finally:
        cloud.s3.meta.events.unregister("before-parameter-build.s3.PutObject", interrupt)
    assert interrupted
    assert {beer_id for beer_id, listed in listings(cloud).items() if listed.get("retired")} == {"1", "2"}


def test_reviews_and_beers_live_side_by_side(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    cloud.take_in("catalogue/a.csv", BEERS)
    assert cloud.deliver(cloud.delete("a.csv")) == []
    assert len(listings(cloud)) == 1 and cloud.histories() == {}


def test_other_delimiters_names_and_dialects_are_understood_as_in_reviews() -> None:
    text = 'Name;Brewery;Alcohol;Discontinued;Price;Venues\nNight;Mill;6,5 %;ja;7;\nDay;Mill;4,9;yes;"4,20";A\n'
    found = parsed(text, "catalogue/a.csv")
    assert found.reasons == [(2, "retired is neither yes nor no")]
    (day,) = found.part
    assert (day["abv"], day["price"], day["retired"], day["places"]) == (pytest.approx(4.9), 4.2, True, ["A"])


def test_an_erasure_leaves_catalogue_files_alone(cloud: Cloud) -> None:
    cloud.take_in("a.csv", REVIEWS)
    cloud.take_in("catalogue/a.csv", (HEADER + "1,Night,Mill,,,,,,,ann likes it\n").encode())
    before = cloud.read("incoming/catalogue/a.csv"), listings(cloud)
    assert cloud.deliver(json.dumps({"erase": {"username": "ann", "asked_at": 4102444800000, "beer_id": None}})) == []
    assert (cloud.read("incoming/catalogue/a.csv"), listings(cloud)) == before
    assert b"ann" not in cloud.read("incoming/a.csv")
