"""Repackaging a run's artifact into what TensorFlow Serving loads: `<servable>/<int>/saved_model.pb`."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promote.metrics import layout_of
from taproom import archives
from taproom.contract import METRICS
from taproom.names import Layout

VERSION = "1"


class BadArtifact(ValueError):
    """The artifact lacks something that a release needs; the message says what."""


def extract(artifact: Path, directory: Path) -> Path:
    """Unpack the run's model.tar.gz into `directory` and return it.

    Raises
    ------
    BadArtifact
        If the file is no tar.gz, or holds no `<servable>/<int>/saved_model.pb` for each servable of its layout.
    """
    try:
        with tarfile.open(artifact, "r:gz") as tar:
            archives.unpack(tar, directory)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError) as error:
        raise BadArtifact(
            f"The run's model.tar.gz cannot be unpacked ({error}); look at the training job's log"
        ) from error
    metrics = directory / METRICS
    layout = layout_of(metrics.read_bytes()) if metrics.is_file() else Layout.SEPARATE
    for servable in layout.servables:
        saved_model(directory, servable)
    return directory


def saved_model(directory: Path, servable: str) -> Path:
    """The folder of the servable's SavedModel, at whichever depth a numeric folder holds saved_model.pb."""
    found = [
        path.parent
        for path in sorted(directory.rglob("saved_model.pb"))
        if path.parent.name.isdigit() and servable in path.parent.relative_to(directory).parts
    ]
    if not found:
        raise BadArtifact(
            f"The run's model.tar.gz has no {servable}/<int>/saved_model.pb, a SavedModel that its layout needs: "
            "look at the export step of the training job's log"
        )
    return max(found, key=lambda path: int(path.name))


def pack(directory: Path, servable: str, archive: Path) -> Path:
    """Write an endpoint's archive: the servable's SavedModel in TensorFlow Serving's layout.

    The same files give the same bytes, so packing twice replaces nothing by something else.
    """
    with _deterministic_tar(archive) as tar:
        model = saved_model(directory, servable)
        for path in sorted(model.rglob("*")):
            if path.is_file():
                info = tar.gettarinfo(path, f"{servable}/{VERSION}/{path.relative_to(model)}")
                info.mtime, info.uid, info.gid, info.uname, info.gname, info.mode = 0, 0, 0, "", "", 0o644
                with path.open("rb") as file:
                    tar.addfile(info, file)
    return archive


@contextmanager
def _deterministic_tar(archive: Path) -> Iterator[tarfile.TarFile]:
    with (
        archive.open("wb") as raw,
        # A file name or time in gzip's header would change the bytes.
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        yield tar
