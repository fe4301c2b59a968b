"""The served log of four weeks is an input of a run, and no reason for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retrain.decision import Nothing
from retrain.s3_bucket import SERVED_DAYS
from tests.unit.retrain.asking import FIRST, FROM_INGEST, decide, started
from tests.unit.retrain.cloud import BUCKET, Cloud

TODAY = datetime.now(UTC)


def file_of(days_ago: int) -> str:
    return f"day={TODAY - timedelta(days=days_ago):%Y-%m-%d}/0123456789ab.parquet"


def test_a_run_reads_the_served_log_of_the_last_four_weeks(cloud: Cloud) -> None:
    for days_ago in (0, 1, SERVED_DAYS - 1, SERVED_DAYS + 2):
        cloud.s3.put_object(Bucket=BUCKET, Key=f"served/{file_of(days_ago)}", Body=b"")
    cloud.drop(FIRST)
    run = started(cloud)
    prefix = {"prefix": f"s3://{BUCKET}/served/"}
    assert cloud.read(f"runs/{run}/served.json") == [prefix, file_of(SERVED_DAYS - 1), file_of(1), file_of(0)]
    channels = {each["ChannelName"]: each["DataSource"] for each in cloud.job(run)["InputDataConfig"]}
    assert channels["served"]["S3DataSource"]["S3Uri"] == f"s3://{BUCKET}/runs/{run}/served.json"


def test_more_of_it_makes_no_other_run(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    run = started(cloud)
    assert [each["ChannelName"] for each in cloud.job(run)["InputDataConfig"]] == ["reviews"]
    cloud.give_verdict(run)
    cloud.s3.put_object(Bucket=BUCKET, Key=f"served/{file_of(0)}", Body=b"")
    assert isinstance(decide(cloud, FROM_INGEST), Nothing)
