"""The training code's archive."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from retrain import source


def names_in(archive: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return tar.getnames()


def test_the_archive_holds_the_code_and_nothing_that_merely_lies_around(training: Path) -> None:
    (training / "stand_in.py").write_text("")
    (training / "Makefile").write_text("")
    (training / "notes.md").write_text("")
    folders = ("packages/tfrs", "packages/tfrs/__pycache__", "trainer/data/__pycache__", "__pycache__", "tests")
    for folder in folders:
        (training / folder).mkdir(parents=True)
    (training / "packages/tfrs/__init__.py").write_text("")
    (training / "packages/tfrs/weights.bin").write_bytes(b"\0")
    (training / "packages/tfrs/__pycache__/__init__.cpython-312.pyc").write_bytes(b"")
    (training / "trainer/__init__.py").write_text("")
    (training / "trainer/data/__init__.py").write_text("")
    (training / "trainer/data/reviews.py").write_text("")
    (training / "trainer/data/notes.md").write_text("")
    (training / "trainer/data/__pycache__/reviews.cpython-312.pyc").write_bytes(b"")
    (training / "__pycache__/train.cpython-312.pyc").write_bytes(b"")
    (training / "tests/test_train.py").write_text("")

    assert names_in(source.read(training).archive()) == [
        "packages/tfrs/__init__.py",
        "packages/tfrs/weights.bin",
        "requirements.txt",
        "stand_in.py",
        "taproom/__init__.py",
        "taproom/archives.py",
        "taproom/catalogue_file.py",
        "taproom/contract.py",
        "taproom/messages/__init__.py",
        "taproom/messages/served_events.py",
        "taproom/metrics.py",
        "taproom/snapshots/__init__.py",
        "taproom/snapshots/description.py",
        "train.py",
        "trainer/__init__.py",
        "trainer/data/__init__.py",
        "trainer/data/reviews.py",
    ]


def test_the_archive_is_the_same_bytes_whatever_the_files_times_and_modes(training: Path) -> None:
    first = source.read(training)
    os.utime(training / "train.py", (1, 1))
    (training / "train.py").chmod(0o600)
    second = source.read(training)
    assert first.archive() == second.archive()
    assert first.key == second.key


def test_nothing_of_the_machine_is_in_the_archive(training: Path) -> None:
    # Bytes 4 to 7 of a gzip file are a time.
    assert source.read(training).archive()[4:8] == bytes(4)
    with tarfile.open(fileobj=io.BytesIO(source.read(training).archive())) as tar:
        assert {(each.mtime, each.uid, each.gid, each.uname, each.gname, each.mode) for each in tar} == {
            (0, 0, 0, "", "", 0o644)
        }


def test_another_line_of_code_is_another_hash(training: Path) -> None:
    before = source.read(training).code
    (training / "train.py").write_text("print('training better')\n")
    assert source.read(training).code != before


def test_another_line_anywhere_in_the_package_is_another_hash(training: Path) -> None:
    (training / "trainer/ranking").mkdir(parents=True)
    (training / "trainer/ranking/model.py").write_text("DEPTH = 2\n")
    before = source.read(training).code
    (training / "trainer/ranking/model.py").write_text("DEPTH = 3\n")
    assert source.read(training).code != before


def test_the_same_module_in_another_room_of_the_package_is_another_hash(training: Path) -> None:
    for room in ("ranking", "retrieval"):
        (training / "trainer" / room).mkdir(parents=True)
    (training / "trainer/ranking/model.py").write_text("")
    before = source.read(training).code
    (training / "trainer/ranking/model.py").rename(training / "trainer/retrieval/model.py")
    assert source.read(training).code != before


def test_the_same_line_in_another_file_is_another_hash(training: Path) -> None:
    before = source.read(training).code
    (training / "train.py").rename(training / "training.py")
    (training / "train.py").write_text("")
    assert source.read(training).code != before


def test_the_key_holds_the_hash(training: Path) -> None:
    code = source.read(training)
    assert code.key == f"code/{code.code}/sourcedir.tar.gz"


def test_a_folder_without_train_py_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(source.SourceError, match=r"There is no train\.py in .* which TRAINING_SOURCE names"):
        source.read(tmp_path)
