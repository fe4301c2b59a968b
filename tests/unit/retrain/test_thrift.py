"""When a run is not worth its price: few ratings, the last run just now, a month whose budget is used up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retrain import handler
from retrain.decision import Nothing, Spent, Start, Wait
from tests.unit.retrain.asking import FIRST, FORCED, SECOND, THIRD, Context, batch, decide, started
from tests.unit.retrain.cloud import DEFERRED_QUEUE, TOPIC, Cloud

ASKED = '{"reason": "ingest"}'


def trained(cloud: Cloud, minutes: int) -> str:
    """A run of FIRST that took so long and has its verdict."""
    cloud.drop(FIRST)
    run = started(cloud)
    cloud.end(run, "Completed", cloud.now)
    cloud.job_of(run).creation_time = (cloud.now - timedelta(minutes=minutes)).replace(tzinfo=None)
    cloud.give_verdict(run)
    return run


def test_ratings_train_when_a_hundred_have_come_and_a_drop_at_once(cloud: Cloud) -> None:
    trained(cloud, 10)
    cloud.drop(SECOND, rows=60, rated=True)
    assert "60 new ratings and 100 are needed: 40 are missing" in decide(cloud).reason
    cloud.drop(THIRD, rows=40, rated=True)
    assert isinstance(decide(cloud), Start)


def test_a_drop_takes_the_ratings_along(cloud: Cloud) -> None:
    trained(cloud, 10)
    cloud.drop(SECOND, rows=60, rated=True)
    cloud.drop(THIRD, rows=1)
    assert isinstance(decide(cloud), Start)


def test_of_many_reviews_ratings_have_to_be_a_hundredth(cloud: Cloud) -> None:
    run = trained(cloud, 10)
    cloud.serve(run)
    cloud.put(f"releases/{run}/metrics.json", {"release": run, "reviews": {"total": 50_000}})
    cloud.drop(SECOND, rows=499, rated=True)
    assert "499 new ratings and 500 are needed: 1 are missing" in decide(cloud).reason


def test_the_next_run_waits_for_the_minutes_between_runs(cloud: Cloud) -> None:
    cloud.set(minimum_minutes_between_runs=60)
    trained(cloud, 30)
    cloud.drop(SECOND)
    assert isinstance(decide(cloud), Wait)
    assert isinstance(decide(cloud, at=cloud.now + timedelta(minutes=31)), Start)


def test_the_minutes_of_a_month_are_those_of_its_own_runs(cloud: Cloud) -> None:
    cloud.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    trained(cloud, 50)
    minutes = cloud.retrain.jobs.minutes_since
    assert minutes(datetime(2026, 11, 1, tzinfo=UTC), cloud.now) == 50
    assert minutes(datetime(2026, 12, 1, tzinfo=UTC), cloud.now) == 0


def test_a_running_job_counts_as_long_as_it_has_run(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    job = cloud.job_of(started(cloud))
    job.training_job_status, job.training_end_time = "InProgress", None
    job.creation_time = (cloud.now - timedelta(minutes=7)).replace(tzinfo=None)
    assert round(cloud.retrain.jobs.minutes_since(cloud.now - timedelta(days=1), cloud.now)) == 7


def test_when_the_budget_is_used_up_runs_stop_until_the_next_month_or_one_is_forced(cloud: Cloud) -> None:
    cloud.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    cloud.set(monthly_training_minutes=50)
    trained(cloud, 50)
    cloud.drop(SECOND)
    assert isinstance(decide(cloud), Spent)
    assert isinstance(decide(cloud, at=datetime(2026, 12, 1, tzinfo=UTC)), Start)


def test_a_forced_run_is_started_beyond_the_budget(cloud: Cloud) -> None:
    cloud.set(monthly_training_minutes=1)
    trained(cloud, 2)
    assert isinstance(decide(cloud, FORCED), Start)


def test_somebody_is_told_once_a_month_and_what_was_asked_is_asked_again(cloud: Cloud) -> None:
    trained(cloud, 2)
    cloud.drop(SECOND)
    cloud.set(monthly_training_minutes=1)
    queue = cloud.sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = cloud.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)
    for _ in range(2):
        handler._decide(cloud.retrain, [handler.requests.parsed(ASKED)])
    (told,) = cloud.messages("told")
    assert f"training budget of {datetime.now(UTC):%Y-%m} used up" in told
    assert "of this month's 1 training minutes are used up" in told
    assert len(cloud.messages(DEFERRED_QUEUE)) == 2


def test_without_a_budget_the_handler_starts_what_is_asked_for(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    handler.handler(batch(ASKED), Context())
    assert len(cloud.runs()) == 1
    assert isinstance(decide(cloud), Nothing | Wait)
