"""The fused servable answers as the two that it is made of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from taproom.contract import CATALOGUE, RANKING, RECOMMENDATION, RETRIEVAL
from tests.unit.training.jobs import Run
from trainer.data.split import Split

pytest.importorskip("tensorflow")
from recommend.catalogue.catalogue import Catalogue
from trainer.release import fused_servable
from trainer.release.models import ReleaseModels

HISTORIES: tuple[dict[str, float], ...] = ({"b01": 4.0, "b07": 1.0, "no such beer": 5.0}, {"b03": 2.5}, {"": 0.0})
FURTHER = ["b07", "b03", "no such beer"]


@pytest.fixture(scope="module")
def separate(first: Run) -> ReleaseModels:
    return ReleaseModels(first.model)


@pytest.fixture(scope="module")
def fused(first: Run, whole: Split, tmp_path_factory: pytest.TempPathFactory) -> ReleaseModels:
    folder = tmp_path_factory.mktemp("fused")
    for servable in (RETRIEVAL, RANKING):
        shutil.copytree(first.model / servable, folder / servable)
    fused_servable.save(folder, whole.beers)
    for servable in (RETRIEVAL, RANKING):
        # What is served is in one SavedModel.
        shutil.rmtree(folder / servable)
    return ReleaseModels(folder)


def inputs(history: dict[str, float]) -> dict[str, Any]:
    return {"username": ["ann"], "history_beer_ids": [list(history)], "history_scores": [list(history.values())]}


def as_recommend_asks(beer_ids: list[str], folder: Path) -> dict[str, Any]:
    """Ranking's inputs for beers, by the release's catalogue."""
    with Catalogue(folder / CATALOGUE) as catalogue:
        known = catalogue.beers(beer_ids)
    rows = [known.get(beer_id) for beer_id in beer_ids]
    return {
        "beer_id": beer_ids,
        "brewery_name": [beer.brewery if beer else "" for beer in rows],
        "style": [(beer.style or "") if beer else "" for beer in rows],
        "abv": [-1.0 if beer is None or beer.abv is None else beer.abv for beer in rows],
    }


@pytest.mark.parametrize("history", HISTORIES)
def test_its_recommendation_is_what_the_two_answer_one_after_the_other(
    first: Run, separate: ReleaseModels, fused: ReleaseModels, history: dict[str, float]
) -> None:
    asked = inputs(history)
    retrieved = separate.answer(RETRIEVAL, asked)
    beer_ids = [*np.char.decode(retrieved["beer_id"].numpy()[0].astype(bytes)).tolist(), *FURTHER]
    ranked = separate.answer(
        RANKING, {**asked, **as_recommend_asks(beer_ids, first.model), "username": ["ann"] * len(beer_ids)}
    )
    found = fused.answer(RECOMMENDATION, {**asked, "further_beer_ids": FURTHER})
    for name in ("beer_id", "score", "known", "release"):
        assert found[name].numpy().tolist() == retrieved[name].numpy().tolist()
    scores = [*found["predicted_score"].numpy()[0], *found["further_predicted_score"].numpy()]
    assert scores == pytest.approx(ranked["score"].numpy().tolist(), abs=1e-6)
    assert np.ptp(scores) > 0.1


def test_its_other_signatures_answer_what_the_two_recorded(first: Run, fused: ReleaseModels) -> None:
    recorded = json.loads((first.model / "smoke_test.json").read_text())
    for question in (RETRIEVAL, RANKING):
        for each in recorded[question]:
            score = fused.answer(question, each["inputs"])["score"].numpy()
            expected = np.array(each["outputs"]["score"])
            assert score[..., : expected.shape[-1]] == pytest.approx(expected, abs=1e-6)


def test_a_run_of_the_fused_layout_leaves_one_servable_in_the_place_of_two(first: Run, second: Run) -> None:
    assert {path.name for path in first.model.iterdir()} - {path.name for path in second.model.iterdir()} == {
        "retrieval", "ranking"
    }  # fmt: skip
    assert set(ReleaseModels(second.model).questions) == {RETRIEVAL, RANKING, RECOMMENDATION}
    assert [run.metrics["endpoint_layout"] for run in (first, second)] == ["separate", "fused"]
    recorded = json.loads((second.model / "smoke_test.json").read_text())
    known, nobody = (each["outputs"] for each in recorded["recommendation"])
    assert (known["known"], nobody["known"]) == ([True], [False])
    assert (len(known["further_predicted_score"]), len(nobody["further_predicted_score"])) == (3, 1)
