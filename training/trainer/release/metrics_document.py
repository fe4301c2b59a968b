"""metrics.json: what was measured, on which ratings, next to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import SERVED
from trainer.data.reviews import Reviews
from trainer.data.split import Split
from trainer.evaluation.offline import Baselines, Measured
from trainer.release.incumbent import Incumbent


def document(
    release: str,
    reviews: Reviews,
    split: Split,
    candidate: Measured,
    incumbent: Incumbent,
    baselines: Baselines,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """The document, in the form that docs/contracts.md gives."""

    def compared(task: str) -> dict[str, Any]:
        serving = incumbent.evaluation
        return {"candidate": _by_name(candidate, task), "serving": _by_name(serving, task) if serving else None}

    return {
        "release": release,
        "serving": incumbent.release,
        "serving_failure": incumbent.failure,
        "reviews": {
            "total": len(reviews.ratings),
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
        "seconds": dict(seconds),
    }


def _by_name(measured: Measured, task: str) -> dict[str, float]:
    return {metric.name: value for metric, value in measured.items() if metric.task == task}
