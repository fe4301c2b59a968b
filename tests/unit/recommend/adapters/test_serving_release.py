"""Which release serves, and its catalogue ahead of a switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommend.adapters.catalogue_cache import CatalogueCache
from recommend.adapters.current_listings import CurrentListings
from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.adapters.serving_release import MAX_AGE_SECONDS, ServingRelease
from recommend.errors import NoModelYet
from taproom import sagemaker_endpoints
from taproom.catalogue_file import Beer
from taproom.names import Layout
from taproom.sagemaker_endpoints import Endpoint
from tests.unit.recommend.cloud import BEERS, BUCKET, NEW, OLD, PREFIX, Cloud


class Background:
    """Work that waits until the test lets it happen, and a clock."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.now = 1000.0

    def __call__(self, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def happen(self) -> None:
        while self.waiting:
            self.waiting.pop()()


@pytest.fixture
def background() -> Background:
    return Background()


@pytest.fixture
def catalogues(cloud: Cloud, tmp_path: Path) -> Iterator[CatalogueCache]:
    with closing(CatalogueCache(cloud.s3, BUCKET, tmp_path / "kept")) as opened:
        yield opened


@pytest.fixture
def listings(cloud: Cloud) -> CurrentListings:
    return CurrentListings(cloud.s3, BUCKET)


@pytest.fixture
def endpoints(cloud: Cloud) -> ModelEndpoints:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    return ModelEndpoints(None, lambda: cloud.sagemaker, PREFIX, BUCKET, Layout.SEPARATE)


@pytest.fixture
def serving(
    endpoints: ModelEndpoints, catalogues: CatalogueCache, listings: CurrentListings, background: Background
) -> ServingRelease:
    return ServingRelease(endpoints, catalogues, listings, background, lambda: background.now)


def switch(cloud: Cloud, release: str) -> None:
    for archive in ("retrieval", "ranking"):
        cloud.sagemaker.delete_endpoint(EndpointName=f"{PREFIX}-{archive}")
        cloud.deploy(release, archive)


def test_the_release_is_looked_up_once_and_then_in_the_background(
    cloud: Cloud, serving: ServingRelease, background: Background, tmp_path: Path
) -> None:
    assert serving.release() == OLD
    switch(cloud, NEW)
    background.now += MAX_AGE_SECONDS - 1
    assert (serving.release(), background.waiting) == (OLD, [])
    background.now += 1
    assert serving.release() == OLD
    assert len(background.waiting) == 1
    cloud.keep_catalogue(NEW, tmp_path)
    background.happen()
    assert serving.release() == NEW


def test_what_was_looked_up_before_the_clock_was_set_back_is_looked_up_again(
    cloud: Cloud, serving: ServingRelease, background: Background
) -> None:
    assert serving.release() == OLD
    switch(cloud, NEW)
    background.now -= 3600
    serving.release()
    background.happen()
    assert serving.release() == NEW


def test_nobody_looks_it_up_twice_at_once(serving: ServingRelease, background: Background) -> None:
    serving.release()
    background.now += MAX_AGE_SECONDS
    serving.release()
    serving.release()
    assert len(background.waiting) == 1


def test_the_catalogue_of_a_release_about_to_serve_is_there_before_it_serves(
    cloud: Cloud, serving: ServingRelease, background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.keep_catalogue(NEW, tmp_path)
    updating = Endpoint("taproom-retrieval", "Updating", f"{OLD}-retrieval-0a1b", None, f"{NEW}-retrieval-0a1b")
    described = sagemaker_endpoints.described
    monkeypatch.setattr(
        sagemaker_endpoints,
        "described",
        lambda client, name: updating if name == updating.name else described(client, name),
    )
    assert serving.catalogue(OLD).beer("1").name == "Pale Ale"
    background.happen()
    cloud.s3.delete_object(Bucket=BUCKET, Key=f"releases/{NEW}/catalogue.sqlite")
    assert serving.catalogue(NEW).beer("1").name == "Pale Ale"
    assert sorted(file.name for file in (tmp_path / "kept").iterdir()) == [f"{OLD}.sqlite", f"{NEW}.sqlite"]


def test_a_catalogue_that_was_prefetched_stays_while_others_are_opened(
    cloud: Cloud, catalogues: CatalogueCache, tmp_path: Path
) -> None:
    ahead, *others = (f"taproom-{number:012}" for number in range(10, 14))
    for release in (ahead, *others):
        cloud.keep_catalogue(release, tmp_path)
    catalogues.prefetch(ahead)
    for release in others:
        catalogues.get(release)
    assert sorted(file.stem for file in (tmp_path / "kept").iterdir()) == [ahead, *others[1:]]


def test_a_look_up_that_fails_is_no_failure_of_the_request(
    endpoints: ModelEndpoints, serving: ServingRelease, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert serving.release() == OLD

    def fails() -> None:
        raise ConnectionError

    monkeypatch.setattr(endpoints, "release_in_service", fails)
    background.now += MAX_AGE_SECONDS
    serving.release()
    background.happen()
    assert serving.release() == OLD
    background.now += MAX_AGE_SECONDS
    serving.release()
    assert len(background.waiting) == 1


def test_without_endpoints_there_is_no_model_yet_and_the_next_request_looks_it_up_again(
    cloud: Cloud, catalogues: CatalogueCache, listings: CurrentListings, background: Background
) -> None:
    endpoints = ModelEndpoints(None, lambda: cloud.sagemaker, PREFIX, BUCKET, Layout.SEPARATE)
    serving = ServingRelease(endpoints, catalogues, listings, background, lambda: background.now)
    with pytest.raises(NoModelYet):
        serving.release()
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    assert serving.release() == OLD


def test_a_beer_of_a_newer_release_is_found_at_once_after_idling_and_unknown_ids_look_once_in_a_while(
    cloud: Cloud, serving: ServingRelease, background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not serving.catalogue_for("fresh").beers(["fresh"])
    cloud.keep_catalogue(NEW, tmp_path, (*BEERS, Beer("fresh", "Fresh", "Alder", None, None, 0, None, 3.0)))
    switch(cloud, NEW)
    assert not serving.catalogue_for("fresh").beers(["fresh"])

    background.now += MAX_AGE_SECONDS
    assert serving.catalogue_for("fresh").beers(["fresh"])

    look_ups = []
    monkeypatch.setattr(serving, "look_up", lambda: look_ups.append(background.now))
    for _ in range(100):
        serving.catalogue_for("nothing")
    assert look_ups == []
