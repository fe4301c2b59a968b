"""metrics.json of a run beside a release in service."""

from __future__ import annotations

import pytest

from promote.metrics import Metrics
from tests.unit.training.jobs import Run

pytest.importorskip("tensorflow")


def test_the_same_models_differ_by_nothing_for_sure_and_learnt_from_the_same_scores(second: Run) -> None:
    metrics = second.metrics
    assert (metrics["best"], metrics["best_failure"], metrics["gains"]["best"]) == (None, None, None)
    assert set(metrics["gains"]["serving"]) == {
        "retrieval_recall_at_10", "retrieval_recall_at_100", "retrieval_ndcg_at_10", "served_liked_at_10",
        "ranking_rmse",
    }  # fmt: skip
    for gain in metrics["gains"]["serving"].values():
        assert (gain["gain"], gain["lower"], gain["upper"]) == pytest.approx((0.0, 0.0, 0.0), abs=1e-5)
    scores = metrics["scores"]
    assert (scores["serving"], scores["since"]) == (scores["candidate"], None)
    assert scores["agreement"]["all"]["correlation"] == pytest.approx(1.0)
    assert metrics["slices"]["serving"]["groups"] == metrics["slices"]["candidate"]["groups"]
    # Promote reads what the job writes.
    assert Metrics.model_validate(metrics).scores is not None
