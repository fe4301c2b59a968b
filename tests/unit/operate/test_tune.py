"""Tuning: what is asked for, what is shown, and what reaches the runs to come."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from operate.__main__ import main
from operate.commands import tune
from operate.tuning.search_space import SEARCH_SPACE, Choice
from taproom.contract import is_run_id
from tests.unit.operate.cloud import BUCKET, CODE, PARTS, REGION, RUN, Tools, trial

Listed = Callable[..., None]
METRIC = "retrieval_validation_recall_at_100"
BETTER = trial(1, 0.39, retrieval_dimension="96", retrieval_dropout="0.11")
WORSE = trial(2, 0.36, retrieval_dimension="16", retrieval_dropout="0.9")
STOPPED = trial(3, 0.99, "Stopped", retrieval_dimension="64", retrieval_dropout="0.2")
FAILED = trial(4, None, "Failed", retrieval_dimension="128", retrieval_dropout="0.1")


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(["tune", "--dry-run", *arguments])
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("tools")
def test_the_objective_is_searched_for_with_as_many_jobs_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    asked = shown(capsys, "--objective", "ranking", "--jobs", "12", "--parallel", "3")
    config = asked["HyperParameterTuningJobConfig"]
    assert config["HyperParameterTuningJobObjective"] == {"Type": "Minimize", "MetricName": "ranking_validation_rmse"}
    assert config["ResourceLimits"] == {"MaxNumberOfTrainingJobs": 12, "MaxParallelTrainingJobs": 3}
    found = {each["Name"]: each for ranges in config["ParameterRanges"].values() for each in ranges}
    assert found.keys() == SEARCH_SPACE["ranking"].keys()
    assert found["ranking_learning_rate"] == {
        "Name": "ranking_learning_rate",
        "MinValue": "0.0003",
        "MaxValue": "0.01",
        "ScalingType": "Logarithmic",
    }


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("model", ["retrieval", "ranking"])
def test_every_choice_is_written_as_the_container_decodes_it(capsys: pytest.CaptureFixture[str], model: str) -> None:
    ranges = shown(capsys, "--objective", model)["HyperParameterTuningJobConfig"]["ParameterRanges"]
    for each in ranges["CategoricalParameterRanges"]:
        choice = SEARCH_SPACE[model][each["Name"]]
        assert isinstance(choice, Choice)
        values = [list(value) if isinstance(value, tuple) else value for value in choice.values]
        assert [json.loads(value) for value in each["Values"]] == values


def test_the_training_jobs_are_the_next_run_s_but_for_what_is_searched_and_the_other_model(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    tools.put("hyperparameters.json", b'{"retrieval_batch": 2048, "patience": 4, "ranking_epochs": 9}')
    asked = shown(capsys)
    name = asked["HyperParameterTuningJobName"]
    definition = asked["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"] == {
        "seed": "7",
        "endpoint_layout": '"separate"',
        "patience": "4",
        "ranking_epochs": "1",
        "run": f'"{name}"',
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": f'"s3://{BUCKET}/{CODE}"',
        "sagemaker_region": f'"{REGION}"',
        "sagemaker_container_log_level": "20",
    }
    assert [each["ChannelName"] for each in definition["InputDataConfig"]] == ["reviews"]
    metrics = [each["Name"] for each in definition["AlgorithmSpecification"]["MetricDefinitions"]]
    assert METRIC in metrics


def test_spot_jobs_share_no_place_for_checkpoints(aws: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    aws.deploy(TRAINING_SPOT="true")
    aws.drop(*PARTS)
    aws.ran()
    definition = shown(capsys)["TrainingJobDefinition"]
    assert definition["EnableManagedSpotTraining"] is True
    assert definition["StoppingCondition"]["MaxWaitTimeInSeconds"] == 7200
    assert "CheckpointConfig" not in definition


def test_more_jobs_at_a_time_than_in_all_are_not_asked_for(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    limits = shown(capsys, "--jobs", "1")["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits == {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    assert tools.tuning_jobs() == []


@pytest.mark.usefixtures("nowhere")
def test_a_dry_run_needs_no_aws(capsys: pytest.CaptureFixture[str]) -> None:
    main(["tune", "--dry-run"])
    out, err = capsys.readouterr()
    assert json.loads(out)["TrainingJobDefinition"]["RoleArn"].endswith("the-role-of-taproom")
    assert "names that only it knows (bucket, role, queue, code) are placeholders" in err


def test_the_best_that_completed_reaches_the_runs_to_come_and_one_is_asked_for(
    tools: Tools, listed: Listed, capsys: pytest.CaptureFixture[str]
) -> None:
    tools.put("hyperparameters.json", b'{"patience": 4, "retrieval_dimension": 32}')
    listed(WORSE, STOPPED, BETTER, FAILED)
    main(["tune"])
    found = {"patience": 4, "retrieval_dimension": 96, "retrieval_dropout": 0.11}
    assert tools.read("hyperparameters.json") == found
    assert tools.asked() == [{"reason": "tune"}]
    said = capsys.readouterr().out
    assert "before: " + json.dumps({"patience": 4, "retrieval_dimension": 32}) in said
    assert f"now:    {json.dumps(found)}" in said
    assert "not known for these reviews and this code" in said


def test_the_training_jobs_are_shown_best_first_with_what_was_tuned(
    tools: Tools, listed: Listed, capsys: pytest.CaptureFixture[str]
) -> None:
    listed(FAILED, WORSE, BETTER)
    main(["tune"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    start = lines.index(["job", "status", METRIC, "retrieval_dimension", "retrieval_dropout"])
    assert [line[1:] for line in lines[start + 1 : start + 4]] == [
        ["Completed", "0.3900", "96", "0.11"],
        ["Completed", "0.3600", "16", "0.9"],
        ["Failed", "-", "128", "0.1"],
    ]
    assert len(tools.tuning_jobs()) == 1


def test_the_smallest_error_is_the_best_where_less_is_better(tools: Tools, listed: Listed) -> None:
    listed(trial(1, 0.64, ranking_dropout="0.4"), trial(2, 0.62, ranking_dropout="0.1"))
    main(["tune", "--objective", "ranking"])
    assert tools.read("hyperparameters.json") == {"ranking_dropout": 0.1}


def test_nothing_is_written_where_the_newest_run_did_as_well_without(
    aws: Tools, listed: Listed, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.deploy()
    aws.drop(*PARTS)
    aws.ran(metrics={METRIC: 0.39})
    listed(BETTER)
    main(["tune"])
    assert "hyperparameters.json" not in aws.objects()
    assert aws.asked() == []
    assert f"Nothing was written: the best {METRIC} is 0.3900, and {RUN}" in capsys.readouterr().out


@pytest.mark.parametrize("parts", [PARTS, PARTS[:1]])
def test_a_run_on_other_reviews_or_with_a_lower_value_stands_in_nobody_s_way(
    aws: Tools, listed: Listed, capsys: pytest.CaptureFixture[str], parts: tuple[str, ...]
) -> None:
    aws.deploy()
    aws.drop(*PARTS)
    aws.ran(parts=parts, metrics={METRIC: 0.38 if parts == PARTS else 0.5})
    listed(BETTER)
    main(["tune"])
    assert aws.read("hyperparameters.json")["retrieval_dimension"] == 96
    said = capsys.readouterr().out
    assert (f"0.3800 in {RUN}" if parts == PARTS else "not known for these reviews and this code") in said


def test_what_the_template_sets_is_said_to_win(aws: Tools, listed: Listed, capsys: pytest.CaptureFixture[str]) -> None:
    aws.deploy(HYPERPARAMETERS='{"retrieval_dimension": 8}')
    aws.drop(*PARTS)
    aws.ran()
    listed(BETTER)
    main(["tune"])
    assert "The stack's parameter Hyperparameters sets retrieval_dimension and wins" in capsys.readouterr().out


def test_a_tuning_job_none_of_whose_jobs_completed_leaves_everything_as_it_was(tools: Tools, listed: Listed) -> None:
    listed(FAILED, STOPPED)
    with pytest.raises(SystemExit, match="no training job of it completed, so nothing was written"):
        main(["tune"])
    assert "hyperparameters.json" not in tools.objects()


def test_ctrl_c_leaves_the_tuning_job_running_and_best_goes_on_from_there(
    tools: Tools, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    running = tools.backend.__class__.create_hyper_parameter_tuning_job

    def created(backend: Any, **request: Any) -> Any:
        answer = running(backend, **request)
        (job,) = backend.hyper_parameter_tuning_jobs.values()
        job.hyper_parameter_tuning_job_status = "InProgress"
        return answer

    monkeypatch.setattr(tools.backend.__class__, "create_hyper_parameter_tuning_job", created)
    monkeypatch.setattr(time, "sleep", interrupted)
    with pytest.raises(SystemExit) as left:
        main(["tune"])
    (name,) = tools.tuning_jobs()
    assert f"python -m operate tune --stack taproom --best {name}" in str(left.value)

    tools.backend.hyper_parameter_tuning_jobs[name].hyper_parameter_tuning_job_status = "Completed"
    listed(BETTER)
    main(["tune", "--best", name])
    assert tools.tuning_jobs() == [name]
    assert tools.read("hyperparameters.json")["retrieval_dimension"] == 96


def test_a_tuning_job_of_another_stack_is_not_given_to_this_one(tools: Tools, listed: Listed) -> None:
    listed(BETTER)
    main(["tune"])
    (name,) = tools.tuning_jobs()
    tools.backend.hyper_parameter_tuning_jobs[name].training_job_definition["OutputDataConfig"]["S3OutputPath"] = (
        "s3://pub/a"
    )
    with pytest.raises(SystemExit, match=r"was not started by `tune` for this stack.*s3://pub/a"):
        main(["tune", "--best", name])


def test_progress_is_told_when_it_changes(
    tools: Tools, listed: Listed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(BETTER)
    main(["tune"])
    (name,) = tools.tuning_jobs()
    job = tools.backend.hyper_parameter_tuning_jobs[name]
    job.hyper_parameter_tuning_job_status = "InProgress"
    states = iter(({"Completed": 1, "InProgress": 1}, {"Completed": 1, "InProgress": 1}, None))

    def pass_time(_: float) -> None:
        counters = next(states)
        if counters is None:
            job.hyper_parameter_tuning_job_status = "Completed"
        else:
            job.training_job_status_counters |= counters

    monkeypatch.setattr(time, "sleep", pass_time)
    capsys.readouterr()
    main(["tune", "--best", name])
    told = [line[10:] for line in capsys.readouterr().out.splitlines() if " running, " in line]
    assert told == [
        "InProgress: 1 completed, 0 running, 0 stopped, 0 failed",
        "InProgress: 1 completed, 1 running, 0 stopped, 0 failed",
        "Completed: 1 completed, 1 running, 0 stopped, 0 failed",
    ]


def test_the_laptop_cloud_is_not_asked_for_what_it_has_not(tools: Tools) -> None:
    with pytest.raises(SystemExit, match="has training jobs and no tuning jobs: see the request with --dry-run"):
        main(["tune", "--local=http://127.0.0.1:5000"])
    assert tools.tuning_jobs() == []


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--parallel", "two"], ["--best", "job", "--dry-run"]])
def test_arguments_that_can_not_be_meant_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["tune", *arguments])


@pytest.mark.parametrize("prefix", ["taproom-0a1b2c3d", "taproom-00000000"])
def test_no_stack_takes_a_training_job_s_name_for_a_run_and_sagemaker_takes_the_tuning_job_s(prefix: str) -> None:
    name = tune.job_name(prefix, datetime(2026, 11, 24, 9, 30, 59, tzinfo=UTC))
    assert len(name) <= 32
    assert "--" not in name
    for job in (f"{name}-001-0a1b2c3d", f"{name}-001-12345678"):
        assert not any(is_run_id(job, other) for other in (prefix, "tune", f"tune-{prefix}", name))
