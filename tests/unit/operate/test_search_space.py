"""What tuning searches is what the job takes, and what it is judged by is what the job prints of validation rows."""

from __future__ import annotations

from typing import Any

import pytest

from operate.tuning.search_space import OBJECTIVES, OTHER_MODEL, SEARCH_SPACE, Choice, Range
from taproom.contract import SERVABLES
from taproom.metrics import PRINTED
from trainer.hyperparameters import parsed

SEARCHED = [(model, name) for model, ranges in SEARCH_SPACE.items() for name in ranges]


def ends(searched: Range) -> tuple[Any, ...]:
    return searched.values if isinstance(searched, Choice) else (searched.low, searched.high)


@pytest.mark.parametrize(("model", "name"), SEARCHED)
def test_both_ends_of_a_range_are_taken_by_the_job(model: str, name: str) -> None:
    for value in ends(SEARCH_SPACE[model][name]):
        parsed({name: value})


@pytest.mark.parametrize(("model", "name"), SEARCHED)
def test_a_range_is_one_that_sagemaker_takes(model: str, name: str) -> None:
    searched = SEARCH_SPACE[model][name]
    if isinstance(searched, Choice):
        assert 2 <= len(searched.values) <= 30
    else:
        assert searched.low < searched.high
        assert searched.low > 0 or not searched.logarithmic


def test_both_models_can_be_tuned_and_share_no_hyperparameter() -> None:
    assert SEARCH_SPACE.keys() == OBJECTIVES.keys() == OTHER_MODEL.keys() == set(SERVABLES)
    names = [name for _, name in SEARCHED]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("model", SERVABLES)
def test_a_model_is_judged_by_its_own_validation_rows_and_never_by_held_out_ones(model: str) -> None:
    metric = OBJECTIVES[model].metric
    assert metric in {each.printed_name for each in PRINTED}
    assert metric.startswith(f"{model}_validation_")


@pytest.mark.parametrize("model", SERVABLES)
def test_the_other_model_s_settings_are_taken_by_the_job_and_none_of_the_tuned_model_s(model: str) -> None:
    parsed(OTHER_MODEL[model])
    assert not any(name.startswith(model) for name in OTHER_MODEL[model])
