"""A whole run of train.py where the models of the run before are in service."""

from __future__ import annotations

import json
import re

import pytest

from tests.unit.training.jobs import Run

pytest.importorskip("tensorflow")


def test_the_same_reviews_and_seed_give_the_same_models_next_to_a_release_in_service(first: Run, second: Run) -> None:
    assert second.status == 0, second.errors
    assert second.metrics["serving"] == "taproom-000000000001"
    for task in ("retrieval", "ranking"):
        assert second.metrics[task]["candidate"] == first.metrics[task]["candidate"]
        assert second.metrics[task]["serving"] == first.metrics[task]["candidate"]
    one, two = (json.loads((run.model / "smoke_test.json").read_text()) for run in (first, second))
    assert one["ranking"][0]["outputs"]["score"] == two["ranking"][0]["outputs"]["score"]
    assert one["retrieval"][0]["outputs"]["beer_id"] == two["retrieval"][0]["outputs"]["beer_id"]


def test_a_run_with_a_checkpoint_folder_leaves_its_states_and_what_it_read_there(second: Run) -> None:
    folders = sorted(path.name.split("-")[0] for path in (second.base / "checkpoints").iterdir())
    assert folders == ["ranking", "retrieval", "snapshot"]


def test_the_report_has_every_section_and_needs_no_other_file(second: Run) -> None:
    page = (second.model / "report.html").read_text()
    titles = re.findall("<h2>(.*?)</h2>", page)
    assert titles == [
        "How sure that is", "For whom, and of which beers", "Predicted and given", "Popular and rare beers",
        "What it would show", "What would change", "All figures", "How retrieval learnt", "How ranking learnt",
        "The reviews", "For the curious",
    ]  # fmt: skip
    assert "<h1>As good as the release in service, as far as one can tell</h1>" in page
    assert page.count("<svg viewBox") == page.count('role="img" aria-label="') == 7
    # The made-up beers have two styles.
    assert page.count(" of 10 beers are of the same style") == 2
    assert "retrieval_dropout" in page.partition("<summary>Hyper-parameters</summary>")[2]
    for header in ("candidate", "serving", "popularity", "bias", "mean"):
        assert f"<th scope=col>{header}</th>" in page
    assert not re.search(r"""(src|href)=["']?(https?:|//|\.)""", page)
    assert str(second.base) not in page
