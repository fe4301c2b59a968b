"""metrics.json: what was measured, on which ratings, next to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import numpy as np

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import SERVED
from trainer.data.split import Split
from trainer.evaluation import bootstrap, score_drift
from trainer.evaluation.future import Future
from trainer.evaluation.offline import Baselines, Measured
from trainer.evaluation.score_drift import BeerScores
from trainer.release.evaluation import Evaluation
from trainer.release.incumbent import Incumbent


def document(
    release: str,
    reviews: int,
    split: Split,
    candidate: Evaluation,
    incumbent: Incumbent,
    best: Incumbent,
    baselines: Baselines,
    future: Future | None,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """The document, in the form that docs/contracts.md gives.

    `reviews` is how many there are, fitted or not. `best` is the best of the releases that served lately, where that
    is not the `incumbent`; `future` is None where reviews have no times.
    """
    serving = incumbent.evaluation

    def compared(task: str) -> dict[str, Any]:
        return {
            "candidate": _by_name(candidate.measured, task),
            "serving": _by_name(serving.measured, task) if serving else None,
        }

    return {
        "release": release,
        "serving": incumbent.release,
        "serving_failure": incumbent.failure,
        "best": best.release,
        "best_failure": best.failure,
        "reviews": {
            "total": reviews,
            "fitted": len(split.training),
            "validation": len(split.validation),
            "held_out": len(split.held_out),
            "users": len(split.usernames),
            "beers": len(split.beers),
        },
        RETRIEVAL: compared(RETRIEVAL) | {"popularity": _by_name(baselines.popularity, RETRIEVAL)},
        RANKING: compared(RANKING)
        | {"bias": _by_name(baselines.bias, RANKING), "mean": _by_name(baselines.mean, RANKING)},
        SERVED: compared(SERVED),
        "gains": {"serving": _gains(candidate, incumbent), "best": _gains(candidate, best)},
        "probes": _probes(split, candidate, incumbent),
        "future": _future(future) if future else None,
        "scores": _scores(split, incumbent),
        "slices": {"candidate": candidate.slices, "serving": serving.slices if serving else None},
        "seconds": dict(seconds),
    }


def _by_name(measured: Measured, task: str | None = None) -> dict[str, float]:
    return {metric.name: value for metric, value in measured.items() if task in (None, metric.task)}


def _gains(candidate: Evaluation, other: Incumbent) -> dict[str, Any] | None:
    if other.evaluation is None:
        return None
    found = bootstrap.gains(candidate.by_user, other.evaluation.by_user)
    return {metric.printed_name: asdict(gain) for metric, gain in found.items()}


def _probes(split: Split, candidate: Evaluation, incumbent: Incumbent) -> dict[str, Any] | None:
    if not candidate.probes:
        return None
    means = {metric: float(sums.totals.mean()) for metric, sums in candidate.probes.items()}
    other = incumbent.evaluation
    gains = bootstrap.gains(candidate.probes, other.probes) if other else {}
    return {
        "users": len(np.unique(split.probes.user)),
        "reviews": len(split.probes),
        "candidate": _by_name(means),
        "gains": {metric.printed_name: asdict(gain) for metric, gain in gains.items()},
    }


def _future(future: Future) -> dict[str, Any]:
    first = date(1970, 1, 1) + timedelta(days=future.first_day)
    return {
        "from": first.isoformat(),
        "users": future.users,
        "reviews": future.reviews,
        "candidate": _by_name(future.candidate),
        **{name: _by_name(measured) for name, measured in future.baselines.items()},
        "standard_errors": {name: _by_name(measured) for name, measured in future.standard_errors.items()},
    }


def _scores(split: Split, incumbent: Incumbent) -> dict[str, Any]:
    """The scores that the release is fitted on, beside those of the release in service."""
    earlier, now = incumbent.beer_scores, BeerScores.of(split.observed, len(split.beers))
    return {
        "candidate": score_drift.summary(split.observed.score),
        "serving": incumbent.scores,
        **(score_drift.drift(earlier, now) if earlier else {"since": None, "agreement": None}),
    }
