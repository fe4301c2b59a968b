"""One training job's /opt/ml: SageMaker's directories, downloaded from S3 before the program runs and uploaded after.

Where a container has `/opt/ml`, this has a folder that SAGEMAKER_BASE_DIR names.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from botocore.exceptions import ClientError

from local.sagemaker import s3_files
from local.sagemaker.training.environment import Host, TrainingEnvironment
from taproom import archives

_OPT_ML = "/opt/ml"


class JobFailed(Exception):
    """The job can't be done; the text is SageMaker's failure reason."""


@dataclass(frozen=True)
class TrainingContainer:
    """The folder of a training job on one `host`. `request` is CreateTrainingJob's."""

    base: Path
    request: Mapping[str, Any]
    host: Host

    @classmethod
    def on_every_host(cls, base: Path, request: Mapping[str, Any]) -> list[Self]:
        """A container a host; those of the others lie in the first one's folder, `base`."""
        hosts = Host.all_of(request["ResourceConfig"]["InstanceCount"])
        return [cls(base / host.name if host.number else base, request, host) for host in hosts]

    @property
    def code(self) -> Path:
        return self.base / "code"

    @property
    def model(self) -> Path:
        return self.base / "model"

    @property
    def failure(self) -> Path:
        """Where the job writes why it failed."""
        return self.base / "output" / "failure"

    @property
    def environment(self) -> TrainingEnvironment:
        """What the program reads: its folders and its hyper-parameters."""
        return TrainingEnvironment(self.base, self.request, self.host)

    def download(self, s3: Any) -> None:
        """Bring code, channels, configuration and checkpoints.

        Raises
        ------
        JobFailed
            If something is not there.
        """
        for folder in (self.code, self.model, self.base / "output" / "data", self.base / "output" / "tensorboard"):
            folder.mkdir(parents=True)
        try:
            self._download_code(s3)
            for channel in self.request.get("InputDataConfig") or []:
                self._download_channel(s3, channel)
            if "S3Uri" in (self.request.get("CheckpointConfig") or {}):
                checkpoints = self._checkpoints
                checkpoints.mkdir(parents=True)
                for key, path in s3_files.objects_under(s3, s3_files.folder(self.request["CheckpointConfig"]["S3Uri"])):
                    s3_files.download(s3, key, checkpoints / path)
        except ClientError as error:
            raise JobFailed(f"ClientError: Data download failed: {error}") from error
        self._configure()

    @property
    def artifact_uri(self) -> str:
        """Where the job's model.tar.gz goes."""
        return f"{self._output_uri}model.tar.gz"

    @property
    def data(self) -> Path:
        """Where its channels are, each a folder."""
        return self.base / "input" / "data"

    def upload(self, s3: Any) -> None:
        """Send the model, other output, TensorBoard logs and checkpoints to S3."""
        self._upload_packed(s3, self.model, self.artifact_uri)
        if any((self.base / "output" / "data").iterdir()):
            self._upload_packed(s3, self.base / "output" / "data", f"{self._output_uri}output.tar.gz")
        tensorboard = self.request.get("TensorBoardOutputConfig")
        if tensorboard:
            logs = self._local(tensorboard.get("LocalPath", f"{_OPT_ML}/output/tensorboard"))
            job = self.request["TrainingJobName"]
            s3_files.upload_files(s3, logs, f"{s3_files.folder(tensorboard['S3OutputPath'])}{job}/tensorboard-output/")
        self.upload_checkpoints(s3)

    def upload_checkpoints(self, s3: Any) -> None:
        """Send what a later job of the same checkpoint address may go on from."""
        if self.request.get("CheckpointConfig"):
            s3_files.upload_files(s3, self._checkpoints, s3_files.folder(self.request["CheckpointConfig"]["S3Uri"]))

    @property
    def _output_uri(self) -> str:
        folder = s3_files.folder(self.request["OutputDataConfig"]["S3OutputPath"])
        return f"{folder}{self.request['TrainingJobName']}/output/"

    @property
    def _checkpoints(self) -> Path:
        return self._local(self.request["CheckpointConfig"].get("LocalPath", f"{_OPT_ML}/checkpoints"))

    def _local(self, path: str) -> Path:
        return self.base / path.removeprefix(_OPT_ML).lstrip("/")

    def _configure(self) -> None:
        folder = self.base / "input" / "config"
        folder.mkdir(parents=True)
        for name, content in self.environment.configuration().items():
            (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    def _download_code(self, s3: Any) -> None:
        program, uri = self.environment.program, self.environment.source_uri
        if not program or not uri.startswith("s3://"):
            raise JobFailed(
                "ClientError: script mode needs the hyper-parameters sagemaker_program and sagemaker_submit_directory "
                f"(an s3:// address of a tar.gz), but they are {program!r} and {uri!r}"
            )
        archive = self.base / "sourcedir.tar.gz"
        s3_files.download(s3, uri, archive)
        try:
            with tarfile.open(archive, "r:gz") as packed:
                archives.unpack(packed, self.code)
        except (tarfile.TarError, OSError, EOFError) as error:
            raise JobFailed(f"ClientError: {uri} can't be unpacked: {error}") from error
        if not (self.code / program).is_file():
            raise JobFailed(f"ClientError: there is no {program} in {uri}")

    def _download_channel(self, s3: Any, channel: Mapping[str, Any]) -> None:
        source = channel["DataSource"]["S3DataSource"]
        uri, kind = source["S3Uri"], source.get("S3DataType", "S3Prefix")
        folder = self.data / channel["ChannelName"]
        folder.mkdir(parents=True)
        files = s3_files.files_of(s3, uri, kind)
        if not files:
            raise JobFailed(
                f"ClientError: Data download failed: No S3 objects found under S3 URL {uri!r} given in input data "
                "source. Please ensure that the bucket exists in the selected region, that objects exist under that "
                'S3 prefix, and that the role has "s3:ListBucket" permissions on the bucket.'
            )
        for key, path in files:
            s3_files.download(s3, key, folder / path)

    def _upload_packed(self, s3: Any, folder: Path, uri: str) -> None:
        packed = self.base / "packed.tar.gz"
        # Speed over size: it is unpacked on the same disk in a moment.
        with tarfile.open(packed, "w:gz", compresslevel=1) as archive:
            for path in sorted(folder.iterdir()):
                archive.add(path, path.name)
        s3_files.upload(s3, packed, uri)
        packed.unlink()
