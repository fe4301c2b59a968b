"""When a candidate may replace the pair in service."""

from __future__ import annotations

import math

import pytest

from promote import gate
from promote.gate import ServingMetrics, Verdict
from tests.unit.promote.conftest import metrics

SERVING = "taproom-ba9876543210"


def decided(**numbers: float) -> Verdict:
    measured = metrics(serving=SERVING, **numbers)  # type: ignore[arg-type]
    assert measured.retrieval.serving and measured.ranking.serving
    serving = ServingMetrics(release=SERVING, retrieval=measured.retrieval.serving, ranking=measured.ranking.serving)
    return gate.decide(measured, serving)


def failed(verdict: Verdict) -> list[tuple[str, str]]:
    return [(one.metric, one.against) for one in verdict.comparisons if not one.passed]


def test_a_candidate_that_beats_the_baselines_is_promoted_while_nothing_serves() -> None:
    verdict = gate.decide(metrics(), None)
    assert verdict.status == "promoted"
    assert verdict.serving is None
    assert verdict.notes == ("Nothing serves yet: the baselines alone decided.",)


def test_a_candidate_below_popularity_is_refused_with_both_numbers() -> None:
    verdict = gate.decide(metrics(recall=0.24, popularity=0.25), None)
    assert verdict.status == "refused"
    assert failed(verdict) == [("retrieval recall@100", "popularity")]
    assert "FAIL retrieval recall@100   0.2400   wanted >= 0.2500   popularity: 0.2500" in str(verdict)


def test_a_candidate_no_better_than_the_global_mean_is_refused() -> None:
    verdict = gate.decide(metrics(rmse=0.76, mean=0.75, bias=0.75), None)
    assert failed(verdict) == [("ranking RMSE", "global mean")]


def test_a_candidate_within_tolerance_of_the_pair_in_service_is_promoted() -> None:
    # 0.95 x 0.40 = 0.38 and 1.02 x 0.60 = 0.612: newer data decides.
    assert decided(recall=0.3801, rmse=0.6119).status == "promoted"


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ({"recall": 0.3799}, "retrieval recall@100"),
        ({"rmse": 0.6121}, "ranking RMSE"),
        ({"ndcg": 0.0949}, "retrieval NDCG@10"),
    ],
)
def test_a_candidate_worse_than_the_pair_in_service_is_refused(numbers: dict[str, float], reason: str) -> None:
    verdict = decided(**numbers)
    assert verdict.status == "refused"
    assert failed(verdict) == [(reason, f"in service ({SERVING})")]
    assert verdict.serving == SERVING


def test_a_metric_that_is_not_a_number_is_never_promoted() -> None:
    assert gate.decide(metrics(recall=math.nan), None).status == "refused"
    assert gate.decide(metrics(rmse=math.nan), None).status == "refused"


def test_a_verdict_survives_being_written_and_read() -> None:
    verdict = decided(recall=0.1)
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict
