"""One way to name a stack, in an AWS account or in the laptop cloud."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local import running_cloud
from local.running_cloud import RunningCloud
from operate import target
from operate.__main__ import main, parser
from operate.target import Target

URL = "http://127.0.0.1:5000"


def chosen(*arguments: str) -> Target:
    return target.chosen(parser().parse_args(["status", *arguments]))


def client(found: Target) -> Any:
    return found.session.client("sts")


@pytest.fixture
def cloud_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    assert target.LOCAL_CLOUD == running_cloud.FILE
    monkeypatch.setattr(running_cloud, "FILE", tmp_path / "cloud.json")
    monkeypatch.setattr(target, "LOCAL_CLOUD", tmp_path / "cloud.json")
    return tmp_path / "cloud.json"


@pytest.mark.usefixtures("nowhere", "cloud_file")
def test_the_laptop_cloud_that_runs_is_found() -> None:
    RunningCloud(os.getpid(), URL, "eu-north-1", outputs={}).write()
    found = chosen("--local")
    assert client(found).meta.endpoint_url == URL
    assert client(found).meta.region_name == "eu-north-1"
    assert found.again == "--stack taproom --local"
    assert found.aws.endswith(f" aws --endpoint-url {URL} --region eu-north-1")


@pytest.mark.usefixtures("nowhere", "cloud_file")
def test_a_cloud_that_has_ended_without_a_word_is_not_found() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    RunningCloud(ended.pid, URL, "eu-north-1", outputs={}).write()
    with pytest.raises(SystemExit, match=r"No laptop cloud runs .* `make local`, or say where one is: --local=http:"):
        main(["status", "--local"])


@pytest.mark.usefixtures("nowhere", "cloud_file")
def test_a_cloud_elsewhere_is_named_by_its_url() -> None:
    found = chosen(f"--local={URL}/", "--stack", "pub")
    assert client(found).meta.endpoint_url == f"{URL}/"
    assert found.again == f"--stack pub --local={URL}/"


@pytest.mark.usefixtures("nowhere")
def test_what_makes_its_own_clients_makes_them_of_the_laptop_cloud() -> None:
    from sagemaker.core.utils.utils import SageMakerClient

    session = chosen(f"--local={URL}").session
    made = SageMakerClient(session=session, region_name="us-east-1").sagemaker_client
    assert made.meta.endpoint_url == URL
    assert session.client("sts", endpoint_url="https://sts.amazonaws.com").meta.endpoint_url == URL
    assert session.resource("s3").meta.client.meta.endpoint_url == URL


@pytest.mark.usefixtures("nowhere")
def test_an_account_is_named_by_region_and_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile brewer]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    found = chosen("--profile", "brewer")
    assert found.session.region_name == "eu-north-1"
    assert (found.again, found.aws) == ("--stack taproom --profile brewer", "aws --profile brewer")
    assert chosen("--profile", "brewer", "--region", "eu-west-1").session.region_name == "eu-west-1"
    assert chosen().aws == "aws"


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "nobody"], r"The config profile \(nobody\) could not be found"),
        ([], "AWS can't be asked: You must specify a region. Set credentials and a region"),
        (["--region", "eu-west-1"], "AWS can't be asked: Unable to locate credentials"),
        (["--local=http://127.0.0.1:1"], "Could not connect .*127.0.0.1:1.* name a laptop cloud that runs"),
    ],
)
def test_where_there_is_nobody_to_ask_the_way_out_is_named(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(SystemExit, match=said):
        main(["status", *arguments])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rollback", "--local", "taproom-0123456789ab"], "is not a URL such as .* put --local last"),
        (["status", "--local", "--profile", "brewer"], "--profile: not allowed with argument --local"),
        (["statsu"], "invalid choice: 'statsu'"),
    ],
)
def test_arguments_that_can_not_be_meant_are_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    captured = capsys.readouterr().err
    assert re.search(said, captured), captured
