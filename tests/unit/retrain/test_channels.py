"""What a run reads beside reviews: catalogue files, which are a reason for one, and the served log, which is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retrain.decision import Nothing
from retrain.s3_bucket import SERVED_DAYS
from tests.unit.retrain.asking import FIRST, FROM_INGEST, SCHEDULED, SECOND, UNDO, decide, started
from tests.unit.retrain.cloud import BUCKET, Cloud

BEERS, OTHERS = "0123456789ab", "ba9876543210"
TODAY = datetime.now(UTC)


def served(cloud: Cloud) -> str:
    """A run without a catalogue that came into service."""
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.give_verdict(run)
    cloud.serve(run)
    return run


def test_new_beers_are_trained_on_without_a_single_new_review(cloud: Cloud) -> None:
    first = served(cloud)
    cloud.set(minimum_new_reviews=1000)
    cloud.list_beers(BEERS)
    run = started(cloud)
    assert run.partition("-")[2][:12] != first.partition("-")[2][:12]
    prefix = {"prefix": f"s3://{BUCKET}/catalogue/beers/"}
    assert cloud.read(f"runs/{run}/catalogue.json") == [prefix, f"{BEERS}.parquet"]
    channels = {each["ChannelName"]: each["DataSource"] for each in cloud.job(run)["InputDataConfig"]}
    assert channels["catalogue"]["S3DataSource"]["S3Uri"] == f"s3://{BUCKET}/runs/{run}/catalogue.json"


def test_a_run_without_a_catalogue_is_called_as_ever_and_has_no_such_channel(cloud: Cloud) -> None:
    run = served(cloud)
    assert [each["ChannelName"] for each in cloud.job(run)["InputDataConfig"]] == ["reviews"]
    assert cloud.keys(f"runs/{run}/") == [f"runs/{run}/manifest.json", f"runs/{run}/verdict.json"]
    cloud.list_beers("")
    assert isinstance(decide(cloud, FROM_INGEST), Nothing)


def test_what_a_price_list_says_is_nothing_to_learn(cloud: Cloud) -> None:
    cloud.list_beers(BEERS)
    run = served(cloud)
    # Written anew, with the same beers.
    cloud.list_beers(BEERS)
    assert f"{run} was trained on exactly these" in decide(cloud, FROM_INGEST).reason


def test_a_run_that_was_refused_over_new_beers_is_not_tried_again(cloud: Cloud) -> None:
    served(cloud)
    cloud.list_beers(BEERS)
    cloud.give_verdict(started(cloud))
    assert isinstance(decide(cloud, FROM_INGEST), Nothing)


def test_after_beers_are_withdrawn_what_is_left_is_trained_on_once_more_and_only_once(cloud: Cloud) -> None:
    first = served(cloud)
    cloud.list_beers(BEERS)
    wrong = started(cloud)
    cloud.give_verdict(wrong)
    cloud.serve(wrong)
    cloud.list_beers("")
    again = started(cloud, UNDO)
    assert again == f"{first}-2"
    cloud.give_verdict(again)
    assert isinstance(decide(cloud, UNDO), Nothing)


def test_beers_that_are_back_as_what_serves_has_them_need_no_run(cloud: Cloud) -> None:
    cloud.list_beers(BEERS)
    served(cloud)
    cloud.list_beers(OTHERS)
    cloud.give_verdict(started(cloud))
    cloud.list_beers(BEERS)
    assert isinstance(decide(cloud, UNDO), Nothing)


def test_beers_wait_for_the_first_reviews(cloud: Cloud) -> None:
    cloud.list_beers(BEERS)
    assert "There are no reviews yet" in decide(cloud, FROM_INGEST).reason
    cloud.drop(SECOND)
    assert cloud.read(f"runs/{started(cloud)}/catalogue.json")[1:] == [f"{BEERS}.parquet"]


def test_the_schedule_takes_new_beers_along(cloud: Cloud) -> None:
    served(cloud)
    cloud.list_beers(BEERS)
    assert cloud.read(f"runs/{started(cloud, SCHEDULED)}/catalogue.json")[1:] == [f"{BEERS}.parquet"]


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
