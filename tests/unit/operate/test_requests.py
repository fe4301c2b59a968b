"""Commands that are one request, or none: status, retrain, rollback, undo."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operate.__main__ import main
from taproom import audit
from taproom.experiments import Difference, Experiment, ExperimentReport
from tests.unit.operate.cloud import BUCKET, REGION, RUN, Tools

RELEASE = "taproom-ba9876543210"


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main([*arguments, "--dry-run"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "body"), [([], {"reason": "by hand"}), (["--force"], {"reason": "by hand", "force": True})]
)
def test_a_run_is_asked_for_and_asked_twice_it_is_meant_twice(
    tools: Tools, arguments: list[str], body: dict[str, Any]
) -> None:
    main(["retrain", *arguments])
    main(["retrain", *arguments])
    assert tools.asked() == [body, body]


def test_a_dry_run_shows_the_message_and_sends_none(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    message = shown(capsys, "retrain", "--force")
    assert message["MessageBody"] == '{"reason": "by hand", "force": true}'
    assert message["QueueUrl"].endswith("/retrain.fifo")
    assert tools.asked() == []


@pytest.mark.usefixtures("tools")
def test_a_dry_run_shows_how_promote_would_be_invoked(capsys: pytest.CaptureFixture[str]) -> None:
    request = shown(capsys, "rollback", RELEASE)
    payload = json.loads(request.pop("Payload"))
    assert request == {"FunctionName": "promote", "InvocationType": "Event"}
    assert (payload["release"], payload["by"]) == (RELEASE, "arn:aws:sts::123456789012:user/moto")
    assert datetime.now(UTC) - datetime.fromisoformat(payload["at"]) < timedelta(minutes=1)


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("action", ["promote", "stop"])
def test_a_dry_run_shows_how_an_experiment_would_be_ended(capsys: pytest.CaptureFixture[str], action: str) -> None:
    request = shown(capsys, "experiment", action)
    payload = json.loads(request.pop("Payload"))
    assert request == {"FunctionName": "promote", "InvocationType": "Event"}
    assert (payload["experiment"], payload["by"]) == (action, "arn:aws:sts::123456789012:user/moto")


def test_an_experiment_is_shown_with_what_was_found_of_it(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    main(["experiment"])
    assert capsys.readouterr().out.startswith("There has been no experiment: ")
    experiment = Experiment(
        challenger=RELEASE,
        control=RUN,
        share=0.1,
        started_at=datetime(2026, 11, 26, 14, 5, tzinfo=UTC),
        status="running",
        waiting="taproom-0000000000aa",
    )
    taken = Difference(metric="taken", control=0.312, challenger=0.325, difference=0.013, lower=-0.071, upper=0.097)
    liked = Difference(metric="liked", control=0.18, challenger=0.188, difference=0.008, lower=None, upper=None)
    report = ExperimentReport(
        challenger=RELEASE,
        looked_at=datetime(2026, 11, 29, 14, tzinfo=UTC),
        control_users=3613,
        challenger_users=401,
        answered=1.0,
        differences=(taken, liked),
        decision="go on",
        reason="It can't be told yet which of the two is better.",
    )
    tools.client("s3").put_object(Bucket=BUCKET, Key="experiment.json", Body=experiment.model_dump_json())
    tools.client("s3").put_object(Bucket=BUCKET, Key="evidence/experiment.json", Body=report.model_dump_json())
    main(["experiment"])
    assert capsys.readouterr().out.splitlines() == [
        f"{RELEASE} beside {RUN}, for 10% of users, since 2026-11-26 14:05: running",
        "next      taproom-0000000000aa",
        "users     3,613 and 401 of the challenger",
        "taken     0.312 and 0.325: +0.013 (-0.071 to +0.097)",
        "liked     0.180 and 0.188: +0.008",
        "2026-11-29 14:00: go on. It can't be told yet which of the two is better.",
    ]


@pytest.mark.usefixtures("tools")
def test_what_does_not_run_cannot_be_ended() -> None:
    with pytest.raises(SystemExit, match="No experiment runs in taproom"):
        main(["experiment", "stop"])


@pytest.mark.usefixtures("nowhere")
def test_an_undo_deletes_the_drop_below_incoming(capsys: pytest.CaptureFixture[str]) -> None:
    deletion = {"Bucket": "the-bucket-of-taproom", "Key": "incoming/may/a.csv"}
    assert shown(capsys, "undo", "may/a.csv") == deletion
    assert shown(capsys, "undo", "incoming/may/a.csv") == deletion


@pytest.mark.parametrize(
    "arguments", [["retrain"], ["rollback", RELEASE], ["experiment", "stop"], ["undo", "a.csv"], ["erase", "ann"]]
)
def test_a_dry_run_needs_no_aws(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert "-of-taproom" in str(shown(capsys, *arguments))


def test_a_release_that_there_is_not_is_refused_with_those_that_there_are(tools: Tools) -> None:
    with pytest.raises(SystemExit, match=rf"taproom has no release '{RELEASE}'; it has none yet"):
        main(["rollback", RELEASE])
    tools.put(f"releases/{RUN}/model.tar.gz", b"")
    with pytest.raises(SystemExit, match=rf"taproom has no release '{RELEASE}'; it has {RUN}\."):
        main(["rollback", RELEASE])


def test_a_release_that_is_retired_is_refused_as_such(tools: Tools) -> None:
    tools.put(f"releases/{RUN}/model.tar.gz", b"")
    tools.put(f"releases/{RELEASE}/rollout.json", b"{}")
    with pytest.raises(SystemExit, match=rf"taproom has retired .* the release '{RELEASE}'; it has {RUN}\."):
        main(["rollback", RELEASE])


def test_the_status_counts_releases_that_are_kept_and_that_are_retired(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    tools.put(f"releases/{RUN}/model.tar.gz", b"")
    for number in range(3):
        tools.put(f"releases/taproom-00000000000{number}/rollout.json", b"{}")
    main(["status"])
    (line,) = (line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("releases"))
    assert line == ["releases", "1", "kept", "3", "retired", "to", "roll", "back", "to,", "as", "far", "as", RUN]


def test_the_status_tells_endpoints_runs_with_their_verdicts_and_queues(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    sagemaker = tools.client("sagemaker")
    for model in ("retrieval", "ranking"):
        config = f"{RELEASE}-{model}-0123"
        variant = {
            "VariantName": "all",
            "ModelName": config,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        sagemaker.create_model(
            ModelName=config, ExecutionRoleArn="arn:aws:iam::123456789012:role/taproom-SageMakerRole"
        )
        sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
        sagemaker.create_endpoint(EndpointName=f"taproom-{model}", EndpointConfigName=config)
    worse = {
        "metric": "retrieval recall@100",
        "against": f"in service ({RELEASE})",
        "gain": -0.039,
        "lower": -0.047,
        "upper": -0.031,
        "sure": True,
        "passed": False,
    }
    verdict = {"run": RUN, "status": "refused", "reason": "It is worse.", "comparisons": [worse, {"metric": "RMSE"}]}
    tools.put(f"runs/{RUN}/verdict.json", json.dumps(verdict).encode())
    tools.put(f"releases/{RELEASE}/metrics.json", b"{}")
    for day in range(1, 7):
        entry = audit.Entry(datetime(2026, 1, day, 9, 30, tzinfo=UTC), "rollback", f"taproom-{day}", "ann")
        audit.write(tools.client("s3"), BUCKET, entry)
    main(["retrain"])
    capsys.readouterr()
    main(["status"])
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"taproom in {REGION}: {RELEASE} is in service. https://api.example"
    told = [line.split() for line in lines]
    assert ["endpoint", "taproom-retrieval", "InService", RELEASE] in told
    of_data, of_model = (line for line in told if line[0] == "age")
    since = (datetime.now(UTC) - datetime(2026, 1, 2, tzinfo=UTC)).total_seconds() / 3600
    assert of_data == ["age", "data", of_data[2], "hours", "newest", "drop", "2026-01-02", "00:00"]
    assert float(of_data[2]) == pytest.approx(since, abs=0.2)
    assert of_model[:5] == ["age", "model", "0.0", "hours", "promoted"]
    assert ["run", RUN, "Completed"] in [line[:3] for line in told]
    assert ["gate:", "refused"] in [line[-2:] for line in told]
    assert f"verdict   {RUN} refused: It is worse." in lines
    assert [line for line in lines if line.startswith(("ok", "FAIL"))] == [
        f"FAIL      retrieval recall@100    -3.9% (-4.7% to -3.1%)  in service ({RELEASE})"
    ]
    assert [line for line in told if line[0] == "rollback"] == [
        ["rollback", f"taproom-{day}", f"2026-01-0{day}", "09:30", "by", "ann"] for day in (6, 5, 4, 3, 2)
    ]
    assert ["queue", "RetrainQueue", "1", "waiting", "0", "being", "worked", "on"] in told


def test_the_status_of_a_stack_that_has_done_nothing_yet_says_so(
    aws: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.deploy()
    main(["status"])
    assert "taproom in eu-west-1: nothing is in service" in capsys.readouterr().out
    assert BUCKET in {each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]}


def test_the_status_tells_the_minutes_of_the_month_where_there_is_a_budget(
    aws: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.deploy(MONTHLY_TRAINING_MINUTES="5")
    aws.ran(RUN)
    job = aws.backend.training_jobs[RUN]
    # moto keeps its times in UTC without saying so.
    job.creation_time = datetime.now(UTC).replace(tzinfo=None)
    job.training_end_time = job.creation_time + timedelta(minutes=7)
    main(["status"])
    (told,) = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("budget")]
    said = ["7", "minutes", "of", "5", "used", "up:", "only", "a", "forced", "run", "starts"]
    assert told == ["budget", f"{datetime.now(UTC):%Y-%m}", *said]
