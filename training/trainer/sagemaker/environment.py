"""Where SageMaker puts things into the container, and where it looks for them afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taproom.contract import (
    BEST_CHANNEL,
    CATALOGUE_CHANNEL,
    PREPARED_CHANNEL,
    REVIEWS_CHANNEL,
    SERVED_CHANNEL,
    SERVING_CHANNEL,
)
from trainer.sagemaker.failure import CannotTrain

# Added to the hyper-parameters by SageMaker and its TensorFlow container, not by whoever started
# the job: sagemaker_program and the like, _tuning_objective_metric, model_dir.
_ADDED_PREFIXES = ("sagemaker_", "_")
_ADDED = ("model_dir",)
# Where each of several hosts listens: the port that AWS's TensorFlow containers take for this.
_PORT = 8890


@dataclass(frozen=True)
class TrainingJob:
    """The folders of one training job and the hyper-parameters it was given.

    `hyperparameters` are JSON values, not yet checked. `checkpoints` is None where the job has none, `snapshot`, where
    it leaves what it read, as well.
    """

    reviews: Path
    prepared: Path
    catalogue: Path
    served: Path
    incumbent: Path
    best: Path
    model: Path
    tensorboard: Path
    checkpoints: Path | None
    snapshot: Path | None
    hyperparameters: Mapping[str, Any]


def base_folder(environ: Mapping[str, str]) -> Path:
    """`/opt/ml` in the container, SAGEMAKER_BASE_DIR elsewhere."""
    return Path(environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def failure_file(environ: Mapping[str, str]) -> Path:
    """Where the reason of a failed job goes."""
    return base_folder(environ) / "output" / "failure"


@dataclass(frozen=True)
class Cluster:
    """The hosts of a job that has several, by name, and which of them this is; the first one is the chief."""

    names: Sequence[str]
    current: int
    tf_config: str

    @property
    def name(self) -> str:
        """This host's."""
        return self.names[self.current]

    @property
    def is_chief(self) -> bool:
        """Whether this host chooses, measures and exports."""
        return self.current == 0


def cluster(environ: Mapping[str, str]) -> Cluster | None:
    """The job's hosts, as SM_HOSTS and SM_CURRENT_HOST name them; None where there is one.

    `tf_config` is what TensorFlow reads of a cluster. Where TF_CONFIG is set, as where hosts have no addresses of
    their own, it is that; its workers are in the order of the hosts' names.
    """
    names = sorted(json.loads(environ.get("SM_HOSTS", "[]")))
    if len(names) < 2:
        return None
    current = names.index(environ["SM_CURRENT_HOST"])
    addresses = [f"{name}:{_PORT}" for name in names]
    own = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": current}}
    return Cluster(names, current, environ.get("TF_CONFIG") or json.dumps(own))


def read_job(environ: Mapping[str, str], arguments: Sequence[str]) -> TrainingJob:
    """The job as SageMaker's script mode describes it.

    Raises
    ------
    CannotTrain
        Where the hyper-parameters can't be read.
    """
    base = base_folder(environ)
    checkpoints, snapshot = base / "checkpoints", base / "snapshot"
    if checkpoints.is_dir():
        # SageMaker sends off one folder alone.
        snapshot = checkpoints / "snapshot"
    channels = base / "input" / "data"
    return TrainingJob(
        reviews=Path(environ.get("SM_CHANNEL_REVIEWS", channels / REVIEWS_CHANNEL)),
        prepared=Path(environ.get("SM_CHANNEL_PREPARED", channels / PREPARED_CHANNEL)),
        catalogue=Path(environ.get("SM_CHANNEL_CATALOGUE", channels / CATALOGUE_CHANNEL)),
        served=Path(environ.get("SM_CHANNEL_SERVED", channels / SERVED_CHANNEL)),
        incumbent=Path(environ.get("SM_CHANNEL_SERVING", channels / SERVING_CHANNEL)),
        best=Path(environ.get("SM_CHANNEL_BEST", channels / BEST_CHANNEL)),
        model=Path(environ.get("SM_MODEL_DIR", base / "model")),
        tensorboard=base / "output" / "tensorboard",
        checkpoints=checkpoints if checkpoints.is_dir() else None,
        snapshot=snapshot if snapshot.is_dir() or checkpoints.is_dir() else None,
        hyperparameters=read_hyperparameters(environ, arguments),
    )


def read_hyperparameters(environ: Mapping[str, str], arguments: Sequence[str]) -> dict[str, Any]:
    """Those of whoever started the job, JSON values.

    They come from SM_HPS where it is set (`arguments` then repeat it and are left alone), else from
    input/config/hyperparameters.json with `--name value` pairs of `arguments` on top.

    Raises
    ------
    CannotTrain
        Where they can't be read.
    """
    file = base_folder(environ) / "input" / "config" / "hyperparameters.json"
    if "SM_HPS" in environ:
        given = _parse_object(environ["SM_HPS"], "SM_HPS")
    else:
        given = _parse_object(file.read_text(encoding="utf-8"), file.name) if file.is_file() else {}
        given |= _parse_arguments(arguments)
    return {
        name: _decode(value)
        for name, value in given.items()
        if not name.startswith(_ADDED_PREFIXES) and name not in _ADDED
    }


def _parse_object(text: str, source: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise CannotTrain(
            f"The hyper-parameters in {source} are not a JSON object but {text[:60]!r}: "
            'give one such as {"retrieval_epochs": "12"}.'
        )
    return given


def _parse_arguments(arguments: Sequence[str]) -> dict[str, str]:
    names, values = arguments[::2], arguments[1::2]
    if len(names) != len(values) or not all(name.startswith("--") for name in names):
        raise CannotTrain(
            f"The arguments {' '.join(arguments)!r} are not pairs of --name value: "
            "give hyper-parameters such as --retrieval_epochs 12, or --help."
        )
    return {name.removeprefix("--"): value for name, value in zip(names, values, strict=True)}


def _decode(value: Any) -> Any:
    """SageMaker hands every value over as a string that may hold JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
