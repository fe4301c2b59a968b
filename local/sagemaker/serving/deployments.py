"""Models brought from the bucket into the model server, and out of it again."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from moto.core.exceptions import ServiceException

from local.context import CloudContext
from local.sagemaker import api
from local.sagemaker.serving import model_archives
from local.sagemaker.serving.model_server_process import CannotLoad, ModelServer
from local.sagemaker.serving.production_variants import sleeps


@dataclass(frozen=True)
class Deployment:
    """A production variant whose model is loaded: what requests are answered with."""

    variant: str
    # Keys of the model server by servable.
    keys: Mapping[str, str]
    default: str
    folder: Path
    # Whether nothing of it runs while nobody asks.
    sleeps: bool = False


class Deployments:
    """Deploys variants side by side, each under keys and in a folder of its own."""

    def __init__(self, cloud: CloudContext, server: ModelServer) -> None:
        self._cloud = cloud
        self._server = server
        self._folder = cloud.directory / "models"
        # Of an earlier cloud in this directory.
        shutil.rmtree(self._folder, ignore_errors=True)
        self._numbers = itertools.count(1)

    def deploy(self, variant: Mapping[str, Any]) -> Deployment:
        """Load the servables of a production variant's model.

        Raises
        ------
        CannotLoad
            Whatever keeps the model from being served, worded as SageMaker's failure reason.
        """
        number = next(self._numbers)
        folder = self._folder / str(number)
        keys: dict[str, str] = {}
        try:
            archive = self._download(variant["ModelName"], folder)
            for servable, model in archive.servables.items():
                key = f"{number}.{servable}"
                self._server.load(key, model)
                keys[servable] = key
        except CannotLoad as error:
            self._remove(keys.values(), folder)
            raise CannotLoad(
                f"The primary container for production variant {variant['VariantName']} "
                f"did not pass the ping health check: {error}"
            ) from error
        return Deployment(variant["VariantName"], keys, archive.default, folder, sleeps(variant))

    def discard(self, deployment: Deployment) -> None:
        """Unload what was deployed and delete its files."""
        self._remove(deployment.keys.values(), deployment.folder)

    def _remove(self, keys: Iterable[str], folder: Path) -> None:
        for key in keys:
            self._server.unload(key)
        shutil.rmtree(folder, ignore_errors=True)

    def _download(self, model: str, folder: Path) -> model_archives.ModelArchive:
        packed = folder / "model.tar.gz"
        folder.mkdir(parents=True)
        try:
            described = api.backend(self._cloud).describe_model(model).response_object
            container = model_archives.only_container(described)
            uri = urlsplit(container.get("ModelDataUrl", ""))
            self._cloud.client("s3").download_file(uri.netloc, uri.path.lstrip("/"), str(packed))
        except (ServiceException, ClientError, BotoCoreError, ValueError) as error:
            raise CannotLoad(f"the model data of {model} can't be read: {error}") from error
        archive = model_archives.unpack(packed, folder, container.get("Environment") or {})
        packed.unlink()
        return archive
