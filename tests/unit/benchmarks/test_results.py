"""Merging and keeping results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.report.results import Results, UnreadableResults

COUNTS = {
    "digest": "0123456789ab",
    "reviews": 100,
    "users": 10,
    "beers": 10,
    "refused": 0,
    "seeds": 2,
    "by_time": False,
}


def measured(recall: float) -> dict[str, object]:
    return {"metrics": {"recall_at_10": recall}, "fit_seconds": 1.0, "peak_memory_mb": 100}


@pytest.fixture
def results(tmp_path: Path) -> Results:
    found = Results.read(tmp_path / "results.json")
    found.begin("beers", COUNTS)
    return found


def test_a_result_is_on_disk_as_soon_as_it_is_there(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    kept = json.loads(results.file.read_text())
    assert kept["data_sets"]["beers"]["models"]["ease"]["seeds"]["1"]["metrics"] == {"recall_at_10": 0.1}


def test_mean_and_spread_are_over_the_seeds(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    results.add("beers", "ease", 2, measured(0.3))
    model = results.document["data_sets"]["beers"]["models"]["ease"]
    assert model["mean"]["recall_at_10"] == pytest.approx(0.2)
    assert model["spread"]["recall_at_10"] == pytest.approx(0.02**0.5)  # sqrt((.1² + .1²) / (2 - 1))


def test_one_seed_has_no_spread(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    assert results.document["data_sets"]["beers"]["models"]["ease"]["spread"] == {"recall_at_10": None}


def test_a_rerun_of_one_model_keeps_the_others(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    results.add("beers", "popularity", 1, measured(0.05))
    again = Results.read(results.file)
    again.begin("beers", COUNTS)
    again.add("beers", "ease", 1, measured(0.2))
    models = Results.read(results.file).document["data_sets"]["beers"]["models"]
    assert models["ease"]["mean"]["recall_at_10"] == 0.2
    assert models["popularity"]["mean"]["recall_at_10"] == 0.05


def test_other_data_sets_are_kept(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    again = Results.read(results.file)
    again.begin("wines", COUNTS)
    again.add("wines", "ease", 1, measured(0.2))
    assert set(Results.read(results.file).document["data_sets"]) == {"beers", "wines"}


def test_what_was_measured_on_other_content_of_a_name_is_dropped(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    again = Results.read(results.file)
    again.begin("beers", COUNTS | {"digest": "ba9876543210"})
    assert not again.has("beers", "ease", 1)


def test_other_settings_drop_what_was_measured_with_the_old_ones(results: Results) -> None:
    results.chose("beers", "ease", {"chosen": {"penalty": 1}, "tried": []})
    results.add("beers", "ease", 1, measured(0.1))
    results.chose("beers", "ease", {"chosen": {"penalty": 1}, "tried": []})
    assert results.has("beers", "ease", 1)
    results.chose("beers", "ease", {"chosen": {"penalty": 2}, "tried": []})
    assert not results.has("beers", "ease", 1)
    assert results.chosen("beers", "ease") == {"penalty": 2}


def test_a_model_that_is_measured_anew_loses_what_was_measured_before(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    results.add("beers", "ease", 2, measured(0.3))
    results.forget("beers", "ease")
    results.add("beers", "ease", 1, measured(0.2))
    model = results.document["data_sets"]["beers"]["models"]["ease"]
    assert model["mean"] == {"recall_at_10": 0.2}


def test_results_of_another_protocol_are_not_mixed_in(results: Results) -> None:
    results.add("beers", "ease", 1, measured(0.1))
    document = json.loads(results.file.read_text())
    results.file.write_text(json.dumps(document | {"protocol": 0}))
    assert Results.read(results.file).document["data_sets"] == {}


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "something.json"
    file.write_text("[1, 2]")
    with pytest.raises(UnreadableResults, match=r"something\.json is not a document of benchmark results"):
        Results.read(file)
