"""What is taken out of a stack: recommendations for everybody, and what the notebook of docs/ shows."""

from __future__ import annotations

import io
import json
import re
import shutil
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import nbformat
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest
from nbclient import NotebookClient

from local import PROJECT
from operate.__main__ import main
from tests.loop.conftest import World
from tests.unit.local.waiting import eventually


@pytest.fixture(scope="module")
def world(project: Path, deployed: Callable[..., World]) -> World:
    """A stack with a release in service, whose training code can recommend to everybody."""
    shutil.copy(PROJECT / "training/recommend_all.py", project / "training")
    (project / "training/trainer").symlink_to(PROJECT / "training/trainer")
    world = deployed(Access="open")
    for place, (user, beer, score) in enumerate([("ann", 3, 4.5), ("ann", 7, 2.0), ("bea", 11, 5.0)]):
        world.put(world.review(user, beer, score), f"{place}.csv")
    # Nobody knows the beers of this file: who has rated them alone gets the most loved ones.
    assert world.drop("cid").kind == "promoted"
    world.quiet()
    return world


def answered(world: World, username: str) -> list[tuple[str, float]]:
    address = f"{world.cloud.outputs['ApiUrl']}/users/{urllib.parse.quote(username)}/recommendations?log=false"
    with urllib.request.urlopen(address) as response:
        return [(beer["beer_id"], beer["score"]) for beer in json.load(response)["beers"]]


def test_everybodys_list_is_in_the_bucket_as_the_api_answers_it(world: World) -> None:
    catalogue = world.folder / "retired.csv"
    catalogue.write_text("beer_id,beer_name,brewery_name,retired\nb05,Beer 5,Alder,yes\n")
    world.put(catalogue, "catalogue/retired.csv")
    eventually(lambda: "b05" not in dict(answered(world, "ann")), 60)
    # A catalogue file is a reason for a run.
    world.quiet()
    (release,) = world.serving()
    main(["export", "--recommendations", f"--local={world.cloud.url}"])
    files = f"batch/{release}/recommendations"
    eventually(lambda: {f"{files}.csv", f"{files}.parquet"} <= set(world.keys("")), 300)
    rows = pq.read_table(io.BytesIO(world.object(f"{files}.parquet"))).to_pylist()
    for username in ("ann", "bea", "cid"):
        own = [(row["beer_id"], row["score"]) for row in rows if row["username"] == username]
        expected = answered(world, username)
        assert [beer for beer, _ in own] == [beer for beer, _ in expected]
        assert [score for _, score in own] == pytest.approx([score for _, score in expected], abs=1e-3)
    assert {row["username"]: row["basis"] for row in rows} == {
        "ann": "personal", "bea": "personal", "cid": "most loved",
    }  # fmt: skip
    assert csv.read_csv(io.BytesIO(world.object(f"{files}.csv"))).num_rows == len(rows)


def test_the_notebook_runs_and_shows_what_was_served_and_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{world.cloud.outputs['ApiUrl']}"
    with urllib.request.urlopen(f"{url}/users/ann/recommendations") as response:
        answer = json.load(response)
    told = {
        "recommendation_id": answer["recommendation_id"],
        "beer_id": answer["beers"][0]["beer_id"],
        "event": "tried",
    }
    event = urllib.request.Request(f"{url}/events", json.dumps(told).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(event) as response:
        assert response.status < 300
    eventually(lambda: len(world.keys("served/")) > 0, 60)
    world.quiet()
    monkeypatch.setenv("LOCAL_URL", world.cloud.url)
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(PROJECT / "docs/evidence.ipynb", as_version=4)
    # In git it is without output.
    assert not any(cell.get("outputs") for cell in notebook.cells)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = "".join(str(cell.get("outputs", "")) for cell in notebook.cells)
    assert "3 users" in shown
    (release,) = world.serving()
    assert f"{release} serves since" in shown
    assert re.search(rf"{release}\s+1\s+1.0", shown)


def test_who_is_forgotten_is_in_no_such_file(world: World) -> None:
    main(["erase", "bea", f"--local={world.cloud.url}"])
    assert not [key for key in world.keys("") if key.startswith("batch/")]
    versions = world.cloud.client("s3").list_object_versions(Bucket=world.bucket, Prefix="batch/")
    assert not versions.get("Versions")
