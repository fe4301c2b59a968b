"""The request for a tuning job, and what its training jobs came to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from operate.tuning.search_space import Choice, Objective, Real, Whole

# Of a training job's request, what the definition of a tuning job's training jobs has under the same name.
_SAME = ("RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "StoppingCondition")
_SPOT = "EnableManagedSpotTraining"


@dataclass(frozen=True)
class Trial:
    """One training job of a tuning job; `value` is its objective's, None where it has none (yet)."""

    job: str
    status: str
    value: float | None
    hyperparameters: dict[str, Any]


def tuning_request(
    name: str,
    training_request: Mapping[str, Any],
    objective: Objective,
    ranges: Mapping[str, Whole | Real | Choice],
    fixed: Mapping[str, Any],
    jobs: int,
    parallel: int,
) -> dict[str, Any]:
    """The arguments of CreateHyperParameterTuningJob: training jobs like that of `training_request`.

    `ranges` are searched, `fixed` are other hyper-parameters that all `jobs` training jobs have in place of the
    request's; `parallel` of them run at a time. A spot job that is interrupted starts from the beginning: it is short,
    and the training jobs of a tuning job would share one place for checkpoints.
    """
    algorithm = training_request["AlgorithmSpecification"]
    still = {
        key: value
        for key, value in {
            **training_request["HyperParameters"],
            **{key: json.dumps(value) for key, value in fixed.items()},
        }.items()
        if key not in ranges
    }
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": objective.best, "MetricName": objective.metric},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": min(parallel, jobs)},
            "ParameterRanges": _ranges(ranges),
            # A training job ends early by itself, when its validation gets no better.
            "TrainingJobEarlyStoppingType": "Off",
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": still,
            "AlgorithmSpecification": {
                key: algorithm[key] for key in ("TrainingImage", "TrainingInputMode", "MetricDefinitions")
            },
            **{key: training_request[key] for key in (*_SAME, _SPOT) if key in training_request},
        },
        "Tags": training_request["Tags"],
    }


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


def _ranges(ranges: Mapping[str, Whole | Real | Choice]) -> dict[str, list[dict[str, Any]]]:
    sorted_in: dict[str, list[dict[str, Any]]] = {}
    for name, searched in ranges.items():
        if isinstance(searched, Choice):
            # As the container decodes them.
            entry: dict[str, Any] = {"Name": name, "Values": [json.dumps(value) for value in searched.values]}
            kind = "CategoricalParameterRanges"
        else:
            scaling = "Logarithmic" if searched.logarithmic else "Linear"
            entry = {
                "Name": name,
                "MinValue": str(searched.low),
                "MaxValue": str(searched.high),
                "ScalingType": scaling,
            }
            kind = "IntegerParameterRanges" if isinstance(searched, Whole) else "ContinuousParameterRanges"
        sorted_in.setdefault(kind, []).append(entry)
    return sorted_in
