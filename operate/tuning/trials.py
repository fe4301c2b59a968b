"""What the training jobs of a tuning job came to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from operate.tuning.search_space import Objective


@dataclass(frozen=True)
class Trial:
    """One training job of a tuning job; `value` is its objective's, None where it has none (yet)."""

    job: str
    status: str
    value: float | None
    hyperparameters: dict[str, Any]


def trials(summaries: Iterable[Any]) -> list[Trial]:
    """The training jobs of a tuning job, from the SDK's summaries of them."""
    return [
        Trial(
            job=each.training_job_name,
            status=each.training_job_status,
            value=each.final_hyper_parameter_tuning_job_objective_metric.value
            if each.final_hyper_parameter_tuning_job_objective_metric
            else None,
            hyperparameters={name: json.loads(value) for name, value in each.tuned_hyper_parameters.items()},
        )
        for each in summaries
    ]


def ranked(found: Iterable[Trial], objective: Objective) -> list[Trial]:
    """The best first; those without a value last."""
    sign = -1 if objective.best == "Maximize" else 1
    return sorted(found, key=lambda trial: (trial.value is None, sign * (trial.value or 0)))


def best(found: Iterable[Trial], objective: Objective) -> Trial | None:
    """The best of those that completed, None where none did."""
    completed = [trial for trial in ranked(found, objective) if trial.status == "Completed" and trial.value is not None]
    return completed[0] if completed else None


def table(found: Sequence[Trial], objective: Objective) -> str:
    """One line a training job, the best first, with its objective and what was tuned."""
    names = sorted({name for trial in found for name in trial.hyperparameters})
    rows = [
        (
            trial.job,
            trial.status,
            "-" if trial.value is None else f"{trial.value:.4f}",
            *(_shown(trial.hyperparameters.get(name)) for name in names),
        )
        for trial in ranked(found, objective)
    ]
    head = ("job", "status", objective.metric, *names)
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    )


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else json.dumps(value)
