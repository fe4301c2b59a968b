"""Endpoints that sleep: the first answer is the guest's own, and wakes them."""

from __future__ import annotations

import json
import shutil
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Cloud
from local.demo.loop import Loop
from local.sagemaker.serving.cold_starts import ColdStarts
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually

IDLE_SECONDS = 1.0
# A catalogue in which every beer speaks for the one after it.
TRAIN = """
import stand_in
from taproom.catalogue_file import BeerNeighbours

stand_in.NEIGHBOURS = tuple(BeerNeighbours(beer, [(beer + 1) % 12], [1.0]) for beer in range(12))
if __name__ == "__main__":
    stand_in.main()
"""


@pytest.fixture(scope="module")
def world(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A release in service, whose endpoints sleep after a second and take some to wake; ann has rated beer 2."""
    place = tmp_path_factory.mktemp("sleeping")
    for link in ("template.yaml", "functions", "layers", "local"):
        (place / link).symlink_to(project / link)
    shutil.copytree(project / "training", place / "training")
    (place / "training" / "train.py").rename(place / "training" / "stand_in.py")
    (place / "training" / "train.py").write_text(TRAIN)
    with Cloud(tmp_path_factory.mktemp("cloud"), project=place, cold_starts=ColdStarts(6.0, IDLE_SECONDS)) as cloud:
        cloud.deploy()
        made = World(cloud, Loop(cloud), tmp_path_factory.mktemp("drops"))
        made.loop.drop(made.review("ann", 2, 5.0))
        assert made.loop.outcome().kind == "promoted"
        yield made


def answered(world: World, query: str = "") -> tuple[str, list[str]]:
    """The basis of an answer to ann, and its beers."""
    url = f"{world.cloud.outputs['ApiUrl']}/users/ann/recommendations?limit=5{query}"
    with urllib.request.urlopen(url) as response:
        body: dict[str, Any] = json.load(response)
    return body["basis"], [beer["beer_id"] for beer in body["beers"]]


def test_an_answer_from_cold_is_the_guests_own_and_the_models_follow_once_they_are_awake(world: World) -> None:
    time.sleep(2 * IDLE_SECONDS)
    basis, beers = answered(world)
    # By beer 2's only neighbour; the others are the most loved.
    assert (basis, beers[0]) == ("quick", "b03")
    assert "b02" not in beers
    eventually(lambda: answered(world, "&quick=false")[0] == "personal", 60)
