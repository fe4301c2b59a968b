"""What a retrain test arranges and looks at: the stack's bucket and SageMaker, on moto."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.sagemaker.models import sagemaker_backends

from retrain.handler import Retrain
from retrain.preparation import Preparations
from retrain.s3_bucket import Bucket
from retrain.sagemaker_jobs import Jobs
from retrain.settings import RetrainSettings
from taproom.names import Layout, config_name, endpoint_name

ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = "drops"
RETRAIN_QUEUE = "retrain.fifo"
DEFERRED_QUEUE = "deferred"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:outcomes"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/taproom-SageMakerRole"


def queue_url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


@dataclass
class Cloud:
    """What a test arranges and looks at; `now` moves only when the test moves it."""

    settings: RetrainSettings
    s3: Any
    sagemaker: Any
    sqs: Any
    sns: Any
    now: datetime

    @property
    def retrain(self) -> Retrain:
        bucket, jobs = Bucket(self.s3, BUCKET), Jobs(self.sagemaker, self.settings.prefix)
        preparations = Preparations(self.sagemaker, bucket, self.settings.prefix)
        return Retrain(self.settings, self.sagemaker, self.sqs, self.sns, bucket, jobs, preparations)

    def messages(self, queue: str) -> list[str]:
        """Take the bodies of the messages in the queue of this name."""
        url = queue_url(queue)
        taken = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in taken:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in taken]

    def set(self, **settings: Any) -> None:
        self.settings = self.settings.model_copy(update=settings)

    def drop(self, part: str, rows: int | None = 1, *, rated: bool = False) -> None:
        metadata = ({} if rows is None else {"rows": str(rows)}) | ({"rated": "yes"} if rated else {})
        self.s3.put_object(Bucket=BUCKET, Key=f"reviews/{part}.parquet", Body=b"", Metadata=metadata)

    def list_beers(self, learnt: str) -> None:
        """Have catalogue files say what is `learnt` of them."""
        self.s3.put_object(Bucket=BUCKET, Key="catalogue/current.json", Body=b"{}", Metadata={"learnt": learnt})

    def withdraw(self, part: str) -> None:
        self.s3.delete_object(Bucket=BUCKET, Key=f"reviews/{part}.parquet")

    def put(self, key: str, document: dict[str, Any]) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(document).encode())

    def give_verdict(self, run: str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"runs/{run}/verdict.json", Body=b"{}")

    def job_of(self, run: str) -> Any:
        """moto's own training job, which completes at once; its times are UTC without saying so."""
        return sagemaker_backends[ACCOUNT][REGION].training_jobs[run]

    def end(self, run: str, status: str, ended: datetime) -> None:
        """Put a training job, which moto completes at once, into another state."""
        job = self.job_of(run)
        job.training_job_status = status
        # moto keeps its times in UTC without saying so.
        job.training_end_time = ended.replace(tzinfo=None)
        job.creation_time = min(job.creation_time, job.training_end_time - timedelta(minutes=10))

    def serve(self, release: str, layout: Layout = Layout.SEPARATE) -> None:
        for servable in layout.servables:
            config = config_name(release, servable, "0123")
            self.sagemaker.create_model(ModelName=config, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "image"})
            self.sagemaker.create_endpoint_config(
                EndpointConfigName=config,
                ProductionVariants=[
                    {
                        "VariantName": "all",
                        "ModelName": config,
                        "InitialInstanceCount": 1,
                        "InstanceType": "ml.t2.medium",
                        "InitialVariantWeight": 1.0,
                    }
                ],
            )
            self.sagemaker.create_endpoint(
                EndpointName=endpoint_name(self.settings.prefix, servable), EndpointConfigName=config
            )

    def runs(self) -> list[str]:
        """The names of the training jobs, oldest first."""
        jobs = self.sagemaker.list_training_jobs()["TrainingJobSummaries"]
        return [job["TrainingJobName"] for job in jobs]

    def job(self, run: str) -> dict[str, Any]:
        return dict(self.sagemaker.describe_training_job(TrainingJobName=run))

    def read(self, key: str) -> Any:
        return json.load(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"])

    def keys(self, prefix: str) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [kept["Key"] for kept in listed]
