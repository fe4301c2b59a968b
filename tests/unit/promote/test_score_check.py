"""Scores that no longer mean what they meant."""

from __future__ import annotations

from typing import Any

import pytest

from promote import gate
from promote.gate import InService
from promote.metrics import Metrics
from promote.verdict import Verdict
from tests.unit.promote.conftest import metrics

SERVING = "taproom-ba9876543210"


def decided(
    *,
    mean: float = 3.8,
    deviation: float = 0.6,
    since: tuple[int, float] | None = (2000, 3.8),
    beers: tuple[int, float | None] = (900, 0.98),
    news: tuple[int, float | None] = (400, 0.7),
    serving: dict[str, Any] | None = {"count": 9000, "mean": 3.8, "deviation": 0.6},  # noqa: B006 (nobody changes it)
) -> Verdict:
    scores = {
        "candidate": {"count": 11_000, "mean": mean, "deviation": deviation},
        "serving": serving,
        "since": since and {"count": since[0], "mean": since[1]},
        "agreement": {
            name: {"beers": count, "correlation": correlation}
            for name, (count, correlation) in {"all": beers, "since": news}.items()
        },
    }
    run = Metrics.model_validate(metrics(serving=SERVING).model_dump() | {"scores": scores})
    return gate.decide(run, InService(release=SERVING, gains={}))


def failed(verdict: Verdict) -> list[str]:
    return [one.metric for one in verdict.comparisons if not one.passed]


def test_scores_like_those_before_pass() -> None:
    assert decided().status == "promoted"


def test_new_reviews_that_are_upside_down_are_refused_with_that_reason() -> None:
    verdict = decided(since=(2000, 1.2), news=(400, -0.7))
    # 2.6 of the scale are 4.3 deviations of 0.6.
    assert failed(verdict) == ["mean of new scores, shift", "agreement of new reviews"]
    assert verdict.reason is not None and verdict.reason.startswith("A drop may be upside down or on another scale:")


def test_the_same_reviews_given_again_upside_down_are_refused() -> None:
    assert failed(decided(since=None, beers=(900, -1.0), news=(0, None))) == ["agreement of beers"]


def test_a_scale_turned_about_its_middle_is_refused_although_no_mean_moves() -> None:
    assert failed(decided(news=(400, -0.6))) == ["agreement of new reviews"]


def test_a_scale_that_shrank_is_refused() -> None:
    assert failed(decided(mean=3.0, deviation=0.95)) == ["mean score, shift", "deviation, stretch"]


@pytest.mark.parametrize(("correlation", "passes"), [(-0.1, True), (-0.4, False)])
def test_beers_that_hardly_differ_may_agree_by_chance_alone(correlation: float, passes: bool) -> None:
    # Of 30 beers, 95 % of chance lies above -tanh(1.645 / sqrt(27)) = -0.306.
    assert (decided(news=(30, correlation)).status == "promoted") is passes


def test_a_hundred_new_reviews_are_needed_to_judge_their_mean() -> None:
    assert decided(since=(99, 1.2)).status == "promoted"
    assert decided(since=(100, 1.2)).status == "refused"


def test_of_a_release_that_recorded_no_scores_only_the_beers_means_tell() -> None:
    verdict = decided(serving=None, since=(2000, 1.2))
    assert verdict.status == "promoted"
    assert verdict.notes == (f"{SERVING} did not record which scores it learnt from: only beers' means tell.",)
    assert decided(serving=None, news=(400, -0.7)).status == "refused"


def test_scores_without_a_number_are_refused() -> None:
    assert decided(mean=float("nan")).status == "refused"
