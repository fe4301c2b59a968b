"""A training job that a person starts is the loop's job under another name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from operate.__main__ import main
from operate.commands import launch
from operate.sagemaker_sdk import start_training, would_send
from retrain import job
from retrain.compared_releases import ComparedReleases
from retrain.settings import RetrainSettings
from taproom.contract import is_run_id
from tests.unit.operate.cloud import BUCKET, CODE, ENVIRONMENT, PARTS, REGION, RUN, Tools

MY_DEFAULTS = """
SchemaVersion: "1.0"
SageMaker:
  TrainingJob: {Environment: {mine: "yes"}, EnableNetworkIsolation: true}
"""


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def started(tools: Tools) -> dict[str, Any]:
    (name,) = tools.training_jobs().keys() - {RUN}
    return dict(tools.training_jobs()[name])


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("spot", [False, True])
def test_a_dry_run_shows_what_the_loop_would_ask_for_under_another_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spot: bool
) -> None:
    # A person's own defaults for the SDK are none of the job's.
    (tmp_path / "config.yaml").write_text(MY_DEFAULTS)
    monkeypatch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", str(tmp_path / "config.yaml"))
    main(["launch", "--dry-run", *(["--spot"] if spot else [])])
    shown = printed(capsys)
    name = shown["TrainingJobName"]
    settings = RetrainSettings.from_environment({**ENVIRONMENT, "TRAINING_SPOT": str(spot)})
    loop = job.training_request(settings, REGION, RUN, CODE, ComparedReleases())
    assert shown == json.loads(json.dumps(loop).replace(RUN, name))
    assert not is_run_id(name, "taproom")


@pytest.mark.usefixtures("tools")
def test_a_job_of_several_hosts_is_asked_for_as_the_loop_does() -> None:
    settings = RetrainSettings.from_environment({**ENVIRONMENT, "TRAINING_INSTANCE_COUNT": "2"})
    loop = job.training_request(settings, REGION, RUN, CODE, ComparedReleases())
    assert "RetryStrategy" in loop
    assert would_send(lambda session: start_training(loop, session), REGION) == loop


def test_a_dry_run_leaves_nothing_behind(tools: Tools) -> None:
    before = tools.objects()
    main(["launch", "--dry-run", "--seed", "3"])
    assert tools.objects() == before
    assert tools.training_jobs().keys() == {RUN}


@pytest.mark.usefixtures("nowhere")
def test_a_dry_run_needs_no_aws_and_says_what_it_could_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    machine = ["--spot", "--instance-type", "ml.c5.4xlarge"]
    main(["launch", "--dry-run", "--stack", "pub", "--retrieval_epochs", "5", *machine])
    out, err = capsys.readouterr()
    shown = json.loads(out)
    assert shown["HyperParameters"]["retrieval_epochs"] == "5"
    assert shown["ResourceConfig"]["InstanceType"] == "ml.c5.4xlarge"
    assert shown["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    assert shown["CheckpointConfig"] == {"S3Uri": f"s3://the-bucket-of-pub/checkpoints/{shown['TrainingJobName']}/"}
    assert "AWS can't be asked: " in err
    assert "names that only it knows (bucket, role, queue, code) are placeholders" in err


@pytest.mark.usefixtures("nowhere")
def test_without_aws_nothing_is_started_and_the_way_out_is_named() -> None:
    with pytest.raises(SystemExit, match=r"AWS can't be asked: .* or see the request with --dry-run"):
        main(["launch"])


def test_the_job_reads_all_parts_and_the_newest_run_s_code(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    main(["launch"])
    name = started(tools)["TrainingJobName"]
    manifest = [{"prefix": f"s3://{BUCKET}/reviews/"}, *(f"{part}.parquet" for part in PARTS)]
    assert tools.read(f"runs/{name}/manifest.json") == manifest
    archive = started(tools)["HyperParameters"]["sagemaker_submit_directory"]
    assert archive == f'"s3://{BUCKET}/{CODE}"'
    said = capsys.readouterr().out
    assert f"{name} trains on 2 parts with the code of {RUN}" in said
    assert f"aws s3 cp s3://{BUCKET}/artifacts/{name}/output/model.tar.gz -" in said


def test_the_job_learns_the_beers_of_catalogue_files(tools: Tools) -> None:
    s3 = tools.client("s3")
    s3.put_object(Bucket=BUCKET, Key="catalogue/current.json", Body=b"{}", Metadata={"learnt": "0123456789ab"})
    main(["launch"])
    job = started(tools)
    key = f"runs/{job['TrainingJobName']}/catalogue.json"
    assert tools.read(key) == [{"prefix": f"s3://{BUCKET}/catalogue/beers/"}, "0123456789ab.parquet"]
    channels = {each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in job["InputDataConfig"]}
    assert channels["catalogue"] == f"s3://{BUCKET}/{key}"


def test_nobody_is_told_how_the_sdk_is_used(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemaker.core.telemetry import telemetry_logging

    told: list[Any] = []
    monkeypatch.setattr(telemetry_logging, "_send_telemetry_request", lambda *said: told.append(said))
    main(["launch"])
    assert len(tools.training_jobs()) == 2
    assert told == []


def test_hyperparameters_given_win_over_the_template_s_and_these_over_tuned_ones(tools: Tools) -> None:
    tools.put("hyperparameters.json", b'{"seed": 1, "patience": 4, "ranking_batch": 512}')
    main(["launch", "--patience", "5", "--deep_layer_sizes", "[64]"])
    chosen = started(tools)["HyperParameters"]
    names = ("seed", "patience", "ranking_batch", "deep_layer_sizes")
    assert [chosen[name] for name in names] == ["7", "5", "512", "[64]"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--retrieval_epochs", "0"], "retrieval_epochs is 0 but must be a whole number from 1 to 1000"),
        (["--stack", "pub"], "There is no stack 'pub' in eu-west-1"),
        (["--source", "training"], "training has no folder packages/"),
    ],
)
def test_what_can_not_work_is_refused_before_it_costs(tools: Tools, arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        main(["launch", *arguments])
    assert tools.training_jobs().keys() == {RUN}


@pytest.mark.parametrize("argument", ["--run", "--retrieval_epocs", "--stac"])
def test_what_is_no_hyperparameter_is_refused(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["launch", argument, "3"])
    assert f"unrecognized arguments: {argument}" in capsys.readouterr().err


def test_a_value_that_is_not_json_is_refused_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["launch", "--use_cross_layer", "yes"])
    assert "'yes' is not JSON: give a value such as 12, 0.3, true or [64]" in capsys.readouterr().err


def test_a_stack_without_reviews_or_runs_is_told_what_to_do_first(aws: Tools) -> None:
    aws.deploy()
    with pytest.raises(SystemExit, match=r"taproom has no reviews yet: drop a CSV .* s3://drops/incoming/"):
        main(["launch"])
    aws.drop(*PARTS)
    with pytest.raises(SystemExit, match=r"taproom has not trained yet.* run `sam build` and give --source"):
        main(["launch"])


def test_built_code_is_uploaded_once_and_used_instead_of_the_newest_run_s(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('better')\n")
    (tmp_path / "packages").mkdir()
    main(["launch", "--source", str(tmp_path)])
    archive = json.loads(started(tools)["HyperParameters"]["sagemaker_submit_directory"])
    assert archive.removeprefix(f"s3://{BUCKET}/") in tools.objects()
    assert archive != f"s3://{BUCKET}/{CODE}"


def test_waiting_ends_with_the_job_and_shows_its_metrics(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    main(["launch", "--wait"])
    name = started(tools)["TrainingJobName"]
    assert f"{name}: Completed\n" in capsys.readouterr().out


def test_waiting_for_a_job_that_fails_ends_with_its_reason(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    created = type(tools.backend).create_training_job

    def fails(backend: Any, *given: Any, **named: Any) -> Any:
        answer = created(backend, *given, **named)
        job = list(backend.training_jobs.values())[-1]
        job.training_job_status, job.failure_reason = "Failed", "AlgorithmError: too few reviews, exit code: 1"
        return answer

    monkeypatch.setattr(type(tools.backend), "create_training_job", fails)
    with pytest.raises(SystemExit, match=r"by-hand-taproom-\d+ failed: AlgorithmError: too few reviews"):
        main(["launch", "--wait"])


@pytest.mark.parametrize("prefix", ["taproom-0a1b2c3d", "p" * 32])
def test_no_stack_takes_the_name_for_a_run_and_sagemaker_takes_it(prefix: str) -> None:
    name = launch.job_name(prefix, datetime(2026, 11, 24, 9, 30, 59, tzinfo=UTC))
    assert name == f"by-hand-{prefix}-20261124093059"
    assert len(name) <= 63
    assert not any(is_run_id(name, other) for other in (prefix, "by", "by-hand", f"by-hand-{prefix}"))


def test_the_help_lists_every_hyperparameter_with_its_range_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["launch", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "--deep_layer_sizes VALUE a list of up to 5 whole numbers from 1 to 2048" in shown
    assert "report.html" in shown
