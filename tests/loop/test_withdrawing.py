"""Older, corrected and wrong drops, and files of beers, on the laptop cloud, from the object to what users are told."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operate.__main__ import main
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually

BEERS_HEADER = "beer_id,beer_name,brewery_name,style,abv,retired,price,places\n"
KNOWN_BEER = "b01"
HEADER = "score,username,beer_id,beer_name,brewery_name,reviewed_at\n"


@pytest.fixture(scope="module")
def world(deployed: Callable[..., World]) -> World:
    world = deployed()
    world.drop()
    return world


def put(world: World, name: str, *rows: str) -> dict[str, Any]:
    """Drop a file with these rows and wait for its receipt."""
    file = world.folder / Path(name).name
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    before = world.objects("receipts/").get(f"{name}.json")
    world.put(file, name)
    eventually(lambda: world.objects("receipts/").get(f"{name}.json") not in (None, before), 60)
    return receipt(world, name)


def receipt(world: World, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.objects("receipts/")[f"{name}.json"])
    return found


def state(world: World) -> dict[str, Any]:
    """Parts and refused rows, and each item of the table, histories and index."""
    pages = world.cloud.client("dynamodb").get_paginator("scan")
    table = world.cloud.outputs["HistoriesTable"]
    items = [item for page in pages.paginate(TableName=table) for item in page["Items"]]
    return {
        **{f"reviews/{key}": content for key, content in world.objects("reviews/").items()},
        **{f"rejected/{key}": content for key, content in world.objects("rejected/").items()},
        **{f"{item['username']['S']}|{item['part']['S']}": item for item in items},
    }


def score(world: World, user: str, beer: str) -> float:
    """What the user is told to have given to a beer."""
    with urllib.request.urlopen(f"{world.cloud.outputs['ApiUrl']}/users/{user}/reviews") as answer:
        reviews = json.load(answer)["reviews"]
    return next(float(one["score"]) for one in reviews if one["beer_id"] == beer)


def test_an_archive_that_is_dropped_later_does_not_hide_this_year_s_review(world: World) -> None:
    put(world, "this_year.csv", "5,ol,b01,Beer 1,Alder,2024-05-01", "4,ol,b02,Beer 2,Alder,2024-05-01")
    put(world, "archive.csv", "1,ol,b01,Beer 1,Alder,2010-05-01")
    assert score(world, "ol", "b01") == 5.0


def test_a_corrected_drop_takes_the_place_of_the_first(world: World) -> None:
    put(
        world,
        "may/a.csv",
        "5,anm,b01,Beer 1,Alder,2021-05-01",
        "2,ann,b02,Beer 2,Alder,2025-05-01",
        "1,bob,b03,Beer 3,Wrong,2025-05-01",
    )
    second = put(world, "may/a.csv", "5,ann,b01,Beer 1,Alder,2021-05-01", "4,ann,b02,Beer 2,Alder,2021-05-01")
    assert (second["added"], second["changed"], second["withdrawn"]) == (1, 1, 2)
    users = {key.partition("|")[0] for key in state(world)}
    assert {"anm", "bob"}.isdisjoint(users)
    assert score(world, "ann", "b02") == 4.0


def test_after_an_undo_the_world_is_as_before_the_drop_and_trained_on_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.quiet()
    before, parts = state(world), set(world.objects("reviews/"))
    wrong = put(
        world,
        "staging/test.csv",
        "5,test-user-0,b01,Beer 1,Alder,",
        "1,ann,b02,Beer 2,Alder,2026-01-01",
        "bad,ann,b02,Beer 2,Alder,2026-01-01",
    )
    world.quiet()
    assert score(world, "ann", "b02") == 1.0
    main(["undo", "staging/test.csv", f"--local={world.cloud.url}"])
    assert "Withdrawn: 2 reviews of its part " + wrong["part"] in capsys.readouterr().out
    world.quiet()
    assert state(world) == before
    assert score(world, "ann", "b02") == 4.0
    # What is left was trained on before, and the release of that run serves no more.
    manifests = {run: json.loads(world.objects("runs/")[f"{run}/manifest.json"])[1:] for run in world.jobs()}
    (first, again) = (run for run, manifest in manifests.items() if set(manifest) == parts)
    assert again == f"{first}-2"


def test_an_undo_of_what_was_never_dropped_says_what_there_is(world: World) -> None:
    with pytest.raises(SystemExit, match=r"There is no drop 'incoming/june.csv' in taproom; `.* s3 ls "):
        main(["undo", "june.csv", f"--local={world.cloud.url}"])


def beers(world: World) -> dict[str, Any]:
    """What /beers answers, by id."""
    with urllib.request.urlopen(f"{world.cloud.outputs['ApiUrl']}/beers?limit=100") as answer:
        return {beer["beer_id"]: beer for beer in json.load(answer)["beers"]}


def test_what_a_file_says_counts_before_any_training_goes_with_it_and_is_learnt(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    known = beers(world)[KNOWN_BEER]
    before = set(world.jobs())
    file = world.folder / "pub.csv"
    told = f"{known['name']},{known['brewery']}"
    file.write_text(
        f"{BEERS_HEADER}{KNOWN_BEER},{told},,,yes,,\nnew,Midnight Sun,Alder,Stout,9.5,,7,Bar A\n,,Alder,,,,,\n"
    )
    world.put(file, "catalogue/pub.csv")
    eventually(lambda: KNOWN_BEER not in beers(world), 60)
    receipt = json.loads(world.objects("receipts/")["catalogue/pub.csv.json"])
    assert (receipt["accepted"], receipt["refused"], receipt["added"]) == (2, 1, 2)
    world.quiet()
    (run,) = set(world.jobs()) - before
    (learnt,) = json.loads(world.objects(f"runs/{run}/")["catalogue.json"])[1:]
    assert learnt in world.objects("catalogue/beers/")

    main(["undo", "catalogue/pub.csv", f"--local={world.cloud.url}"])
    assert "Withdrawn: 2 beers of its part " in capsys.readouterr().out
    eventually(lambda: KNOWN_BEER in beers(world), 60)
    assert world.objects("catalogue/parts/") == {}
