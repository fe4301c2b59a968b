"""The pair in service, from the channel `serving`, measured as the candidate is."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import catalogue
import evaluation
from evaluation import Evaluation
from servables import Pair
from split import Split

from taproom import archives
from taproom.contract import CATALOGUE

ARCHIVE = "model.tar.gz"


@dataclass(frozen=True)
class Serving:
    """The release in service and its measures; where it could not be measured, why.

    Nothing is set where nothing serves.
    """

    release: str | None = None
    evaluation: Evaluation | None = None
    failure: str | None = None


def measured(channel: Path, split: Split) -> Serving:
    """Extract, load and measure the pair in service.

    Whatever is wrong with it must not keep a new pair from being trained, so any error becomes
    the `failure`.
    """
    if not channel.is_dir():
        return Serving()
    try:
        with TemporaryDirectory() as folder:
            with tarfile.open(channel / ARCHIVE) as archive:
                archives.unpack(archive, Path(folder))
            pair, weight = Pair(Path(folder)), catalogue.ranking_weight(Path(folder) / CATALOGUE)
            return Serving(pair.release(), evaluation.of_pair(pair, weight, split))
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return Serving(failure=f"The pair in service could not be measured: {reason}")
