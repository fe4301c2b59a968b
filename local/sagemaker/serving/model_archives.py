"""What a SageMaker model's archive holds for TensorFlow Serving."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sagemaker.serving.model_server_process import CannotLoad, SavedModel
from taproom import archives

DEFAULT_NAME = "SAGEMAKER_TFS_DEFAULT_MODEL_NAME"


@dataclass(frozen=True)
class ModelArchive:
    """The servables of an archive by name, and the one that answers where a request names none."""

    servables: Mapping[str, SavedModel]
    default: str


def only_container(model: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one container of DescribeModel's answer.

    Raises
    ------
    CannotLoad
        For a pipeline of several.
    """
    containers = [model["PrimaryContainer"]] if model.get("PrimaryContainer") else model.get("Containers") or []
    if len(containers) != 1:
        raise CannotLoad(f"the model {model['ModelName']} has {len(containers)} containers, but this cloud serves one")
    only: Mapping[str, Any] = containers[0]
    return only


def unpack(archive: Path, folder: Path, environment: Mapping[str, str]) -> ModelArchive:
    """Unpack a model.tar.gz and find its SavedModels: saved_model.pb in a folder named by a number.

    As in SageMaker's TensorFlow Serving container: a servable is named by the folder above its
    versions, at any depth; its highest version is served; the default is named by the environment or else is the first.

    Raises
    ------
    CannotLoad
        Where it is no tar.gz, holds no SavedModel, or not the one that the environment names.
    """
    try:
        with tarfile.open(archive, "r:gz") as packed:
            archives.unpack(packed, folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise CannotLoad(f"the archive is not a readable tar.gz: {error}") from error
    servables: dict[str, SavedModel] = {}
    for file in sorted(folder.rglob("saved_model.pb")):
        version, name = file.parent.name, file.parent.parent.name
        if version.isdecimal() and (name not in servables or int(version) > servables[name].version):
            servables[name] = SavedModel(file.parent, int(version))
    if not servables:
        raise CannotLoad("no SavedModel bundles found! (expected <name>/<number>/saved_model.pb in the archive)")
    default = environment.get(DEFAULT_NAME, next(iter(servables)))
    if default not in servables:
        raise CannotLoad(f"{DEFAULT_NAME} is {default!r}, but the archive holds {', '.join(servables)}")
    return ModelArchive(servables, default)
