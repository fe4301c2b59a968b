"""What serves, what served, the report, and whether all is well."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from taproom.contract import VERDICT_PLACE
from taproom.evidence.drift import Drift
from taproom.evidence.online import Day, Figures, OnlineQuality, Probes, ReleaseQuality
from taproom.experiments import Experiment, ExperimentReport
from tests.unit.recommend.calls import answer, good, respond
from tests.unit.recommend.cloud import BUCKET, NEW, OLD, Cloud, get

METRICS: dict[str, Any] = {
    "release": OLD,
    "serving": None,
    "serving_failure": None,
    "reviews": {"total": 100, "fitted": 90, "held_out": 10, "users": 7, "beers": 4},
    "retrieval": {
        "candidate": {"recall_at_10": 0.1, "recall_at_100": 0.4, "ndcg_at_10": 0.2, "coverage": 0.5},
        "serving": None,
        "popularity": {"recall_at_10": 0.05, "recall_at_100": 0.3, "ndcg_at_10": 0.1, "coverage": 0.1},
    },
    "ranking": {
        "candidate": {"rmse": 0.6, "mae": 0.5},
        "serving": None,
        "bias": {"rmse": 0.65, "mae": 0.5},
        "mean": {"rmse": 0.75, "mae": 0.6},
    },
    "seconds": {"fit": 1},
}
COMPARISON = {
    "metric": "ranking RMSE",
    "against": "global mean",
    "candidate": 0.6,
    "other": 0.75,
    "bound": 0.75,
    "higher_is_better": False,
    "passed": True,
}
# What older verdicts lack.
NOT_RECORDED = dict.fromkeys(("gain", "lower", "upper", "sure"))


def put(cloud: Cloud, key: str, content: Any) -> None:
    body = content if isinstance(content, str) else json.dumps(content)
    cloud.s3.put_object(Bucket=BUCKET, Key=key, Body=body.encode())


def keep_release(
    cloud: Cloud, release: str, status: str, previous: str | None = None, reason: str | None = None
) -> None:
    rollout: dict[str, Any] = {
        "release": release,
        "previous": previous,
        "previous_configs": {},
        "started_at": "2026-11-01T12:00:00Z",
        "status": status,
        "ended_at": None if status == "started" else "2026-11-01T12:03:00Z",
        "reason": reason,
    }
    put(cloud, f"releases/{release}/metrics.json", METRICS | {"release": release})
    put(cloud, f"releases/{release}/report.html", f"<title>{release}</title>")
    put(cloud, f"releases/{release}/model.tar.gz", "")
    verdict = {"run": release, "status": "promoted", "serving": previous, "comparisons": [COMPARISON], "notes": ["ok"]}
    put(cloud, f"runs/{release}/verdict.json", verdict)
    put(cloud, f"releases/{release}/rollout.json", rollout)


@pytest.fixture(autouse=True)
def in_service(cloud: Cloud) -> Cloud:
    cloud.deploy(OLD, "retrieval")
    cloud.deploy(OLD, "ranking")
    keep_release(cloud, OLD, "in service")
    return cloud


def test_what_serves_comes_with_its_metrics_and_its_verdict_and_the_latest_one() -> None:
    body = good(get("/release"))
    assert (body["release"], body["status"], body["ended_at"]) == (OLD, "in service", "2026-11-01T12:03:00Z")
    assert body["metrics"]["reviews"]["total"] == 100
    assert body["metrics"]["retrieval"]["candidate"]["recall_at_100"] == 0.4
    assert body["metrics"]["retrieval"]["popularity"]["recall_at_50"] is None
    assert body["metrics"]["served"] is None
    assert body["verdict"]["comparisons"] == [COMPARISON | NOT_RECORDED]
    assert body["verdict"]["reason"] is None
    assert body["latest_verdict"] == body["verdict"]


def test_what_serves_tells_where_it_is_good_if_that_was_measured(in_service: Cloud) -> None:
    assert good(get("/release"))["slices"] is None
    group = {"name": "style Stout", "reviews": 9, "recall_at_100": 0.4, "rmse": 0.6}
    tenth = {"reviews": 9, "predicted": 3.5, "given": 3.4}
    measured = {"groups": [group | {"users": 3}], "popularity": [], "calibration": [tenth]}
    slices = {"slices": {"candidate": measured, "serving": None}}
    put(in_service, f"releases/{OLD}/metrics.json", METRICS | slices)
    assert good(get("/release"))["slices"] == {"groups": [group], "calibration": [tenth]}


def test_a_verdict_says_why_and_how_sure_it_is(in_service: Cloud) -> None:
    beside = COMPARISON | {"gain": -0.02, "lower": -0.03, "upper": -0.01, "sure": True}
    verdict = {"run": OLD, "status": "refused", "serving": NEW, "reason": "Worse.", "notes": []}
    put(in_service, f"runs/{OLD}/verdict.json", verdict | {"comparisons": [beside]})
    body = good(get("/release"))
    assert (body["verdict"]["reason"], body["verdict"]["comparisons"]) == ("Worse.", [beside])


def test_the_latest_verdict_may_be_that_of_a_run_that_was_refused(in_service: Cloud) -> None:
    refused = {"run": NEW, "status": "refused", "serving": OLD, "comparisons": [], "notes": []}
    put(in_service, f"runs/{NEW}/verdict.json", refused)
    # Both are of the same second.
    in_service.s3.delete_object(Bucket=BUCKET, Key=f"runs/{OLD}/verdict.json")
    body = good(get("/release"))
    assert (body["verdict"], body["latest_verdict"]["status"]) == (None, "refused")


def test_releases_come_the_latest_rolled_out_first_with_what_became_of_them(in_service: Cloud) -> None:
    third = "taproom-000000000003"
    keep_release(in_service, NEW, "rolled back", OLD, "it did not answer")
    keep_release(in_service, third, "started", OLD)
    put(in_service, "releases/not-rolled-out/metrics.json", METRICS)
    body = good(get("/releases"))
    assert body["in_service"] == OLD
    assert sorted((one["release"], one["status"], one["reason"]) for one in body["releases"]) == [
        (OLD, "in service", None),
        (NEW, "rolled back", "it did not answer"),
        (third, "rolling out", None),
    ]
    assert len(good(get("/releases?limit=1"))["releases"]) == 1
    for archive in ("retrieval", "ranking"):
        in_service.sagemaker.delete_endpoint(EndpointName=f"taproom-{archive}")
    after = good(get("/releases"))
    assert after["in_service"] is None
    assert {one["status"] for one in after["releases"] if one["release"] == OLD} == {"replaced"}
    assert answer(get("/release"))[0] == 503


def test_a_release_that_is_retired_keeps_its_numbers_and_its_report_and_says_so(in_service: Cloud) -> None:
    keep_release(in_service, NEW, "in service")
    in_service.s3.delete_object(Bucket=BUCKET, Key=f"releases/{NEW}/model.tar.gz")
    body = good(get("/releases"))
    assert sorted((one["release"], one["status"], one["retired"]) for one in body["releases"]) == [
        (OLD, "in service", False),
        (NEW, "replaced", True),
    ]
    assert respond(get(f"/report?release={NEW}"))["body"] == f"<title>{NEW}</title>"
    assert good(get("/release"))["retired"] is False


def test_the_report_is_a_page_that_runs_nothing(in_service: Cloud) -> None:
    response = respond(get("/report"))
    assert response["body"] == f"<title>{OLD}</title>"
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "sandbox" in response["headers"]["content-security-policy"]
    assert "default-src 'none'" in response["headers"]["content-security-policy"]
    keep_release(in_service, NEW, "rolled back")
    assert respond(get(f"/report?release={NEW}"))["body"] == f"<title>{NEW}</title>"


def test_a_report_says_what_was_decided_after_it_was_written(in_service: Cloud) -> None:
    put(in_service, f"releases/{OLD}/report.html", f"<h1>{OLD}</h1>{VERDICT_PLACE}<main>")
    page = respond(get("/report"))["body"]
    assert page.startswith(f'<h1>{OLD}</h1><section class="verdict promoted"><h2>The gate let it through</h2>')
    assert "Passed: ranking RMSE 0.6000, wanted at most 0.7500 (global mean: 0.7500)" in page


def test_a_run_that_was_refused_has_a_report_as_well_with_the_reason(in_service: Cloud) -> None:
    refused = {
        "run": NEW,
        "status": "refused",
        "serving": OLD,
        "reason": "Worse & <b>.",
        "comparisons": [],
        "notes": [],
    }
    put(in_service, f"runs/{NEW}/verdict.json", refused)
    put(in_service, f"runs/{NEW}/report.html", VERDICT_PLACE)
    page = respond(get(f"/report?release={NEW}"))["body"]
    assert "<h2>The gate refused it</h2><p>Worse &amp; &lt;b&gt;.</p>" in page


@pytest.mark.parametrize("release", ["nothing", "..%2Fruns", "%00", "%0At", ""])
def test_a_report_that_does_not_exist_is_a_404_with_releases_that_do(release: str) -> None:
    status, body = answer(get(f"/report?release={release}"))
    assert (status, body["nearest"]) == (404, [OLD])


def test_health_tells_the_endpoints_and_the_ages_of_data_and_model(in_service: Cloud) -> None:
    dropped = datetime.now(UTC) - timedelta(hours=2)
    put(in_service, f"reviews/{dropped - timedelta(days=400):%Y%m%dT%H%M%SZ}-000000000001.parquet", "")
    put(in_service, f"reviews/{dropped:%Y%m%dT%H%M%SZ}-000000000000.parquet", "")
    body = good(get("/health"))
    assert (body["status"], body["release"]) == ("ok", OLD)
    assert [(one["name"], one["status"], one["release"]) for one in body["endpoints"]] == [
        ("taproom-retrieval", "InService", OLD),
        ("taproom-ranking", "InService", OLD),
    ]
    assert 7200 <= body["newest_data_age_seconds"] < 7400
    assert 0 <= body["model_age_seconds"] < 200


def test_what_people_did_with_answers_is_told_as_the_monitor_wrote_it(in_service: Cloud) -> None:
    assert good(get("/online-quality"))["releases"] == []
    figures = Figures(
        answers=4,
        taken=0.5,
        liked=0.25,
        dismissed=0,
        liked_in_first_ten=0.25,
        place=1.5,
        rated=0,
        given=None,
        predicted=None,
    )
    quality = ReleaseQuality(
        **vars(figures), release=OLD, users=3, taken_interval=None, liked_interval=None, coverage=0.5, head=0.2,
        newcomers=figures, probes=Probes(shown=0, taken=0), days=[Day(**vars(figures), day=date(2026, 11, 27))],
    )  # fmt: skip
    written = OnlineQuality(
        at=datetime(2026, 11, 27, tzinfo=UTC), in_service=OLD, releases=[quality], comparison=None, rollbacks=[]
    )
    put(in_service, "evidence/online.json", written.model_dump_json())
    assert OnlineQuality.model_validate(good(get("/online-quality"))) == written


def test_how_unlike_the_latest_drops_are_what_was_fitted_is_told_the_latest_first(in_service: Cloud) -> None:
    assert good(get("/drift")) == {"drops": []}
    found = Drift(
        rows=600, users=30, scores=0.3, mean_score=3.1, styles=None, new_beers=0.1, new_users=0.2, without_style=0,
        without_abv=0.05,
    )  # fmt: skip
    for day in (1, 3, 2):
        document = {"drop": "a.csv", "at": f"2026-11-0{day}T00:00:00Z", "drift": asdict(found)}
        put(in_service, f"evidence/drift/2026110{day}T000000Z-0123456789ab.json", json.dumps(document))
    drops = good(get("/drift?limit=2"))["drops"]
    assert drops == [{"at": f"2026-11-0{day}T00:00:00Z", "drift": asdict(found)} for day in (3, 2)]


def test_data_of_last_year_is_found_too(in_service: Cloud) -> None:
    assert good(get("/health"))["newest_data_at"] is None
    put(in_service, "reviews/20240101T000000Z-000000000001.parquet", "")
    assert good(get("/health"))["newest_data_at"] == "2024-01-01T00:00:00Z"


def test_two_releases_at_once_are_a_degraded_state(in_service: Cloud) -> None:
    in_service.sagemaker.delete_endpoint(EndpointName="taproom-ranking")
    in_service.deploy(NEW, "ranking")
    assert good(get("/health"))["status"] == "degraded"


def test_without_endpoints_there_is_no_model_and_that_is_told(in_service: Cloud) -> None:
    for archive in ("retrieval", "ranking"):
        in_service.sagemaker.delete_endpoint(EndpointName=f"taproom-{archive}")
    body = good(get("/health"))
    assert (body["status"], body["release"], body["endpoints"], body["model_made_at"]) == ("no model", None, [], None)


def test_the_experiment_is_told_with_what_was_found_of_it_and_not_of_the_one_before(cloud: Cloud) -> None:
    assert good(get("/experiment")) == {"experiment": None, "report": None}
    report = ExperimentReport(
        challenger=NEW,
        looked_at=datetime(2026, 11, 2, tzinfo=UTC),
        control_users=90,
        challenger_users=10,
        answered=1.0,
        differences=(),
        decision="go on",
        reason="It is too early to tell.",
    )
    experiment = Experiment(challenger=NEW, control=OLD, share=0.1, started_at=datetime(2026, 11, 1, tzinfo=UTC))
    cloud.s3.put_object(Bucket=BUCKET, Key="experiment.json", Body=experiment.model_dump_json())
    cloud.s3.put_object(Bucket=BUCKET, Key="evidence/experiment.json", Body=report.model_dump_json())
    body = good(get("/experiment"))
    assert (body["experiment"]["share"], body["experiment"]["status"]) == (0.1, "starting")
    assert body["report"]["reason"] == "It is too early to tell."
    after = experiment.model_copy(update={"challenger": "taproom-000000000003"})
    cloud.s3.put_object(Bucket=BUCKET, Key="experiment.json", Body=after.model_dump_json())
    assert good(get("/experiment"))["report"] is None
