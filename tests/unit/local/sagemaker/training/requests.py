"""Training jobs of small programs, asked for and waited for as a client of SageMaker does."""

from __future__ import annotations

import io
import json
import tarfile
import uuid
from typing import Any

from tests.unit.local.sagemaker.cloud import SageMakerCloud, tar_gz

SAYS_WHAT_IT_GOT = """
import json, os, pathlib, sys
base = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"])
print("metric rmse=0.7")
print("metric rmse=0.5")
got = {
    "arguments": sys.argv[1:],
    "environment": dict(os.environ),
    "here": sorted(path.name for path in pathlib.Path.cwd().iterdir()),
    "files": {
        str(path.relative_to(base / "input" / "data")): path.read_text()
        for path in (base / "input" / "data").rglob("*") if path.is_file()
    },
    "configuration": {
        path.name: json.loads(path.read_text()) for path in (base / "input" / "config").iterdir()
    },
    "checkpoints": {path.name: path.read_text() for path in (base / "checkpoints").glob("*")},
}
pathlib.Path(os.environ["SM_MODEL_DIR"], "got.json").write_text(json.dumps(got))
(base / "output" / "tensorboard" / "train").mkdir()
(base / "output" / "tensorboard" / "train" / "events").write_text("board")
"""


def request(cloud: SageMakerCloud, program: str, **more: Any) -> dict[str, Any]:
    """A CreateTrainingJob that runs `program`, with a name of its own."""
    name = f"job-{uuid.uuid4().hex[:12]}"
    source = f"code/{name}/sourcedir.tar.gz"
    cloud.client("s3").put_object(Bucket="bucket", Key=source, Body=tar_gz({"train.py": program, "beside.py": ""}))
    return {
        "TrainingJobName": name,
        "RoleArn": "arn:aws:iam::123456789012:role/training",
        "AlgorithmSpecification": {
            "TrainingImage": "image",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "rmse", "Regex": r"metric rmse=(\S+)"}],
        },
        "HyperParameters": {
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": f'"s3://bucket/{source}"',
            "epochs": "3",
            "run": '"the-run"',
            "sizes": "[128, 64]",
        },
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/artifacts/"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 100},
        **more,
    }


def run(cloud: SageMakerCloud, asked: dict[str, Any]) -> dict[str, Any]:
    """Create the job, wait for its last event, describe it."""
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_training_job(**asked)
    while True:
        detail = cloud.event("Training Job", TrainingJobName=asked["TrainingJobName"])
        if detail["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"):
            described: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=asked["TrainingJobName"])
            assert described["TrainingJobStatus"] == detail["TrainingJobStatus"]
            assert described["SecondaryStatus"] == detail["SecondaryStatus"]
            return described


def what_it_got(cloud: SageMakerCloud, job: dict[str, Any]) -> dict[str, Any]:
    """The file that SAYS_WHAT_IT_GOT left in its artifact."""
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://bucket/")
    artifact = cloud.client("s3").get_object(Bucket="bucket", Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(artifact)) as packed:
        file = packed.extractfile("got.json")
        assert file is not None
        got: dict[str, Any] = json.load(file)
        return got


def channel(name: str, kind: str, uri: str) -> dict[str, Any]:
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}}}
