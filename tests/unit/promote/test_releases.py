"""The bucket as promote keeps it."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from promote.gate import decide
from promote.metrics import layout_of
from promote.releases import NoSuchRelease, Releases, Rollout
from taproom.names import Layout
from tests.unit.promote.conftest import ENVIRONMENT, RUN, metrics

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def artifact(request: pytest.FixtureRequest, aws: Callable[[str], Any], tmp_path: Path) -> str:
    """The run's artifact in the bucket, of the separate layout where no other is asked for; its key."""
    layout = getattr(request, "param", Layout.SEPARATE)
    made = metrics().model_copy(update={"endpoint_layout": layout})
    files = {
        **{f"{servable}/1/saved_model.pb": servable.encode() for servable in layout.servables},
        "metrics.json": made.model_dump_json().encode(),
        "smoke_test.json": b'{"retrieval": [], "ranking": []}',
        "catalogue.sqlite": b"beers",
        "report.html": b"<p>",
    }
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            tar.add(path, name)
    key = f"artifacts/{RUN}/output/model.tar.gz"
    aws("s3").upload_file(str(archive), ENVIRONMENT["BUCKET"], key)
    return key


def keys(aws: Callable[[str], Any], prefix: str) -> set[str]:
    found = aws("s3").list_objects_v2(Bucket=ENVIRONMENT["BUCKET"], Prefix=prefix)
    return {entry["Key"].removeprefix(prefix) for entry in found.get("Contents", [])}


@pytest.mark.parametrize(
    ("artifact", "archives"),
    [(Layout.SEPARATE, {"retrieval.tar.gz", "ranking.tar.gz"}), (Layout.FUSED, {"fused.tar.gz"})],
    indirect=["artifact"],
)
@pytest.mark.usefixtures("artifact")
def test_preparing_a_release_takes_its_files_and_archives_out_of_the_artifact(
    request: pytest.FixtureRequest, aws: Callable[[str], Any], releases: Releases, archives: set[str]
) -> None:
    layout = request.node.callspec.params["artifact"]
    assert releases.prepare(RUN) is layout
    files = {"model.tar.gz", "metrics.json", "smoke_test.json", "catalogue.sqlite", "report.html"}
    assert keys(aws, f"releases/{RUN}/") == files | archives
    assert releases.metrics(RUN) == metrics().model_copy(update={"endpoint_layout": layout})
    assert releases.prepare(RUN) is layout


def test_what_is_missing_of_a_release_is_made_again_after_its_artifact_expired(
    aws: Callable[[str], Any], releases: Releases, artifact: str
) -> None:
    releases.prepare(RUN)
    for key in (artifact, f"releases/{RUN}/ranking.tar.gz"):
        aws("s3").delete_object(Bucket=ENVIRONMENT["BUCKET"], Key=key)
    releases.prepare(RUN)
    assert "ranking.tar.gz" in keys(aws, f"releases/{RUN}/")


def test_metrics_of_before_layouts_were_told_are_of_a_pair() -> None:
    assert layout_of(b'{"release": "taproom-0123456789ab"}') is Layout.SEPARATE


@pytest.mark.usefixtures("artifact")
def test_of_a_run_that_becomes_no_release_the_report_is_kept_beside_the_verdict(
    aws: Callable[[str], Any], releases: Releases
) -> None:
    releases.keep_report(RUN)
    assert keys(aws, f"runs/{RUN}/") == {"report.html"}
    assert keys(aws, "releases/") == set()


def test_a_release_that_does_not_exist_is_named(releases: Releases) -> None:
    with pytest.raises(NoSuchRelease, match="There is no release taproom-000000000000"):
        releases.prepare("taproom-000000000000")


def test_a_verdict_is_written_once(releases: Releases) -> None:
    assert releases.verdict(RUN) is None
    verdict = decide(metrics(), None)
    assert releases.write_verdict(verdict) is True
    assert releases.write_verdict(decide(metrics(recall=0.1), None)) is False
    assert releases.verdict(RUN) == verdict


def test_a_rollout_is_ended_by_one_invocation_only(aws: Callable[[str], Any], releases: Releases) -> None:
    releases.start_rollout(Rollout(release=RUN, previous=None, previous_configs={}, started_at=NOON))
    found = releases.rollout(RUN)
    assert found is not None
    rollout, etag = found
    ended = rollout.model_copy(update={"status": "in service", "ended_at": NOON})
    assert releases.end_rollout(ended, etag) is True
    assert releases.end_rollout(ended.model_copy(update={"status": "rolled back"}), etag) is False
    body = aws("s3").get_object(Bucket=ENVIRONMENT["BUCKET"], Key=f"releases/{RUN}/rollout.json")["Body"].read()
    assert json.loads(body)["status"] == "in service"
