"""The release in service, from the channel `serving`, measured as the candidate is."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from taproom import archives
from taproom.contract import CATALOGUE
from trainer.data.split import Split
from trainer.evaluation.offline import Measured
from trainer.release import catalogue
from trainer.release.evaluation import evaluate
from trainer.release.models import ReleaseModels

ARCHIVE = "model.tar.gz"


@dataclass(frozen=True)
class Incumbent:
    """The release in service and what it measures; where it could not be measured, why.

    Nothing is set where nothing serves.
    """

    release: str | None = None
    evaluation: Measured | None = None
    failure: str | None = None


def measure_incumbent(channel: Path, split: Split) -> Incumbent:
    """Extract, load and measure the release in service.

    Whatever is wrong with it must not keep a new one from being trained, so any error becomes the `failure`.
    """
    if not channel.is_dir():
        return Incumbent()
    try:
        with TemporaryDirectory() as folder:
            with tarfile.open(channel / ARCHIVE) as archive:
                archives.unpack(archive, Path(folder))
            models, weight = ReleaseModels(Path(folder)), catalogue.ranking_weight(Path(folder) / CATALOGUE)
            return Incumbent(models.release(), evaluate(models, weight, split))
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return Incumbent(failure=f"The release in service could not be measured: {reason}")
