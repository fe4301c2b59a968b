"""The training code as the archive that SageMaker's script mode unpacks, the same bytes for the same code."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import taproom
from taproom import contract

SCRIPT = "train.py"
RECOMMEND_ALL = "recommend_all.py"
# The script that runs on Spark, and what it imports as an archive that Spark takes to where it runs.
PREPARE = "prepare.py"
PREPARE_PACKAGES = "preparation.zip"
_PACKAGE = "trainer"
_REQUIREMENTS = "requirements.txt"
PACKAGES = "packages"
# Of the package `taproom` the job gets what stands on the standard library alone.
_SHARED = (
    "__init__.py",
    "archives.py",
    "catalogue_file.py",
    "contract.py",
    "messages/__init__.py",
    "messages/served_events.py",
    "metrics.py",
    "snapshots/__init__.py",
    "snapshots/description.py",
)


class SourceError(Exception):
    """The folder with the training code is not one."""


@dataclass(frozen=True)
class Source:
    """Files of the archive: path inside it, in order, with its content; `code` is the hash of both."""

    files: tuple[tuple[str, bytes], ...]

    @property
    def code(self) -> str:
        """12 hexadecimal digits, independent of the compression."""
        return contract.digest(*(f"{name}\n{hashlib.sha256(content).hexdigest()}" for name, content in self.files))

    @property
    def key(self) -> str:
        """Where the archive belongs in the bucket."""
        return f"{contract.CODE}{self.code}/sourcedir.tar.gz"

    @property
    def spark_folder(self) -> str:
        """Where in the bucket PREPARE and PREPARE_PACKAGES belong."""
        return f"{contract.CODE}{self.code}/spark/"

    def spark_files(self) -> dict[str, bytes]:
        """PREPARE and PREPARE_PACKAGES."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files:
                if name.startswith((f"{_PACKAGE}/", f"{taproom.__name__}/")):
                    archive.writestr(zipfile.ZipInfo(name), content)
        return {PREPARE: dict(self.files)[PREPARE], PREPARE_PACKAGES: packed.getvalue()}

    def archive(self) -> bytes:
        """The files as a tar.gz without times, owners or anything else that the machine adds."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for name, content in self.files:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                member.mode = 0o644
                tar.addfile(member, io.BytesIO(content))
        return gzip.compress(packed.getvalue(), mtime=0)


def read(training: Path) -> Source:
    """The code in the folder `training`: the script, its package, requirements.txt, what lies under packages/.

    Raises
    ------
    SourceError
        Where there is no train.py.
    """
    if not (training / SCRIPT).is_file():
        raise SourceError(
            f"There is no {SCRIPT} in {training}, which TRAINING_SOURCE names: expected the folder training/ "
            "of the project, which the training layer brings; deploy the layer again or correct the variable."
        )
    chosen = {path.name: path for path in training.glob("*.py")}
    if (training / _REQUIREMENTS).is_file():
        chosen[_REQUIREMENTS] = training / _REQUIREMENTS
    below = [*(training / _PACKAGE).rglob("*.py"), *(training / PACKAGES).rglob("*")]
    chosen |= {
        path.relative_to(training).as_posix(): path
        for path in below
        if path.is_file() and "__pycache__" not in path.parts
    }
    package = Path(taproom.__file__).parent
    chosen |= {f"{package.name}/{name}": package / name for name in _SHARED}
    return Source(tuple((name, chosen[name].read_bytes()) for name in sorted(chosen)))
