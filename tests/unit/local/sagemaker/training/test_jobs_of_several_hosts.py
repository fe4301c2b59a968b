"""A job of several hosts is a program a host: they know of each other, end together, and are started again."""

from __future__ import annotations

import uuid
from typing import Any

from tests.unit.local.sagemaker.cloud import SageMakerCloud
from tests.unit.local.sagemaker.training.requests import request, run, what_it_got


def on_two_hosts(cloud: SageMakerCloud, program: str, **more: Any) -> dict[str, Any]:
    asked = request(cloud, program, **more)
    asked["ResourceConfig"]["InstanceCount"] = 2
    return asked


SAYS_WHERE_IT_IS = """
import json, os, pathlib, sys
here = {name: json.loads(os.environ[name]) for name in ("SM_HOSTS", "TF_CONFIG")}
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]).parent.joinpath("told").write_text(json.dumps(here))
    sys.exit()
import time
told = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "told")
while not told.exists() or not told.read_text():
    time.sleep(0.05)
got = json.dumps({"hosts": [here, json.loads(told.read_text())]})
pathlib.Path(os.environ["SM_MODEL_DIR"], "got.json").write_text(got)
"""


def test_a_job_of_two_hosts_are_two_programs_that_know_of_each_other(cloud: SageMakerCloud) -> None:
    job = run(cloud, on_two_hosts(cloud, SAYS_WHERE_IT_IS))

    assert job["TrainingJobStatus"] == "Completed"
    one, other = what_it_got(cloud, job)["hosts"]
    assert one["SM_HOSTS"] == other["SM_HOSTS"] == ["algo-1", "algo-2"]
    assert one["TF_CONFIG"]["cluster"] == other["TF_CONFIG"]["cluster"]
    assert len(set(one["TF_CONFIG"]["cluster"]["worker"])) == 2
    assert [each["TF_CONFIG"]["task"]["index"] for each in (one, other)] == [0, 1]


def test_where_one_host_fails_its_reason_is_the_jobs_and_the_others_are_ended(cloud: SageMakerCloud) -> None:
    program = """
import os, sys, time
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    sys.exit("algo-2 has no reviews.")
time.sleep(600)
"""
    job = run(cloud, on_two_hosts(cloud, program))

    assert job["FailureReason"] == "AlgorithmError: algo-2 has no reviews., exit code: 1"


LOSES_ITS_HOST_ONCE = """
import os, pathlib, signal, time
checkpoints = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")
epochs = [path.name for path in checkpoints.iterdir()]
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    while not epochs and not (checkpoints.parents[1] / "checkpoints" / "epoch-1").exists():
        time.sleep(0.05)
    if not epochs:
        os.killpg(0, signal.SIGKILL)
elif epochs:
    pathlib.Path(os.environ["SM_MODEL_DIR"], "got.json").write_text('{"epochs": ["epoch-1"]}')
else:
    (checkpoints / "epoch-1").touch()
    time.sleep(600)
"""


def test_a_job_that_loses_a_host_is_tried_again_from_its_checkpoints(cloud: SageMakerCloud) -> None:
    more = {
        "CheckpointConfig": {"S3Uri": f"s3://bucket/checkpoints/{uuid.uuid4().hex}/"},
        "RetryStrategy": {"MaximumRetryAttempts": 1},
    }
    job = run(cloud, on_two_hosts(cloud, LOSES_ITS_HOST_ONCE, **more))

    assert job["TrainingJobStatus"] == "Completed"
    assert "Restarting" in [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert what_it_got(cloud, job)["epochs"] == ["epoch-1"]


def test_a_job_that_loses_a_host_and_is_not_tried_again_fails(cloud: SageMakerCloud) -> None:
    job = run(cloud, on_two_hosts(cloud, "import os, signal; os.killpg(0, signal.SIGKILL)"))
    assert job["FailureReason"].startswith("InternalServerError: We encountered an internal error.")
