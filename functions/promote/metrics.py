"""A run's metrics.json, parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import MAE, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE
from taproom.names import Layout

# What the gate decides by and the registry notes; a release made by other code may have more, or lack others.
NEEDED = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, RMSE, MAE)

Values = Mapping[str, float]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


def _needed(task: str) -> Callable[[Values], Values]:
    def check(values: Values) -> Values:
        missing = [metric.name for metric in NEEDED if metric.task == task and metric.name not in values]
        if missing:
            raise ValueError(f"there is no {', '.join(missing)}, only {', '.join(values) or 'nothing'}")
        return values

    return check


# By the names of taproom.metrics; those of held-out reviews that NEEDED lists are all there.
RetrievalMetrics = Annotated[Values, AfterValidator(_needed(RETRIEVAL))]
RankingMetrics = Annotated[Values, AfterValidator(_needed(RANKING))]


class Retrieval(_Frozen):
    """The candidate's retrieval beside the pair in service and the popularity baseline."""

    candidate: RetrievalMetrics
    serving: RetrievalMetrics | None
    popularity: RetrievalMetrics


class Ranking(_Frozen):
    """The candidate's ranking beside the pair in service, user + item bias, and the global mean."""

    candidate: RankingMetrics
    serving: RankingMetrics | None
    bias: RankingMetrics
    mean: RankingMetrics


class Reviews(_Frozen):
    """Counts of rows, users and beers that the run knew."""

    total: int
    fitted: int
    held_out: int
    users: int
    beers: int


class Gain(_Frozen):
    """One metric of the candidate beside another release's on the same rows.

    `gain` is a share of `other`, positive where the candidate is better. Each of its bounds holds with a confidence of
    99 %, so those of five metrics together with 95 %; they are None where each was measured on rows of its own.
    """

    candidate: float
    other: float
    gain: float
    lower: float | None
    upper: float | None
    users: int | None


# By Metric.printed_name.
GainsBeside = Mapping[str, Gain]


class Gains(_Frozen):
    """The candidate beside the release in service, and beside the best of the last ten where that is another one."""

    serving: GainsBeside | None
    best: GainsBeside | None


class Probes(_Frozen):
    """Retrieval on beers that chance had shown, beside the release in service, of which there may be none."""

    users: int
    reviews: int
    gains: GainsBeside


class Bursts(_Frozen):
    """Reviews by accounts that in a day gave nothing but the lowest or the highest score; they were not fitted."""

    accounts: int
    reviews: int
    lowest: int


class Replay(_Frozen):
    """Requests of the last days, answered by the candidate and by the release in service; shares."""

    requests: int
    overlap: float
    newly_empty: float


class Estimate(_Frozen):
    """Taken beers per answer, and the bounds between which it lies with 95 % confidence."""

    value: float
    lower: float
    upper: float


class OffPolicy(_Frozen):
    """What would be taken, by the log: as it was served, and by estimators, by their names, of the candidate."""

    answers: int
    logged: Estimate
    candidate: Mapping[str, Estimate]


class Future(_Frozen):
    """Retrieval on rows of a later time than any that it was fitted on, beside what was popular then.

    `standard_errors` are those of the candidate's mean difference from each of these, by their names.
    """

    candidate: Values
    popularity: Values
    popularity_7_days: Values
    popularity_30_days: Values
    standard_errors: dict[str, Values]


class ScoreSummary(_Frozen):
    """The scores that a release was fitted on, in points of the scale."""

    count: int
    mean: float
    deviation: float


class ScoresSince(_Frozen):
    """Of the scores that the release in service was not fitted on."""

    count: int
    mean: float


class Correlation(_Frozen):
    """Of the mean scores of `beers` with reviews enough; None where they are too few."""

    beers: int
    correlation: float | None


class Agreement(_Frozen):
    """How the beers' mean scores agree with those of the release in service: of all reviews, and of what came since."""

    all: Correlation
    since: Correlation


class Scores(_Frozen):
    """What the candidate was fitted on, beside the release in service; that may have recorded nothing."""

    candidate: ScoreSummary
    serving: ScoreSummary | None
    since: ScoresSince | None
    agreement: Agreement | None


class _Made(_Frozen):
    endpoint_layout: Layout = Layout.SEPARATE


class Metrics(_Made):
    """All that the gate decides by; `serving` is the release that was measured beside the candidate.

    A release of before it was recorded has no `best`, `gains`, `bursts`, `probes`, `replay`, `off_policy`, `future` and
    `scores`, and is of the separate layout.
    """

    release: str
    serving: str | None
    serving_failure: str | None
    best: str | None = None
    best_failure: str | None = None
    reviews: Reviews
    retrieval: Retrieval
    ranking: Ranking
    gains: Gains | None = None
    bursts: Bursts | None = None
    probes: Probes | None = None
    replay: Replay | None = None
    off_policy: OffPolicy | None = None
    future: Future | None = None
    scores: Scores | None = None


def layout_of(metrics: bytes) -> Layout:
    """The layout that metrics.json tells, whatever else it has or lacks."""
    return _Made.model_validate_json(metrics).endpoint_layout
