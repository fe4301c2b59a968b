"""The command line, and the pages it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import PROJECT
from benchmarks.report import document, plot


def quality(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "benchmarks/quality.py", *arguments], cwd=PROJECT, capture_output=True, text=True
    )


RUN = {"fit_seconds": 10.0, "evaluation_seconds": 2.0, "peak_memory_mb": 512, "machine": "a slow one, 2 cores"}


def model(**metrics: float) -> dict[str, Any]:
    return {
        "chosen": {"penalty": 100.0},
        "tried": [{}, {}],
        "seeds": {"1": RUN | {"metrics": metrics}},
        "mean": metrics,
        "spread": dict.fromkeys(metrics),
    }


@pytest.fixture
def results() -> dict[str, Any]:
    lists = {"recall_at_10": 0.1, "recall_at_100": 0.4, "ndcg_at_10": 0.08, "liked_at_10": 0.3}
    groups = {"reviewed_recall_at_10": 0.12, "unreviewed_recall_at_100": 0.2, "cold_recall_at_100": 0.15}
    counts = {"reviews": 1000, "users": 10, "beers": 20, "seeds": 1}
    ours = model(**lists, rmse=0.6, mae=0.5, served_recall_at_10=0.11, served_ndcg_at_10=0.09, served_liked_at_10=0.35)
    small = counts | {
        "models": {
            "ease": model(**lists, **groups, served_recall_at_10=0.09),
            "bias": model(rmse=0.65, mae=0.55),
            "taproom": ours,
        }
    }
    large = counts | {"reviews": 4000, "models": {"taproom": ours}}
    tenths = {"seeds": {"1": {**RUN, "users": 26}, "2": {**RUN, "users": 27, "machine": "a fast one, 8 cores"}}}
    later = counts | {"seeds": 2, "by_time": True, "models": {"popularity-7": model(**lists) | tenths}}
    data_sets = {"small": small, "small, by time": later, "large": large}
    return {"about": {"packages": "tensorflow-cpu 2.21.0"}, "data_sets": data_sets}


def test_a_file_that_is_not_there_is_named() -> None:
    done = quality("--reviews", "nowhere.csv", "--json", "out.json")
    assert done.returncode == 2
    assert "there is no file" in done.stderr
    assert "nowhere.csv; name a CSV of reviews with --reviews FILE" in done.stderr


def test_results_on_ones_own_file_do_not_go_to_docs(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n")
    done = quality("--reviews", str(tmp_path / "mine.csv"))
    assert done.returncode == 2
    assert "name where the results of mine.csv go: --json FILE" in done.stderr


def test_a_file_without_reviews_is_refused_with_ingests_reason(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    done = quality("--reviews", str(tmp_path / "mine.csv"), "--json", str(tmp_path / "out.json"))
    assert done.returncode == 1
    assert "Its header lacks score, username, beer_name, brewery_name" in done.stderr


def test_help_shows_how_to_try_it() -> None:
    done = quality("--help")
    assert done.returncode == 0
    assert "--reviews my-reviews.csv --json mine.json" in done.stdout


def test_the_page_has_ours_in_both_orders_next_to_peers(results: dict[str, Any]) -> None:
    page = document.page(results, "benchmarks.svg")
    assert "| EASE | 0.1000 | 0.4000 | 0.0800 | 0.3000 | 10.0 | 512 |" in page
    assert "| taproom | 0.1000 | 0.4000 | 0.0800 | 0.3000 | 10.0 | 512 |" in page
    assert "| EASE + beer's mean | 0.0900 |  |  |  |" in page
    assert "| taproom | 0.1100 |  | 0.0900 | 0.3500 |" in page
    assert "| user + item bias | 0.6500 | 0.5500 | 10.0 | 512 |" in page
    assert "| RMSE | 0.6000 | user + item bias | 0.6500 | 0.923 | at most 0.995 | met |" in page
    assert "| recall@10 | 0.1000 | EASE | 0.1000 | 1.000 | at least 1.05 | missed |" in page
    assert "| EASE | 2 | penalty 100 |" in page


def test_the_page_tells_beers_with_a_fitted_review_from_those_without(results: dict[str, Any]) -> None:
    assert "| EASE | 0.1200 |  |  |  | 0.2000 |  | 0.1500 |" in document.page(results, "benchmarks.svg")


def test_later_rows_have_a_section_of_their_own(results: dict[str, Any]) -> None:
    page = document.page(results, "benchmarks.svg")
    section = page.partition("## small, by time")[2].partition("##")[0]
    assert "users asked about, by tenths from the last: 26, 27." in section
    assert "| popularity, last 7 days | 0.1000 |" in section


def test_the_page_names_the_machine_and_of_several_what_ran_on_each(results: dict[str, Any]) -> None:
    page = document.page(results, "benchmarks.svg")
    assert "1,000 reviews of 20 beers by 10 users; 1 seed. Machine: a slow one, 2 cores.\n" in page
    assert "Machine: a fast one, 8 cores (popularity, last 7 days); a slow one, 2 cores (popularity, last" in page


def test_the_page_sets_time_against_reviews(results: dict[str, Any]) -> None:
    assert "| large | 4,000 | 10.0 | 2.0 | 12.0 | 512 | 4.0 | 1.0 |" in document.page(results, "benchmarks.svg")


def test_the_terminal_shows_the_same_tables_in_columns(results: dict[str, Any]) -> None:
    shown = document.terminal(results)
    assert "|" not in shown
    assert "small: 1,000 reviews of 20 beers by 10 users; 1 seed." in shown


def test_the_same_numbers_give_the_same_picture(results: dict[str, Any], tmp_path: Path) -> None:
    plot.draw(results, tmp_path / "one.svg")
    plot.draw(results, tmp_path / "two.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert b"<svg" in (tmp_path / "one.svg").read_bytes()
