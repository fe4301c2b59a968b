"""Files of beers on the laptop cloud, from the object to what the API answers and what a run learns."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from operate.__main__ import main
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually

HEADER = "beer_id,beer_name,brewery_name,style,abv,retired,price,places\n"
# As tests/loop/pair.py calls it.
KNOWN = "b01"


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    world = deployed()
    world.drop()
    return world


def beers(world: World) -> dict[str, Any]:
    """What /beers answers, by id."""
    with urllib.request.urlopen(f"{world.cloud.outputs['ApiUrl']}/beers?limit=100") as answer:
        return {beer["beer_id"]: beer for beer in json.load(answer)["beers"]}


def test_what_a_file_says_counts_before_any_training_goes_with_it_and_is_learnt(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    known = beers(world)[KNOWN]
    before = set(world.jobs())
    file = world.folder / "pub.csv"
    told = f"{known['name']},{known['brewery']}"
    file.write_text(f"{HEADER}{KNOWN},{told},,,yes,,\nnew,Midnight Sun,Alder,Stout,9.5,,7,Bar A\n,,Alder,,,,,\n")
    world.put(file, "catalogue/pub.csv")
    eventually(lambda: KNOWN not in beers(world), 60)
    receipt = json.loads(world.objects("receipts/")["catalogue/pub.csv.json"])
    assert (receipt["accepted"], receipt["refused"], receipt["added"]) == (2, 1, 2)
    world.quiet()
    (run,) = set(world.jobs()) - before
    (learnt,) = json.loads(world.objects(f"runs/{run}/")["catalogue.json"])[1:]
    assert learnt in world.objects("catalogue/beers/")

    main(["undo", "catalogue/pub.csv", f"--local={world.cloud.url}"])
    assert "Withdrawn: 2 beers of its part " in capsys.readouterr().out
    eventually(lambda: KNOWN in beers(world), 60)
    assert world.objects("catalogue/parts/") == {}
