"""When a candidate may replace the pair in service."""

from __future__ import annotations

import math
from typing import Any

import pytest

from promote import gate
from promote.gate import InService
from promote.metrics import Estimate, Gain, Gains, Metrics, OffPolicy, Probes, Replay
from promote.verdict import Verdict
from tests.unit.promote.conftest import metrics

SERVING = "taproom-ba9876543210"
BEST = "taproom-cccccccccccc"
RECALL, ERROR = "retrieval_recall_at_100", "ranking_rmse"


def gain(value: float, lower: float | None, upper: float | None, other: float = 0.4) -> Gain:
    return Gain(candidate=other * (1 + value), other=other, gain=value, lower=lower, upper=upper, users=900)


def beside(name: str, *bounds: float) -> Verdict:
    """The verdict on a candidate whose gain in one metric is this, between these bounds."""
    return gate.decide(metrics(serving=SERVING), InService(release=SERVING, gains={name: gain(*bounds)}))


def with_best(name: str, *bounds: float) -> Verdict:
    """The same beside the best of the last ten; beside the pair in service nothing has changed."""
    same = gain(0.0, -0.001, 0.001)
    gains = Gains(serving={name: same}, best={name: gain(*bounds)})
    measured = metrics(serving=SERVING).model_copy(update={"best": BEST, "gains": gains})
    return gate.decide(measured, InService(release=SERVING, gains={name: same}))


def with_probes(*bounds: float) -> Verdict:
    """The same on what chance had shown; beside the pair in service nothing has changed by all other rows."""
    probes = Probes(users=300, reviews=320, gains={"probes_recall_at_100": gain(*bounds)})
    same = InService(release=SERVING, gains={RECALL: gain(0.0, -0.001, 0.001)})
    return gate.decide(metrics(serving=SERVING).model_copy(update={"probes": probes}), same)


def failed(verdict: Verdict) -> list[tuple[str, str]]:
    return [(one.metric, one.against) for one in verdict.comparisons if not one.passed]


def test_a_candidate_that_beats_the_baselines_is_promoted_while_nothing_serves() -> None:
    verdict = gate.decide(metrics(), None)
    assert (verdict.status, verdict.serving) == ("promoted", None)
    assert verdict.notes == ()
    assert verdict.reason == "It beats what needs no model, and there is no release to compare it with."


def test_a_candidate_below_popularity_is_refused_with_both_numbers() -> None:
    verdict = gate.decide(metrics(recall=0.24, popularity=0.25), None)
    assert verdict.status == "refused"
    assert failed(verdict) == [("retrieval recall@100", "popularity")]
    assert "FAIL retrieval recall@100   0.2400   wanted >= 0.2500   popularity: 0.2500" in str(verdict)
    assert verdict.reason == "Its retrieval recall@100 is 0.2400, wanted at least 0.2500 (popularity: 0.2500)."


def test_a_candidate_no_better_than_the_global_mean_is_refused() -> None:
    verdict = gate.decide(metrics(rmse=0.76, mean=0.75, bias=0.75), None)
    assert failed(verdict) == [("ranking RMSE", "global mean")]


@pytest.mark.parametrize(("name", "bounds"), [(RECALL, (-0.005, -0.0099, 0.0)), (ERROR, (-0.002, -0.0049, 0.001))])
def test_a_candidate_that_is_surely_no_worse_than_the_margin_is_promoted(name: str, bounds: Any) -> None:
    verdict = beside(name, *bounds)
    assert (verdict.status, verdict.comparisons[-1].sure) == ("promoted", True)
    assert verdict.reason == f"With 95 % confidence it is no worse than the release in service ({SERVING})."


@pytest.mark.parametrize(
    ("name", "bounds", "margin"), [(RECALL, (-0.02, -0.03, -0.0101), "1.0%"), (ERROR, (-0.01, -0.02, -0.0051), "0.5%")]
)
def test_a_candidate_that_is_surely_worse_than_the_margin_is_refused(name: str, bounds: Any, margin: str) -> None:
    verdict = beside(name, *bounds)
    assert (verdict.status, verdict.serving) == ("refused", SERVING)
    assert verdict.comparisons[-1].sure is True
    assert verdict.reason is not None and verdict.reason.endswith(f"and {margin} is allowed.")


def test_a_refusal_says_by_how_much_it_is_worse_and_how_sure_that_is() -> None:
    verdict = beside(RECALL, -0.039, -0.047, -0.031)
    assert verdict.reason == (
        f"Its retrieval recall@100 is 3.9% worse than that of the release in service ({SERVING}), "
        "with 95 % confidence at least 3.1%, and 1.0% is allowed."
    )
    # 0.4 less 3.9 %, and less the margin.
    numbers = "FAIL retrieval recall@100   0.3844   wanted >= 0.3960"
    assert f"{numbers}   in service ({SERVING}): 0.4000   -3.9% (-4.7% to -3.1%)" in str(verdict)


def test_where_users_are_too_few_to_tell_a_wider_bound_decides_and_the_verdict_says_so() -> None:
    passed = beside(RECALL, -0.09, -0.2, 0.05)
    assert (passed.status, passed.comparisons[-1].sure) == ("promoted", False)
    assert passed.reason is not None and passed.reason.startswith(
        "Too few held-out users to tell by retrieval recall@100 whether it is worse than"
    )
    refused = beside(RECALL, -0.11, -0.2, 0.05)
    assert refused.status == "refused"
    assert (
        refused.reason is not None and "too few to tell by how much (-20.0% to +5.0%), and then 10.0%" in refused.reason
    )


def test_next_to_the_best_of_the_last_ten_twice_the_margin_is_allowed() -> None:
    assert with_best(RECALL, -0.015, -0.019, -0.011).status == "promoted"
    verdict = with_best(RECALL, -0.03, -0.04, -0.0201)
    assert failed(verdict) == [("retrieval recall@100", f"best of the last ten ({BEST})")]
    assert verdict.reason is not None and f"the best of the last ten ({BEST})" in verdict.reason
    # The bound where nobody can tell is the same: it can't slide any further.
    assert with_best(RECALL, -0.11, -0.3, 0.0).status == "refused"


def test_a_best_release_that_could_not_be_measured_is_told() -> None:
    measured = metrics(serving=SERVING).model_copy(update={"best_failure": "it has another signature"})
    verdict = gate.decide(measured, InService(release=SERVING, gains={RECALL: gain(0.0, 0.0, 0.0)}))
    assert verdict.notes == ("The best of the last ten releases does not count: it has another signature",)


def test_what_a_release_recorded_itself_counts_where_it_was_not_measured_anew() -> None:
    own, other = metrics(recall=0.37, rmse=0.61), metrics(recall=0.40, rmse=0.60)
    gains = gate.recorded_gains(own, other)
    assert gains[RECALL].gain == pytest.approx(-0.03 / 0.40)
    assert gains[ERROR].gain == pytest.approx(-0.01 / 0.60)
    verdict = gate.decide(own, InService(release=SERVING, gains=gains, note="measured apart"))
    # 7.5 % and 1.7 % worse, nobody knows how surely: within 10 % and 5 %.
    assert (verdict.status, verdict.notes) == ("promoted", ("measured apart",))


def test_a_metric_that_is_not_a_number_is_never_promoted() -> None:
    assert gate.decide(metrics(recall=math.nan), None).status == "refused"
    assert gate.decide(metrics(rmse=math.nan), None).status == "refused"
    assert beside(RECALL, math.nan, math.nan, math.nan).status == "refused"


@pytest.mark.parametrize("window", ["popularity", "popularity_7_days", "popularity_30_days"])
def test_on_rows_of_a_later_time_what_was_popular_then_must_not_be_better_beyond_chance(window: str) -> None:
    def decided(recall: float) -> Verdict:
        errors = {"recall_at_10": 0.02, "recall_at_100": 0.02, "ndcg_at_10": 0.02}
        popular = {"recall_at_10": 0.1, "recall_at_100": 0.3, "ndcg_at_10": 0.1}
        windows = ("popularity", "popularity_7_days", "popularity_30_days")
        future = {
            "candidate": {"recall_at_10": 0.2, "recall_at_100": 0.5, "ndcg_at_10": 0.1},
            **dict.fromkeys(windows, popular),
            window: popular | {"recall_at_10": recall},
            "standard_errors": dict.fromkeys(windows, errors),
        }
        return gate.decide(Metrics.model_validate(metrics().model_dump() | {"future": future}), None)

    # .2 + 1.645 x .02 = .2329
    assert decided(0.232).status == "promoted"
    assert [metric for metric, _ in failed(decided(0.234))] == ["future recall@10"]


def test_a_verdict_survives_being_written_and_read() -> None:
    for verdict in (beside(RECALL, -0.039, -0.047, -0.031), gate.decide(metrics(), None)):
        assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


def test_a_run_of_before_all_this_was_recorded_is_still_decided() -> None:
    document = metrics(serving=SERVING).model_dump()
    for name in ("best", "best_failure", "gains", "future", "scores"):
        del document[name]
    assert gate.decide(Metrics.model_validate(document), None).status == "promoted"


def test_a_candidate_that_is_surely_worse_on_what_chance_had_shown_is_refused_whatever_else_it_finds() -> None:
    verdict = with_probes(-0.1, -0.15, -0.05)
    assert failed(verdict) == [("probes recall@100", f"in service ({SERVING})")]
    assert verdict.reason == (
        f"Its probes recall@100 is 10.0% worse than that of the release in service ({SERVING}), "
        "with 95 % confidence at least 5.0%, and 1.0% is allowed."
    )


def test_a_candidate_that_is_no_worse_on_what_chance_had_shown_is_promoted() -> None:
    verdict = with_probes(0.05, 0.01, 0.09)
    assert (verdict.status, verdict.comparisons[-1].metric, verdict.notes) == ("promoted", "probes recall@100", ())


def test_too_few_probes_decide_nothing_and_are_told() -> None:
    verdict = with_probes(-0.1, -0.3, 0.1)
    assert verdict.status == "promoted"
    assert "probes recall@100" not in {one.metric for one in verdict.comparisons}
    assert verdict.notes == (
        "320 reviews of probes by 300 users are too few to tell: recall@100 -10.0% (-30.0% to +10.0%).",
    )


@pytest.mark.parametrize(("share", "status"), [(0.01, "promoted"), (0.011, "refused")])
def test_a_candidate_that_has_nothing_for_people_who_get_something_now_is_refused(share: float, status: str) -> None:
    replay = Replay(requests=300, overlap=0.72, newly_empty=share)
    same = InService(release=SERVING, gains={RECALL: gain(0.0, -0.001, 0.001)})
    verdict = gate.decide(metrics(serving=SERVING).model_copy(update={"replay": replay}), same)
    assert verdict.status == status
    assert verdict.notes == (
        "Of 300 requests of the last days, answered anew, 72% of the beers stay; "
        "the report shows those that change most.",
    )


def test_what_the_log_says_of_the_candidate_is_told_and_decides_nothing() -> None:
    logged, worse = Estimate(value=0.31, lower=0.28, upper=0.34), Estimate(value=0.1, lower=0.05, upper=0.15)
    found = OffPolicy(answers=300, logged=logged, candidate={"ips": worse, "dr": worse})
    verdict = gate.decide(metrics().model_copy(update={"off_policy": found}), None)
    assert verdict.status == "promoted"
    assert verdict.notes[0] == (
        "Taken per answer, by the log of 300 answers: 0.310 as served (0.280 to 0.340), estimated of the candidate "
        "IPS 0.100 (0.050 to 0.150), DR 0.100 (0.050 to 0.150)."
    )
