"""How beers are listed now is read again within a minute, and costs nothing where it has not changed."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from recommend.adapters.current_listings import CurrentListings
from recommend.adapters.current_object import MAX_AGE_SECONDS
from taproom.catalogue_file import Listing
from tests.unit.recommend.cloud import BUCKET, Cloud


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def current(cloud: Cloud, clock: Clock) -> CurrentListings:
    return CurrentListings(cloud.s3, BUCKET, clock)


def test_without_catalogue_files_nothing_is_listed(current: CurrentListings) -> None:
    assert current.get().of("1") == Listing()


def test_a_retirement_counts_within_a_minute(cloud: Cloud, current: CurrentListings, clock: Clock) -> None:
    assert MAX_AGE_SECONDS < 60
    cloud.list_beers({"1": {"price": 7.0, "places": ["Bar A"]}})
    assert current.get().of("1") == Listing(price=7.0, places=("Bar A",))
    cloud.list_beers({"1": {"retired": True}})
    assert not current.get().retired
    clock.now += MAX_AGE_SECONDS
    assert current.get().retired == {"1"}
    cloud.list_beers({})
    clock.now += MAX_AGE_SECONDS
    assert not current.get().retired


def test_a_clock_that_is_put_back_does_not_keep_what_is_old(
    cloud: Cloud, current: CurrentListings, clock: Clock
) -> None:
    current.get()
    cloud.list_beers({"1": {"retired": True}})
    clock.now -= 3600
    assert current.get().retired == {"1"}


def test_what_has_not_changed_is_not_read_again(cloud: Cloud, current: CurrentListings, clock: Clock) -> None:
    cloud.list_beers({"1": {"retired": True}})
    before = current.get()
    clock.now += MAX_AGE_SECONDS
    assert current.get() is before


def test_where_the_bucket_does_not_answer_what_was_read_last_counts(
    cloud: Cloud, current: CurrentListings, clock: Clock
) -> None:
    cloud.list_beers({"1": {"retired": True}})
    current.get()
    clock.now += MAX_AGE_SECONDS

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")

    cloud.s3.meta.events.register("before-call.s3.GetObject", refuse)
    try:
        assert current.get().retired == {"1"}
        with pytest.raises(ClientError):
            CurrentListings(cloud.s3, BUCKET).get()
    finally:
        cloud.s3.meta.events.unregister("before-call.s3.GetObject", refuse)
