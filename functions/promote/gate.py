"""Whether a candidate may replace the pair in service (docs/adr/0044-the-gate.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import BaseModel, ConfigDict

from promote.metrics import Future, Gain, GainsBeside, Metrics, OffPolicy, Probes, Replay, Values
from promote.score_check import ONE_SIDED_95, compare_scores
from promote.verdict import Comparison, Verdict, reason_to_promote, reason_to_refuse
from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import (
    LIKED_AT_10,
    NDCG_AT_10,
    PROBES,
    PROBES_RECALL_AT_100,
    RECALL_AT_10,
    RECALL_AT_100,
    RMSE,
    SERVED,
    Metric,
)

COMPARED = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, LIKED_AT_10, RMSE)
# By so much less, as a share, a candidate counts as no worse than the pair in service. Of error it is half as much:
# plain averages of users and beers are only some 3 % behind a model.
MARGIN = {RETRIEVAL: 0.01, SERVED: 0.01, RANKING: 0.005, PROBES: 0.01}
# The share of real requests that may get no beer any more.
MOST_NEWLY_EMPTY = 0.01
# So many margins next to the best of the last ten releases, and where held-out users are too few to tell.
BEST_MARGINS = 2
UNSURE_MARGINS = 10
# User + item bias with shrinkage is a strong baseline on small data.
BIAS_TOLERANCE = 1.02


class InService(BaseModel):
    """The pair in service, and the candidate beside it; `note` says where that is not measured on the same rows."""

    model_config = ConfigDict(frozen=True)

    release: str
    gains: GainsBeside
    note: str | None = None


def in_service(metrics: Metrics, serving: str, recorded: Callable[[str], Metrics]) -> InService:
    """`serving`, as the run measured it beside its candidate or else by what it has `recorded` itself."""
    if metrics.serving == serving and metrics.gains and metrics.gains.serving:
        return InService(release=serving, gains=metrics.gains.serving)
    why = metrics.serving_failure or f"the run was measured beside {metrics.serving or 'nothing'}"
    return InService(
        release=serving,
        gains=recorded_gains(metrics, recorded(serving)),
        note=f"{serving} counts with what it scored when it was trained itself, since {why}.",
    )


def decide(metrics: Metrics, serving: InService | None) -> Verdict:
    """Promote iff the candidate beats the baselines, learnt from scores that still mean the same, and is no worse.

    `serving` is None while nothing serves.
    """
    comparisons = [*_beside_baselines(metrics)]
    notes = []
    if metrics.future is not None:
        comparisons += _beside_popularity(metrics.future)
    if serving is not None:
        name = f"in service ({serving.release})"
        comparisons += _beside(serving.gains, name, 1)
        notes += [serving.note] if serving.note else []
    if metrics.probes is not None and PROBES_RECALL_AT_100.printed_name in metrics.probes.gains:
        found = _on_probes(metrics.probes, f"in service ({metrics.serving})")
        if found.sure:
            comparisons.append(found)
        else:
            notes.append(
                f"{metrics.probes.reviews} reviews of probes by {metrics.probes.users} users are too few to tell: "
                f"{PROBES_RECALL_AT_100.label} {found.gain:+.1%}{found.interval}."
            )
    if metrics.bursts is not None and metrics.bursts.reviews:
        notes.append(
            f"{metrics.bursts.reviews:,} reviews by {metrics.bursts.accounts:,} accounts were left out: they gave in a "
            f"day nothing but the lowest ({metrics.bursts.lowest:,} accounts) or the highest score."
        )
    if metrics.replay is not None:
        comparisons.append(_newly_empty(metrics.replay, f"in service ({metrics.serving})"))
        notes.append(
            f"Of {metrics.replay.requests} requests of the last days, answered anew, {metrics.replay.overlap:.0%} of "
            "the beers stay; the report shows those that change most."
        )
    if metrics.off_policy is not None:
        notes.append(_off_policy(metrics.off_policy))
    if metrics.scores is not None and metrics.serving is not None:
        comparisons += compare_scores(metrics.scores, f"in service ({metrics.serving})")
        if metrics.scores.serving is None:
            notes.append(f"{metrics.serving} did not record which scores it learnt from: only beers' means tell.")
    if metrics.gains is not None and metrics.gains.best is not None and metrics.best != metrics.serving:
        comparisons += _beside(metrics.gains.best, f"best of the last ten ({metrics.best})", BEST_MARGINS)
    elif metrics.best_failure:
        notes.append(f"The best of the last ten releases does not count: {metrics.best_failure}")
    passed = all(comparison.passed for comparison in comparisons)
    return Verdict(
        run=metrics.release,
        status="promoted" if passed else "refused",
        serving=serving.release if serving else None,
        reason=reason_to_promote(comparisons) if passed else reason_to_refuse(comparisons),
        comparisons=tuple(comparisons),
        notes=tuple(notes),
    )


def recorded_gains(metrics: Metrics, other: Metrics) -> GainsBeside:
    """The candidate beside what another release recorded when it was trained itself, on its own rows."""
    pairs = {
        RECALL_AT_10: (metrics.retrieval.candidate, other.retrieval.candidate),
        RECALL_AT_100: (metrics.retrieval.candidate, other.retrieval.candidate),
        NDCG_AT_10: (metrics.retrieval.candidate, other.retrieval.candidate),
        RMSE: (metrics.ranking.candidate, other.ranking.candidate),
    }
    return {metric.printed_name: _recorded(metric, own, others) for metric, (own, others) in pairs.items()}


def _recorded(metric: Metric, candidate: Values, other: Values) -> Gain:
    value, beside = candidate[metric.name], other[metric.name]
    better = value - beside if metric.more_is_better else beside - value
    return Gain(
        candidate=value, other=beside, gain=better / beside if beside else better, lower=None, upper=None, users=None
    )


def _beside_baselines(metrics: Metrics) -> Iterator[Comparison]:
    retrieval, ranking = metrics.retrieval, metrics.ranking
    yield _reaches(RECALL_AT_100, retrieval.candidate, retrieval.popularity, "popularity")
    yield _reaches(RMSE, ranking.candidate, ranking.mean, "global mean")
    yield _reaches(RMSE, ranking.candidate, ranking.bias, "user + item bias", BIAS_TOLERANCE)


def _beside_popularity(future: Future) -> Iterator[Comparison]:
    """On rows of a later time nothing that was popular, in whichever window, may be better with 95 % confidence."""
    windows = {
        "popularity_7_days": ("of 7 days", future.popularity_7_days),
        "popularity_30_days": ("of 30 days", future.popularity_30_days),
        "popularity": ("of all time", future.popularity),
    }
    for key, (name, popularity) in windows.items():
        for metric in (RECALL_AT_10, RECALL_AT_100):
            found = _reaches(metric, future.candidate, popularity, f"popularity {name}")
            bound = found.bound - ONE_SIDED_95 * future.standard_errors[key][metric.name]
            yield found.model_copy(
                update={"metric": f"future {metric.label}", "bound": bound, "passed": found.candidate >= bound}
            )


def _reaches(metric: Metric, candidate: Values, other: Values, against: str, tolerance: float = 1.0) -> Comparison:
    value, bound = candidate[metric.name], other[metric.name] * tolerance
    return Comparison(
        metric=metric.title,
        against=against,
        candidate=value,
        other=other[metric.name],
        bound=bound,
        higher_is_better=metric.more_is_better,
        # NaN passes no comparison, so a candidate without a number is refused.
        passed=value >= bound if metric.more_is_better else value <= bound,
    )


def _on_probes(probes: Probes, against: str) -> Comparison:
    """What people rated of what chance had shown, which no model has a part in; `sure` where it is enough to tell."""
    return _not_worse(PROBES_RECALL_AT_100, probes.gains[PROBES_RECALL_AT_100.printed_name], against, MARGIN[PROBES])


def _newly_empty(replay: Replay, against: str) -> Comparison:
    """A candidate that has nothing for people who get something now is no good, whatever it measures."""
    return Comparison(
        metric="newly empty answers",
        against=against,
        candidate=replay.newly_empty,
        other=0.0,
        bound=MOST_NEWLY_EMPTY,
        higher_is_better=False,
        passed=replay.newly_empty <= MOST_NEWLY_EMPTY,
    )


def _off_policy(found: OffPolicy) -> str:
    """What the log says of the candidate, which decides nothing."""
    estimates = (
        f"{name.upper()} {each.value:.3f} ({each.lower:.3f} to {each.upper:.3f})"
        for name, each in found.candidate.items()
    )
    return (
        f"Taken per answer, by the log of {found.answers} answers: {found.logged.value:.3f} as served "
        f"({found.logged.lower:.3f} to {found.logged.upper:.3f}), estimated of the candidate {', '.join(estimates)}."
    )


def _beside(gains: GainsBeside, against: str, margins: int) -> Iterator[Comparison]:
    for metric in COMPARED:
        if metric.printed_name in gains:
            yield _not_worse(metric, gains[metric.printed_name], against, MARGIN[metric.task] * margins)


def _not_worse(metric: Metric, gain: Gain, against: str, margin: float) -> Comparison:
    """A non-inferiority test: passed where the gain is above -`margin` with 95 % confidence, failed where below.

    Where the interval holds -`margin`, the numbers themselves decide, by a wider bound (Piaggio et al., "Reporting of
    noninferiority and equivalence randomized trials", 2012, has the three cases).
    """
    not_worse = gain.lower is not None and gain.lower >= -margin
    worse = gain.upper is not None and gain.upper < -margin
    sure = not_worse or worse
    allowed = margin if sure else MARGIN[metric.task] * UNSURE_MARGINS
    return Comparison(
        metric=metric.title,
        against=against,
        candidate=gain.candidate,
        other=gain.other,
        bound=gain.other * (1 - allowed if metric.more_is_better else 1 + allowed),
        higher_is_better=metric.more_is_better,
        passed=not_worse if sure else gain.gain >= -allowed,
        gain=gain.gain,
        lower=gain.lower,
        upper=gain.upper,
        sure=sure,
    )
