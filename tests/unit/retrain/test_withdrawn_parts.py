"""Parts that are gone since the newest run saw them."""

from __future__ import annotations

from retrain.decision import Nothing
from tests.unit.retrain.asking import FIRST, SECOND, THIRD, UNDO, decide, started
from tests.unit.retrain.cloud import Cloud


def test_after_an_undo_what_is_left_is_trained_on_once_more_and_only_once(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    cloud.drop(SECOND)
    wrong = started(cloud)
    cloud.give_verdict(wrong)
    cloud.serve(wrong)
    cloud.withdraw(SECOND)
    again = started(cloud, UNDO)
    assert again == f"{first}-2"
    assert cloud.read(f"runs/{again}/manifest.json")[1:] == [f"{FIRST}.parquet"]
    # Whatever became of it.
    cloud.give_verdict(again)
    assert isinstance(decide(cloud, UNDO), Nothing)


def test_an_undo_of_what_never_served_needs_no_training(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    cloud.serve(first)
    cloud.drop(SECOND)
    cloud.give_verdict(started(cloud))
    cloud.withdraw(SECOND)
    assert f"{first} was trained on exactly these reviews" in decide(cloud, UNDO).reason


def test_good_reviews_are_not_forgotten_over_a_bad_drop_that_a_failed_run_saw_beside_them(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    first = started(cloud)
    cloud.give_verdict(first)
    cloud.serve(first)
    cloud.drop(SECOND)
    cloud.drop(THIRD)
    cloud.end(started(cloud), "Failed", cloud.now)
    cloud.withdraw(THIRD)
    assert cloud.read(f"runs/{started(cloud, UNDO)}/manifest.json")[1:] == [f"{FIRST}.parquet", f"{SECOND}.parquet"]
