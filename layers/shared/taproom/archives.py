"""Unpacking archives that somebody else made."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the files of `archive` below `folder`.

    Files and folders alone, all below `folder`; modes and times are not kept. tarfile's own filter for
    this, `data`, came with Python 3.11.4, and Debian 12 has 3.11.2.

    Raises
    ------
    tarfile.ExtractError
        At a link, a device, or a path that leads out of `folder`; what came before it is written.
    """
    root = folder.resolve()
    for member in archive:
        path = (root / member.name).resolve()
        if not path.is_relative_to(root):
            raise tarfile.ExtractError(f"{member.name!r} in the archive leads out of the folder it is unpacked into")
        packed = archive.extractfile(member) if member.isfile() else None
        if packed is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed, path.open("wb") as file:
                shutil.copyfileobj(packed, file)
        elif member.isdir():
            path.mkdir(parents=True, exist_ok=True)
        else:
            raise tarfile.ExtractError(f"{member.name!r} in the archive is neither a file nor a folder")
