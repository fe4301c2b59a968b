"""One training job's /opt/ml: SageMaker's directory and environment contract, filled from S3 and emptied into it.

After github.com/aws/sagemaker-training-toolkit, ENVIRONMENT_VARIABLES.md. Where a container has `/opt/ml`, this has a
folder that SAGEMAKER_BASE_DIR names.
"""

from __future__ import annotations

import json
import os
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

_HOST = "algo-1"
# What the toolkit keeps for itself of the hyper-parameters.
_OWN = "sagemaker_"
_OPT_ML = "/opt/ml"


class JobFailed(Exception):
    """The job can't be done; the text is SageMaker's failure reason."""


@dataclass(frozen=True)
class Container:
    """The folder of a training job. `request` is CreateTrainingJob's."""

    base: Path
    request: Mapping[str, Any]

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
    def hyperparameters(self) -> dict[str, Any]:
        """All of them, decoded as JSON where they are JSON."""
        return {name: _decoded(value) for name, value in (self.request.get("HyperParameters") or {}).items()}

    @property
    def asked(self) -> dict[str, Any]:
        """The hyper-parameters of the training program, without the toolkit's own."""
        return {name: value for name, value in self.hyperparameters.items() if not name.startswith(_OWN)}

    def fill(self, s3: Any) -> None:
        """Bring code, channels, configuration and checkpoints.

        Raises
        ------
        JobFailed
            If something is not there.
        """
        for folder in (self.code, self.model, self.base / "output" / "data", self.base / "output" / "tensorboard"):
            folder.mkdir(parents=True)
        try:
            self._fill_code(s3)
            for channel in self.request.get("InputDataConfig") or []:
                self._fill_channel(s3, channel)
            if "S3Uri" in (self.request.get("CheckpointConfig") or {}):
                checkpoints = self._checkpoints
                checkpoints.mkdir(parents=True)
                for key, path in _below(s3, _folder(self.request["CheckpointConfig"]["S3Uri"])):
                    _download(s3, key, checkpoints / path)
        except ClientError as error:
            raise JobFailed(f"ClientError: Data download failed: {error}") from error
        self._configure()

    def command(self) -> list[str]:
        """The training program with its hyper-parameters as arguments."""
        return [sys.executable, "-u", self._program, *self._arguments]

    def environment(self, url: str, region: str) -> dict[str, str]:
        """The program's environment: the toolkit's variables, and this cloud at `url` in AWS's place."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        channels = {path.name: str(path) for path in sorted((self.base / "input" / "data").glob("*"))}
        told: dict[str, Any] = {
            "SM_MODEL_DIR": self.model,
            "SM_INPUT_DIR": self.base / "input",
            "SM_INPUT_CONFIG_DIR": self.base / "input" / "config",
            "SM_OUTPUT_DIR": self.base / "output",
            "SM_OUTPUT_DATA_DIR": self.base / "output" / "data",
            "SM_CHANNELS": sorted(channels),
            "SM_HPS": self.asked,
            "SM_USER_ARGS": self._arguments,
            "SM_HOSTS": [_HOST],
            "SM_CURRENT_HOST": _HOST,
            "SM_NUM_CPUS": os.cpu_count() or 1,
            "SM_NUM_GPUS": 0,
            "SM_NETWORK_INTERFACE_NAME": "lo",
            "SM_LOG_LEVEL": self.hyperparameters.get("sagemaker_container_log_level", 20),
            "SM_MODULE_NAME": Path(self._program).stem,
            "SM_MODULE_DIR": self.hyperparameters.get("sagemaker_submit_directory", ""),
            "SM_USER_ENTRY_POINT": self._program,
            "SM_INPUT_DATA_CONFIG": self._input_data_config,
            "SM_RESOURCE_CONFIG": self._resource_config,
        }
        told |= {f"SM_CHANNEL_{name.upper()}": path for name, path in channels.items()}
        told |= {f"SM_HP_{name.upper()}": value for name, value in self.asked.items()}
        told["SM_TRAINING_ENV"] = {
            "channel_input_dirs": channels,
            "current_host": _HOST,
            "hosts": [_HOST],
            "hyperparameters": self.asked,
            "input_dir": str(self.base / "input"),
            "job_name": self.request["TrainingJobName"],
            "model_dir": str(self.model),
            "module_name": Path(self._program).stem,
            "output_data_dir": str(self.base / "output" / "data"),
            "resource_config": self._resource_config,
            "user_entry_point": self._program,
        }
        return {
            **inherited,
            **{name: value if isinstance(value, str) else _written(value) for name, value in told.items()},
            **(self.request.get("Environment") or {}),
            "SAGEMAKER_BASE_DIR": str(self.base),
            "TRAINING_JOB_NAME": self.request["TrainingJobName"],
            "SAGEMAKER_REGION": region,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def artifact_uri(self) -> str:
        """Where the job's model.tar.gz goes."""
        return f"{self._output_uri}model.tar.gz"

    def empty(self, s3: Any) -> None:
        """Send the model, other output, TensorBoard logs and checkpoints to S3."""
        self._send_packed(s3, self.model, self.artifact_uri)
        if any((self.base / "output" / "data").iterdir()):
            self._send_packed(s3, self.base / "output" / "data", f"{self._output_uri}output.tar.gz")
        tensorboard = self.request.get("TensorBoardOutputConfig")
        if tensorboard:
            logs = self._local(tensorboard.get("LocalPath", f"{_OPT_ML}/output/tensorboard"))
            job = self.request["TrainingJobName"]
            _send_files(s3, logs, f"{_folder(tensorboard['S3OutputPath'])}{job}/tensorboard-output/")
        self.send_checkpoints(s3)

    def send_checkpoints(self, s3: Any) -> None:
        """Send what a later job of the same checkpoint address may go on from."""
        if self.request.get("CheckpointConfig"):
            _send_files(s3, self._checkpoints, _folder(self.request["CheckpointConfig"]["S3Uri"]))

    @property
    def _program(self) -> str:
        return str(self.hyperparameters.get("sagemaker_program", ""))

    @property
    def _arguments(self) -> list[str]:
        return [
            part
            for name, value in sorted(self.asked.items())
            for part in (f"--{name}", value if isinstance(value, str) else _written(value))
        ]

    @property
    def _output_uri(self) -> str:
        return f"{_folder(self.request['OutputDataConfig']['S3OutputPath'])}{self.request['TrainingJobName']}/output/"

    @property
    def _checkpoints(self) -> Path:
        return self._local(self.request["CheckpointConfig"].get("LocalPath", f"{_OPT_ML}/checkpoints"))

    @property
    def _input_data_config(self) -> dict[str, Any]:
        return {
            channel["ChannelName"]: {
                "TrainingInputMode": "File",
                "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                    "S3DataDistributionType", "FullyReplicated"
                ),
                "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            }
            for channel in self.request.get("InputDataConfig") or []
        }

    @property
    def _resource_config(self) -> dict[str, Any]:
        return {
            "current_host": _HOST,
            "current_instance_type": self.request["ResourceConfig"].get("InstanceType", "local"),
            "hosts": [_HOST],
            "network_interface_name": "lo",
        }

    def _local(self, path: str) -> Path:
        return self.base / path.removeprefix(_OPT_ML).lstrip("/")

    def _configure(self) -> None:
        folder = self.base / "input" / "config"
        folder.mkdir(parents=True)
        for name, content in (
            ("hyperparameters", self.request.get("HyperParameters") or {}),
            ("inputdataconfig", self._input_data_config),
            ("resourceconfig", self._resource_config),
        ):
            (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    def _fill_code(self, s3: Any) -> None:
        uri = str(self.hyperparameters.get("sagemaker_submit_directory", ""))
        if not self._program or not uri.startswith("s3://"):
            raise JobFailed(
                "ClientError: script mode needs the hyper-parameters sagemaker_program and sagemaker_submit_directory "
                f"(an s3:// address of a tar.gz), but they are {self._program!r} and {uri!r}"
            )
        archive = self.base / "sourcedir.tar.gz"
        _download(s3, uri, archive)
        try:
            with tarfile.open(archive, "r:gz") as packed:
                packed.extractall(self.code, filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise JobFailed(f"ClientError: {uri} can't be unpacked: {error}") from error
        if not (self.code / self._program).is_file():
            raise JobFailed(f"ClientError: there is no {self._program} in {uri}")

    def _fill_channel(self, s3: Any, channel: Mapping[str, Any]) -> None:
        source = channel["DataSource"]["S3DataSource"]
        uri, kind = source["S3Uri"], source.get("S3DataType", "S3Prefix")
        folder = self.base / "input" / "data" / channel["ChannelName"]
        folder.mkdir(parents=True)
        files = _of_manifest(s3, uri) if kind == "ManifestFile" else list(_below(s3, uri))
        if not files:
            raise JobFailed(
                f"ClientError: Data download failed: No S3 objects found under S3 URL {uri!r} given in input data "
                "source. Please ensure that the bucket exists in the selected region, that objects exist under that "
                'S3 prefix, and that the role has "s3:ListBucket" permissions on the bucket.'
            )
        for key, path in files:
            _download(s3, key, folder / path)

    def _send_packed(self, s3: Any, folder: Path, uri: str) -> None:
        packed = self.base / "packed.tar.gz"
        # Speed over size: it is unpacked on the same disk in a moment.
        with tarfile.open(packed, "w:gz", compresslevel=1) as archive:
            for path in sorted(folder.iterdir()):
                archive.add(path, path.name)
        _upload(s3, packed, uri)
        packed.unlink()


def _of_manifest(s3: Any, uri: str) -> list[tuple[str, str]]:
    """The files of `[{"prefix": "s3://…"}, "path", …]`: address and path of each."""
    bucket, key = _split(uri)
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return [(f"{manifest[0]['prefix']}{path}", path) for path in manifest[1:]]


def _below(s3: Any, uri: str) -> Iterator[tuple[str, str]]:
    """Each object whose address starts with `uri`, with its path below the last folder of `uri`."""
    bucket, prefix = _split(uri)
    base = prefix[: prefix.rfind("/") + 1]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if not found["Key"].endswith("/"):
                yield f"s3://{bucket}/{found['Key']}", found["Key"].removeprefix(base)


def _download(s3: Any, uri: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    s3.download_file(*_split(uri), str(file))


def _upload(s3: Any, file: Path, uri: str) -> None:
    s3.upload_file(str(file), *_split(uri))


def _send_files(s3: Any, folder: Path, uri: str) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            _upload(s3, path, f"{uri}{path.relative_to(folder).as_posix()}")


def _split(uri: str) -> tuple[str, str]:
    address = urlsplit(uri)
    return address.netloc, address.path.lstrip("/")


def _folder(uri: str) -> str:
    return f"{uri.rstrip('/')}/"


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _written(value: Any) -> str:
    return str(value) if isinstance(value, Path) else json.dumps(value, separators=(",", ":"), sort_keys=True)
