"""A deployed stack as `python -m operate` finds it, on moto, and tuning jobs that moto only half has."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from moto.sagemaker.models import sagemaker_backends

ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = "drops"
STACK = "taproom"
LOG_GROUP = "taproom-logs"
PREFIX = "taproom"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/taproom-SageMakerRole"
PARTS = ("20260101T000000Z-000000000001", "20260102T000000Z-000000000002")
RUN = "taproom-0123456789ab"
CODE = "code/aaaaaaaaaaaa/sourcedir.tar.gz"
# As template.yaml sets it.
ENVIRONMENT = {
    "STACK": STACK,
    "PREFIX": PREFIX,
    "BUCKET": BUCKET,
    "ROLE_ARN": ROLE,
    "RETRAIN_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/retrain.fifo",
    "DEFERRED_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/deferred",
    "OUTCOMES_TOPIC": f"arn:aws:sns:{REGION}:{ACCOUNT}:outcomes",
    "TRAINING_SOURCE": "/opt/training",
    "TRAINING_INSTANCE_TYPE": "ml.m5.xlarge",
    "TRAINING_INSTANCE_COUNT": "1",
    "TRAINING_SPOT": "false",
    "TRAINING_MAXIMUM_RUNTIME": "3600",
    "TRAINING_IMAGE_TAG": "2.21-cpu-py312-amzn2023-sagemaker-v1",
    "MINIMUM_NEW_REVIEWS": "1",
    "MINIMUM_MINUTES_BETWEEN_RUNS": "0",
    "MONTHLY_TRAINING_MINUTES": "0",
    "PREPARATION": "automatic",
    "PREPARATION_MINIMUM_REVIEWS": "20000000",
    "PREPARATION_INSTANCE_TYPE": "ml.m5.4xlarge",
    "PREPARATION_MAXIMUM_RUNTIME": "7200",
    "PREPARATION_IMAGE_TAG": "3.5-cpu-py312-v1.4",
    "ENDPOINT_LAYOUT": "separate",
    "HYPERPARAMETERS": '{"seed": 7}',
}


@dataclass
class Tools:
    """What a test arranges and looks at."""

    session: boto3.Session

    def client(self, service: str) -> Any:
        client: Any = self.session.client(service)  # type: ignore[call-overload]
        return client

    def deploy(self, **environment: str) -> None:
        """The stack: its bucket, queues, log group and retrain function."""
        self.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        role = self.client("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("handler.py", "")
        self.client("s3").put_object(Bucket=BUCKET, Key="function.zip", Body=packed.getvalue())
        function = {
            "Runtime": "python3.12",
            "Handler": "handler.handler",
            "Role": role,
            "Code": {"S3Bucket": BUCKET, "S3Key": "function.zip"},
            "Environment": {"Variables": {**ENVIRONMENT, **environment}},
        }
        fifo = {"FifoQueue": True, "ContentBasedDeduplication": True}

        def given_up(queue: str) -> dict[str, Any]:
            policy = {"deadLetterTargetArn": {"Fn::GetAtt": [queue, "Arn"]}, "maxReceiveCount": 1}
            return {"RedrivePolicy": policy, "VisibilityTimeout": 0}

        queues = {
            "IngestQueue": {"QueueName": "ingest", **given_up("IngestDeadLetters")},
            "IngestDeadLetters": {"QueueName": "ingest-dead"},
            "RetrainQueue": {"QueueName": "retrain.fifo", **fifo, **given_up("RetrainDeadLetters")},
            "RetrainDeadLetters": {"QueueName": "retrain-dead.fifo", **fifo},
        }
        key = [{"AttributeName": "username", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}]
        histories = {
            "TableName": "histories",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": key,
            "AttributeDefinitions": [{"AttributeName": each["AttributeName"], "AttributeType": "S"} for each in key],
        }
        template = {
            "Resources": {
                "Histories": {"Type": "AWS::DynamoDB::Table", "Properties": histories},
                "RetrainFunction": {"Type": "AWS::Lambda::Function", "Properties": function},
                "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": LOG_GROUP}},
                **{name: {"Type": "AWS::SQS::Queue", "Properties": each} for name, each in queues.items()},
            },
            "Outputs": {
                "Access": {"Value": "open"},
                "ApiUrl": {"Value": "https://api.example"},
                "BucketName": {"Value": BUCKET},
                "HistoriesTable": {"Value": {"Ref": "Histories"}},
                "NamePrefix": {"Value": PREFIX},
                "PromoteFunctionName": {"Value": "promote"},
                "RetrainQueueUrl": {"Value": {"Ref": "RetrainQueue"}},
                "DropCommand": {"Value": f"aws s3 cp reviews.csv s3://{BUCKET}/incoming/"},
            },
        }
        self.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template))

    def drop(self, *parts: str) -> None:
        for part in parts:
            self.put(f"reviews/{part}.parquet", b"")

    def ran(
        self,
        run: str = RUN,
        parts: tuple[str, ...] = PARTS,
        code: str = CODE,
        metrics: Mapping[str, float] | None = None,
    ) -> None:
        """A completed run on `parts` that came to `metrics`."""
        manifest = [{"prefix": f"s3://{BUCKET}/reviews/"}, *(f"{part}.parquet" for part in parts)]
        self.put(f"runs/{run}/manifest.json", json.dumps(manifest).encode())
        self.client("sagemaker").create_training_job(
            TrainingJobName=run,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingInputMode": "File", "TrainingImage": "image"},
            HyperParameters={"sagemaker_submit_directory": json.dumps(f"s3://{BUCKET}/{code}")},
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/artifacts"},
            ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        self.backend.training_jobs[run].final_metric_data_list = [
            {"MetricName": name, "Value": value, "Timestamp": 0} for name, value in (metrics or {}).items()
        ]

    def put(self, key: str, body: bytes) -> None:
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)

    def read(self, key: str) -> Any:
        return json.load(self.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"])

    def objects(self) -> set[str]:
        listed = self.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {kept["Key"] for kept in listed}

    def asked(self) -> list[Any]:
        """The requests in the retrain queue."""
        return [json.loads(message["Body"]) for message in self.messages("retrain.fifo")]

    def queue(self, name: str) -> str:
        """Its URL."""
        return str(self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def messages(self, queue: str) -> list[Any]:
        """Up to ten, taken for good where the queue has no visibility timeout of its own, and tried once more."""
        answer = self.client("sqs").receive_message(QueueUrl=self.queue(queue), MaxNumberOfMessages=10)
        return list(answer.get("Messages", []))

    def training_jobs(self) -> dict[str, Any]:
        return {
            name: self.client("sagemaker").describe_training_job(TrainingJobName=name)
            for name in self.backend.training_jobs
        }

    def tuning_jobs(self) -> list[str]:
        return list(self.backend.hyper_parameter_tuning_jobs)

    @property
    def backend(self) -> Any:
        return sagemaker_backends[ACCOUNT][REGION]


def trial(number: int, value: float | None, status: str = "Completed", **tuned: str) -> Mapping[str, Any]:
    """A training job of a tuning job, as SageMaker lists it."""
    objective = {"MetricName": "objective", "Value": value}
    summary: dict[str, Any] = {
        "TrainingJobName": f"tune-taproom-261124000000-{number:03}-0a1b2c3d",
        "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{number}",
        "CreationTime": 0,
        "TrainingJobStatus": status,
        "TunedHyperParameters": tuned,
    }
    return summary if value is None else {**summary, "FinalHyperParameterTuningJobObjectiveMetric": objective}
