"""Unpacking archives, safely with every Python that is supported."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from taproom import archives


def tar(*members: tuple[str, bytes | None, bytes]) -> tarfile.TarFile:
    """An archive of (name, content or None, type)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content, kind in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, "elsewhere", len(content or b"")
            archive.addfile(member, io.BytesIO(content or b""))
    buffer.seek(0)
    return tarfile.open(fileobj=buffer)


def test_files_and_folders_are_written_below_the_folder(tmp_path: Path) -> None:
    with tar(("./a/b.txt", b"text", tarfile.REGTYPE), ("empty", None, tarfile.DIRTYPE)) as archive:
        archives.unpack(archive, tmp_path)

    assert (tmp_path / "a/b.txt").read_bytes() == b"text"
    assert (tmp_path / "empty").is_dir()


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/tmp/out-of-the-archive.txt"])
def test_a_path_that_leads_out_of_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with (
        tar((name, b"text", tarfile.REGTYPE)) as archive,
        pytest.raises(tarfile.ExtractError, match="leads out of the folder"),
    ):
        archives.unpack(archive, tmp_path / "folder")

    assert not list(tmp_path.rglob("out*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind: bytes, tmp_path: Path) -> None:
    with (
        tar(("odd", None, kind)) as archive,
        pytest.raises(tarfile.ExtractError, match="'odd' in the archive is neither a file nor a folder"),
    ):
        archives.unpack(archive, tmp_path)

    assert not list(tmp_path.iterdir())
