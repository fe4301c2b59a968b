"""The pair in service, where it is missing or broken."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tests.unit.training.jobs import Run, pack, taste, write_part
from trainer.data import reviews
from trainer.data.split import Split, split
from trainer.hyperparameters import parsed

pytest.importorskip("tensorflow")

from trainer.release import incumbent as serving


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Split:
    folder = tmp_path_factory.mktemp("reviews")
    write_part(folder, taste())
    return split(reviews.read(folder), parsed({}))


def test_nothing_in_service_is_no_failure(rows: Split, tmp_path: Path) -> None:
    assert serving.measured(tmp_path / "absent", rows) == serving.Serving()


@pytest.mark.parametrize("content", [b"", b"not a tar"], ids=["empty", "text"])
def test_an_archive_that_is_none_is_a_failure_with_a_reason(rows: Split, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    measured = serving.measured(tmp_path, rows)
    assert measured.evaluation is None
    assert measured.failure and measured.failure.startswith("The pair in service could not be measured: ReadError:")


def test_an_archive_without_models_is_a_failure_with_a_reason(rows: Split, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz"):
        pass
    measured = serving.measured(tmp_path, rows)
    assert measured.failure and "SavedModel file does not exist" in measured.failure


def test_an_archive_that_leads_out_of_its_folder_is_refused(rows: Split, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../escaped"), io.BytesIO())
    measured = serving.measured(tmp_path, rows)
    assert measured.failure and "OutsideDestinationError" in measured.failure
    assert not (tmp_path.parent / "escaped").exists()


def test_a_pair_in_service_is_measured_on_the_rows_of_this_run(rows: Split, first: Run, tmp_path: Path) -> None:
    pack(first.model, tmp_path)
    measured = serving.measured(tmp_path, rows)
    assert measured.failure is None
    assert measured.release == "taproom-000000000001"
    assert measured.evaluation is not None
    assert measured.evaluation.ranking.rmse == first.metrics["ranking"]["candidate"]["rmse"]
