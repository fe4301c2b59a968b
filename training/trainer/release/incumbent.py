"""Earlier releases, measured as the candidate is: the one in service, and the best of those that served lately."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from taproom import archives
from taproom.contract import CATALOGUE, METRICS
from trainer.data.served_log import Requests
from trainer.data.split import Split
from trainer.evaluation.score_drift import BeerScores
from trainer.release import catalogue, replay
from trainer.release.evaluation import Evaluation, evaluate
from trainer.release.models import ReleaseModels
from trainer.release.replay import Replayed

ARCHIVE = "model.tar.gz"


@dataclass(frozen=True)
class Incumbent:
    """An earlier release and what it measures; where it could not be measured, why.

    `scores` is its own summary of the scores that it was fitted on, None of a release that recorded none, and
    `beer_scores` what its catalogue says; `replayed` is what it answers to requests of the last days, None without
    any. Nothing is set where there is no such release.
    """

    release: str | None = None
    evaluation: Evaluation | None = None
    scores: Mapping[str, Any] | None = None
    beer_scores: BeerScores | None = None
    replayed: Replayed | None = None
    failure: str | None = None


def measure_incumbent(channel: Path, split: Split, requests: Requests | None = None) -> Incumbent:
    """Extract, load and measure the release in `channel`, and ask it the `requests`.

    Whatever is wrong with it must not keep a new one from being trained, so any error becomes the `failure`.
    """
    if not channel.is_dir():
        return Incumbent()
    try:
        with TemporaryDirectory() as name:
            folder = Path(name)
            with tarfile.open(channel / ARCHIVE) as archive:
                archives.unpack(archive, folder)
            models, weight = ReleaseModels(folder), catalogue.ranking_weight(folder / CATALOGUE)
            return Incumbent(
                release=models.release(),
                evaluation=evaluate(models, weight, split),
                scores=json.loads((folder / METRICS).read_text()).get("scores", {}).get("candidate"),
                beer_scores=catalogue.beer_scores(folder / CATALOGUE, split.beers),
                replayed=replay.answer(models, weight, requests, split.beers) if requests else None,
            )
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return Incumbent(failure=f"The release in the channel {channel.name!r} could not be measured: {reason}")
