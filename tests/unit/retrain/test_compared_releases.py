"""Which releases a run is measured beside."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from retrain.compared_releases import ComparedReleases, best_release, choose
from tests.unit.retrain.asking import FIRST, started
from tests.unit.retrain.cloud import BUCKET, Cloud


def recorded(release: str, serving: str | None = None, ratio: float = 1.0) -> dict[str, Any]:
    """metrics.json of a release whose recall is `ratio` times that of the one that served."""
    found = dict.fromkeys(("recall_at_10", "recall_at_100", "ndcg_at_10"), 0.2)
    return {
        "release": release,
        "serving": serving,
        "retrieval": {
            "candidate": {name: value * ratio for name, value in found.items()},
            "serving": found if serving else None,
        },
        "ranking": {"candidate": {"rmse": 0.6}, "serving": {"rmse": 0.6} if serving else None},
    }


def test_small_losses_along_the_line_leave_the_first_one_the_best() -> None:
    line = [recorded("a"), recorded("b", "a", 0.99), recorded("c", "b", 0.99)]
    assert best_release(line[::-1]) == "a"


def test_a_gain_along_the_line_counts_for_those_after_it() -> None:
    line = [recorded("a"), recorded("b", "a", 1.10), recorded("c", "b", 0.95), recorded("d", "c", 1.04)]
    # 1.10, 1.045, 1.087.
    assert best_release(line[::-1]) == "b"


def test_less_error_is_a_gain() -> None:
    better = recorded("b", "a")
    better["ranking"]["candidate"]["rmse"] = 0.59
    assert best_release([better, recorded("a")]) == "b"


def test_of_equals_the_latest_is_the_best() -> None:
    assert best_release([recorded("c", "b"), recorded("b", "a"), recorded("a")]) == "c"


def test_where_a_predecessor_is_not_among_them_or_was_not_measured_the_line_begins_anew() -> None:
    unmeasured = recorded("b", "a", 0.5)
    unmeasured["retrieval"]["serving"] = None
    assert best_release([recorded("d", "forgotten", 0.98), unmeasured, recorded("a")]) == "b"


def test_nothing_is_best_of_nothing_and_the_best_is_not_named_where_it_serves() -> None:
    assert choose(None, []) == ComparedReleases(None, None)
    assert choose("a", [recorded("a")]) == ComparedReleases("a", None)
    assert choose("b", [recorded("b", "a", 0.9), recorded("a")]) == ComparedReleases("b", "a")


def release(cloud: Cloud, document: dict[str, Any], status: str = "in service") -> None:
    cloud.put(f"releases/{document['release']}/metrics.json", document)
    cloud.put(f"releases/{document['release']}/rollout.json", {"status": status})
    cloud.put(f"releases/{document['release']}/model.tar.gz", {})


def channels(cloud: Cloud, run: str) -> dict[str, str]:
    listed = cloud.job(run)["InputDataConfig"]
    return {each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in listed}


def test_a_run_gets_the_release_in_service_and_the_best_of_those_that_served(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.serve("taproom-bbbbbbbbbbbb")
    release(cloud, recorded("taproom-aaaaaaaaaaaa"))
    release(cloud, recorded("taproom-bbbbbbbbbbbb", "taproom-aaaaaaaaaaaa", 0.97))
    release(cloud, recorded("taproom-cccccccccccc", "taproom-bbbbbbbbbbbb", 2.0), status="rolled back")
    found = channels(cloud, started(cloud))
    assert found["serving"] == "s3://drops/releases/taproom-bbbbbbbbbbbb/model.tar.gz"
    assert found["best"] == "s3://drops/releases/taproom-aaaaaaaaaaaa/model.tar.gz"


def test_a_run_gets_one_release_where_the_best_is_the_one_in_service(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.serve("taproom-bbbbbbbbbbbb")
    release(cloud, recorded("taproom-aaaaaaaaaaaa"))
    release(cloud, recorded("taproom-bbbbbbbbbbbb", "taproom-aaaaaaaaaaaa", 1.03))
    assert set(channels(cloud, started(cloud))) == {"reviews", "serving"}


def test_with_a_release_that_is_retired_no_run_is_compared(cloud: Cloud) -> None:
    cloud.drop(FIRST)
    cloud.serve("taproom-bbbbbbbbbbbb")
    release(cloud, recorded("taproom-aaaaaaaaaaaa"))
    release(cloud, recorded("taproom-bbbbbbbbbbbb", "taproom-aaaaaaaaaaaa", 0.97))
    cloud.s3.delete_object(Bucket=BUCKET, Key="releases/taproom-aaaaaaaaaaaa/model.tar.gz")
    assert "best" not in channels(cloud, started(cloud))


@pytest.mark.parametrize(("between", "best"), [(9, False), (8, True)])
def test_only_the_last_ten_count(cloud: Cloud, between: int, best: bool) -> None:
    cloud.drop(FIRST)
    names = [f"taproom-{number:012}" for number in range(between + 2)]
    release(cloud, recorded(names[0]))
    release(cloud, recorded(names[1], names[0], 0.97))
    for before, name in pairwise(names[1:]):
        release(cloud, recorded(name, before))
    cloud.serve(names[-1])
    assert ("best" in channels(cloud, started(cloud))) is best
