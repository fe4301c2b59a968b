"""The release in service, where it is missing or broken."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tests.unit.training.jobs import Run, pack
from trainer.data.split import Split

pytest.importorskip("tensorflow")
from trainer.release.incumbent import Incumbent, measure_incumbent


def test_nothing_in_service_is_no_failure(whole: Split, tmp_path: Path) -> None:
    assert measure_incumbent(tmp_path / "absent", whole) == Incumbent()


@pytest.mark.parametrize("content", [b"", b"not a tar"], ids=["empty", "text"])
def test_an_archive_that_is_none_is_a_failure_with_a_reason(whole: Split, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    found = measure_incumbent(tmp_path, whole)
    assert found.evaluation is None
    assert found.failure and "could not be measured: ReadError:" in found.failure


def test_an_archive_without_models_is_a_failure_with_a_reason(whole: Split, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz"):
        pass
    found = measure_incumbent(tmp_path, whole)
    assert found.failure and "SavedModel file does not exist" in found.failure


def test_an_archive_that_leads_out_of_its_folder_is_refused(whole: Split, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../escaped"), io.BytesIO())
    found = measure_incumbent(tmp_path, whole)
    assert found.failure and "leads out of the folder" in found.failure
    assert not (tmp_path.parent / "escaped").exists()


def test_a_release_in_service_is_measured_on_the_ratings_of_this_run(whole: Split, first: Run, tmp_path: Path) -> None:
    pack(first.model, tmp_path)
    found = measure_incumbent(tmp_path, whole)
    assert found.failure is None
    assert found.release == "taproom-000000000001"
    assert found.evaluation is not None
    for metric, value in found.evaluation.measured.items():
        assert value == pytest.approx(first.metrics[metric.task]["candidate"][metric.name]), metric
