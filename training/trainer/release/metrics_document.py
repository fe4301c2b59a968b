"""metrics.json: what was measured, on which rows, next to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from trainer.data.reviews import Reviews
from trainer.data.split import Split
from trainer.evaluation.offline import Baselines, Evaluation
from trainer.release.incumbent import Serving


def document(
    release: str,
    known: Reviews,
    split: Split,
    candidate: Evaluation,
    serving: Serving,
    baselines: Baselines,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """The document, in the form that docs/contracts.md gives."""
    compared = serving.evaluation
    return {
        "release": release,
        "serving": serving.release,
        "serving_failure": serving.failure,
        "reviews": {
            "total": len(known.rows),
            "fitted": len(split.fitted),
            "held_out": len(split.held_out),
            "users": len(split.usernames),
            "beers": len(split.beers),
        },
        "retrieval": {
            "candidate": asdict(candidate.retrieval),
            "serving": asdict(compared.retrieval) if compared else None,
            "popularity": asdict(baselines.popularity),
        },
        "ranking": {
            "candidate": asdict(candidate.ranking),
            "serving": asdict(compared.ranking) if compared else None,
            "bias": asdict(baselines.bias),
            "mean": asdict(baselines.mean),
        },
        "served": {
            "candidate": asdict(candidate.served),
            "serving": asdict(compared.served) if compared else None,
        },
        "seconds": dict(seconds),
    }
