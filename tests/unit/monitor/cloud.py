"""What a monitor test arranges: bucket, endpoints and the function that is promote's on moto, and a served log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ingest.served.files import ServedFiles, day_of, key_of
from ingest.served.rows import Row
from monitor.handler import Monitor
from monitor.releases import Releases
from monitor.settings import MonitorSettings
from taproom.evidence.online import OnlineQuality, ReleaseQuality
from taproom.messages.served_events import SERVED
from taproom.names import Layout, config_name, endpoint_name

ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = "drops"
PREFIX = "taproom"
OLD, NEW = "taproom-ba9876543210", "taproom-0123456789ab"


@dataclass
class Functions:
    """Stands in for Lambda, which moto would run in Docker; `asked` is what promote was asked."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, **request: Any) -> None:
        assert (request["FunctionName"], request["InvocationType"]) == ("promote", "Event")
        self.asked.append(json.loads(request["Payload"]))


@dataclass
class Cloud:
    """`now` moves only when the test moves it."""

    s3: Any
    sagemaker: Any
    now: datetime
    functions: Functions = field(default_factory=Functions)
    rollback_online: bool = False
    _files: int = 0

    @property
    def monitor(self) -> Monitor:
        settings = MonitorSettings(
            prefix=PREFIX, bucket=BUCKET, promote_function="promote", rollback_online=self.rollback_online
        )
        releases = Releases(self.s3, self.sagemaker, BUCKET, PREFIX)
        return Monitor(settings, self.s3, self.functions, releases)

    def look(self) -> OnlineQuality:
        return self.monitor.look(self.now)

    def of(self, release: str) -> ReleaseQuality:
        """What a look says of the release."""
        (found,) = (each for each in self.look().releases if each.release == release)
        return found

    def log(self, *rows: Row) -> None:
        """File the rows as ingest does, a file a day."""
        for day in sorted({day_of(row) for row in rows}):
            self._files += 1
            of_day = [row for row in rows if day_of(row) == day]
            ServedFiles(self.s3, BUCKET).write(key_of(day, str(self._files)), of_day)

    def put(self, key: str, document: dict[str, Any]) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(document).encode())

    def keep(self, release: str, previous: str | None, since: datetime, status: str = "in service") -> None:
        """A release that knows 20 beers, whole, rolled out then."""
        ended_at = None if status == "started" else since.isoformat()
        rollout = {"release": release, "previous": previous, "status": status, "ended_at": ended_at}
        self.put(f"releases/{release}/rollout.json", rollout)
        self.put(f"releases/{release}/metrics.json", {"reviews": {"beers": 20}})
        self.put(f"releases/{release}/model.tar.gz", {})

    def serve(self, release: str) -> None:
        for servable in Layout.SEPARATE.servables:
            config = config_name(release, servable, "0123")
            variant = {
                "VariantName": "all",
                "ModelName": config,
                "InitialInstanceCount": 1,
                "InstanceType": "ml.t2.medium",
                "InitialVariantWeight": 1.0,
            }
            role = f"arn:aws:iam::{ACCOUNT}:role/taproom-SageMakerRole"
            self.sagemaker.create_model(ModelName=config, ExecutionRoleArn=role, PrimaryContainer={"Image": "image"})
            self.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
            self.sagemaker.create_endpoint(EndpointName=endpoint_name(PREFIX, servable), EndpointConfigName=config)


def answer(name: str, at: datetime, beers: Sequence[str] = ("1", "2"), **more: Any) -> list[Row]:
    """The rows of an answer by OLD to ann, with a predicted score of 4."""
    fields: dict[str, Any] = {
        "username": "ann", "score": 4.0, "propensity": 1.0, "release": OLD, "basis": "personal", "ratings": 9,
    }  # fmt: skip
    served = Row(SERVED, milliseconds(at), name)._replace(**fields | more)
    return [served._replace(beer_id=beer, place=place) for place, beer in enumerate(beers, start=1)] or [
        served._replace(score=None, propensity=None)
    ]


def outcome(name: str, event: str, beer: str, at: datetime, score: float | None = None) -> Row:
    return Row(event, milliseconds(at), name, beer_id=beer, score=score)


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def crowd(release: str, at: datetime, users: int, taken: int, first: int = 0) -> list[Row]:
    """An answer by the release to each of `users` users, of which `taken` were followed by a rating an hour later."""
    rows = []
    for number in range(first, first + users):
        name = f"{release} {at} {number}"
        rows += answer(name, at, release=release, username=f"user {number}")
        if number - first < taken:
            rows.append(outcome(name, "rated", "1", at + timedelta(hours=1), 4.0))
    return rows
