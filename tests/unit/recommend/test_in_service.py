"""Which release serves, and its catalogue ahead of a switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommend.failures import NoModelYet
from recommend.in_service import FRESH, InService
from recommend.s3_catalogues import Catalogues
from recommend.sagemaker_runtime import Servables
from taproom.names import Layout
from taproom.sagemaker_endpoints import Endpoint
from tests.unit.recommend.cloud import BUCKET, NEW, OLD, STACK, Cloud


class Beside:
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
def beside() -> Beside:
    return Beside()


@pytest.fixture
def kept(cloud: Cloud, tmp_path: Path) -> Iterator[Catalogues]:
    with closing(Catalogues(cloud.s3, BUCKET, tmp_path / "kept")) as opened:
        yield opened


@pytest.fixture
def servables(cloud: Cloud) -> Servables:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    return Servables(None, lambda: cloud.sagemaker, STACK, BUCKET, Layout.SEPARATE)


@pytest.fixture
def serving(servables: Servables, kept: Catalogues, beside: Beside) -> InService:
    return InService(servables, kept, lambda: beside.now, beside)


def switch(cloud: Cloud, release: str) -> None:
    for archive in ("retrieval", "ranking"):
        cloud.sagemaker.delete_endpoint(EndpointName=f"{STACK}-{archive}")
        cloud.deploy(release, archive)


def test_the_release_is_looked_up_once_and_then_beside_the_requests(
    cloud: Cloud, serving: InService, beside: Beside, tmp_path: Path
) -> None:
    assert serving.release() == OLD
    switch(cloud, NEW)
    beside.now += FRESH - 1
    assert (serving.release(), beside.waiting) == (OLD, [])
    beside.now += 1
    assert serving.release() == OLD
    assert len(beside.waiting) == 1
    cloud.keep_catalogue(NEW, tmp_path)
    beside.happen()
    assert serving.release() == NEW


def test_nobody_looks_twice_at_once(serving: InService, beside: Beside) -> None:
    serving.release()
    beside.now += FRESH
    serving.release()
    serving.release()
    assert len(beside.waiting) == 1


def test_the_catalogue_of_a_release_on_its_way_is_there_before_it_serves(
    cloud: Cloud,
    servables: Servables,
    serving: InService,
    beside: Beside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cloud.keep_catalogue(NEW, tmp_path)
    updating = Endpoint("taproom-retrieval", "Updating", f"{OLD}-retrieval-0a1b", None, f"{NEW}-retrieval-0a1b")
    monkeypatch.setattr(servables, "endpoints", lambda: [updating])
    assert serving.catalogue(OLD).beer("1").name == "Pale Ale"
    beside.happen()
    cloud.s3.delete_object(Bucket=BUCKET, Key=f"releases/{NEW}/catalogue.sqlite")
    assert serving.catalogue(NEW).beer("1").name == "Pale Ale"
    assert sorted(file.name for file in (tmp_path / "kept").iterdir()) == [f"{OLD}.sqlite", f"{NEW}.sqlite"]


def test_a_catalogue_that_was_fetched_ahead_stays_while_others_are_opened(
    cloud: Cloud, kept: Catalogues, tmp_path: Path
) -> None:
    ahead, *others = (f"taproom-{number:012}" for number in range(10, 14))
    for release in (ahead, *others):
        cloud.keep_catalogue(release, tmp_path)
    kept.fetch(ahead)
    for release in others:
        kept.of(release)
    assert sorted(file.stem for file in (tmp_path / "kept").iterdir()) == [ahead, *others[1:]]


def test_a_look_that_fails_is_no_failure_of_the_request(
    servables: Servables, serving: InService, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert serving.release() == OLD

    def fails() -> None:
        raise ConnectionError

    monkeypatch.setattr(servables, "release_in_service", fails)
    beside.now += FRESH
    serving.release()
    beside.happen()
    assert serving.release() == OLD
    beside.now += FRESH
    serving.release()
    assert len(beside.waiting) == 1


def test_without_endpoints_there_is_no_model_yet_and_the_next_request_looks_again(
    cloud: Cloud, kept: Catalogues, beside: Beside
) -> None:
    servables = Servables(None, lambda: cloud.sagemaker, STACK, BUCKET, Layout.SEPARATE)
    serving = InService(servables, kept, lambda: beside.now, beside)
    with pytest.raises(NoModelYet):
        serving.release()
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    assert serving.release() == OLD
