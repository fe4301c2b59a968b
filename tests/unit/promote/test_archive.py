"""Repackaging a run's artifact for TensorFlow Serving."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from promote.archive import BadArtifact, extract, pack


def artifact(directory: Path, files: dict[str, bytes]) -> Path:
    path = directory / "model.tar.gz"
    for name, content in files.items():
        (directory / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / "made" / name).write_bytes(content)
    with tarfile.open(path, "w:gz") as tar:
        for name in files:
            tar.add(directory / "made" / name, name)
    return path


PAIR = {
    "retrieval/1/saved_model.pb": b"retrieval",
    "retrieval/1/variables/variables.index": b"weights",
    "ranking/1/saved_model.pb": b"ranking",
    "metrics.json": b"{}",
}


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as tar:
        return sorted(tar.getnames())


def test_a_servables_archive_holds_its_saved_model_under_a_number(tmp_path: Path) -> None:
    unpacked = extract(artifact(tmp_path, PAIR), tmp_path / "unpacked")
    packed = pack(unpacked, "retrieval", tmp_path / "retrieval.tar.gz")
    assert names(packed) == ["retrieval/1/saved_model.pb", "retrieval/1/variables/variables.index"]


def test_a_fused_artifact_needs_the_one_servable_that_answers_for_both(tmp_path: Path) -> None:
    fused = {"fused/1/saved_model.pb": b"both", "metrics.json": b'{"endpoint_layout": "fused"}'}
    unpacked = extract(artifact(tmp_path, fused), tmp_path / "unpacked")
    assert names(pack(unpacked, "fused", tmp_path / "fused.tar.gz")) == ["fused/1/saved_model.pb"]
    with pytest.raises(BadArtifact, match=r"no fused/<int>/saved_model\.pb"):
        extract(artifact(tmp_path, {**PAIR, "metrics.json": fused["metrics.json"]}), tmp_path / "pair")


def test_a_saved_model_is_found_at_any_depth_and_the_newest_number_counts(tmp_path: Path) -> None:
    files = {
        "export/retrieval/Servo/9/saved_model.pb": b"old",
        "export/retrieval/Servo/10/saved_model.pb": b"new",
        "export/ranking/Servo/1/saved_model.pb": b"ranking",
    }
    unpacked = extract(artifact(tmp_path, files), tmp_path / "unpacked")
    with tarfile.open(pack(unpacked, "retrieval", tmp_path / "retrieval.tar.gz")) as tar:
        file = tar.extractfile("retrieval/1/saved_model.pb")
        assert file is not None
        assert file.read() == b"new"


def test_packing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    unpacked = extract(artifact(tmp_path, PAIR), tmp_path / "unpacked")
    one = pack(unpacked, "ranking", tmp_path / "one.tar.gz").read_bytes()
    (unpacked / "ranking/1/saved_model.pb").touch()
    assert pack(unpacked, "ranking", tmp_path / "two.tar.gz").read_bytes() == one


def test_an_artifact_without_a_servable_is_refused_by_its_name(tmp_path: Path) -> None:
    files = {"retrieval/1/saved_model.pb": b"retrieval"}
    with pytest.raises(BadArtifact, match=r"no ranking/<int>/saved_model\.pb"):
        extract(artifact(tmp_path, files), tmp_path / "unpacked")


@pytest.mark.parametrize("content", [b"", b"not gzip at all", b"\x1f\x8b\x08\x00cut"])
def test_a_file_that_is_no_archive_is_refused_with_where_to_look(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BadArtifact, match="look at the training job's log"):
        extract(path, tmp_path / "unpacked")
