"""What SageMaker's training toolkit tells a program: its arguments, environment variables and configuration files.

After github.com/aws/sagemaker-training-toolkit, ENVIRONMENT_VARIABLES.md.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

# Hyper-parameters that the toolkit keeps for itself.
_TOOLKIT_PREFIX = "sagemaker_"


@dataclass(frozen=True)
class Host:
    """One of a job's hosts, which are algo-1, algo-2 and so on; `number` counts from 0.

    `addresses` [hosts] are those at which TensorFlow listens: their names are no addresses on a laptop.
    """

    number: int
    addresses: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Of all hosts of the job."""
        return [f"algo-{number}" for number in range(1, len(self.addresses) + 1)]

    @property
    def name(self) -> str:
        """Of this one."""
        return self.names[self.number]

    @classmethod
    def all_of(cls, count: int) -> list[Self]:
        """The hosts of a job that has `count`, with free ports of this machine."""
        with ExitStack() as held:
            free = [held.enter_context(socket.create_server(("localhost", 0))) for _ in range(count)]
            addresses = tuple(f"localhost:{each.getsockname()[1]}" for each in free)
        return [cls(number, addresses) for number in range(count)]

    def variables(self) -> dict[str, str]:
        """What TensorFlow reads of the others, where there are others."""
        if len(self.addresses) == 1:
            return {}
        task = {"type": "worker", "index": self.number}
        return {"TF_CONFIG": _json({"cluster": {"worker": self.addresses}, "task": task})}


@dataclass(frozen=True)
class TrainingEnvironment:
    """The program of a training job on `host`: `request` is CreateTrainingJob's, `base` stands in for /opt/ml."""

    base: Path
    request: Mapping[str, Any]
    host: Host

    @property
    def program(self) -> str:
        """The script, relative to the code's folder; empty if the request names none."""
        return str(self._hyperparameters.get("sagemaker_program", ""))

    @property
    def source_uri(self) -> str:
        """The S3 address of the code's tar.gz; empty if the request names none."""
        return str(self._hyperparameters.get("sagemaker_submit_directory", ""))

    def command(self) -> list[str]:
        """The program with its hyper-parameters as arguments."""
        return [sys.executable, "-u", self.program, *self._arguments()]

    def configuration(self) -> dict[str, Any]:
        """The files of input/config, by name."""
        return {
            "hyperparameters": self.request.get("HyperParameters") or {},
            "inputdataconfig": self._input_data_config(),
            "resourceconfig": self._resource_config(),
        }

    def variables(self, url: str, region: str) -> dict[str, str]:
        """The program's environment: the toolkit's variables, and this cloud at `url` in AWS's place."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        toolkit = {name: value if isinstance(value, str) else _json(value) for name, value in self._toolkit().items()}
        job = str(self.request["TrainingJobName"])
        return {
            **inherited,
            **toolkit,
            **self.host.variables(),
            **(self.request.get("Environment") or {}),
            "SAGEMAKER_BASE_DIR": str(self.base),
            "TRAINING_JOB_NAME": job,
            "SAGEMAKER_REGION": region,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "PYTHONUNBUFFERED": "1",
        }

    def _toolkit(self) -> dict[str, Any]:
        channels = {path.name: str(path) for path in sorted((self.base / "input" / "data").glob("*"))}
        own = self._program_hyperparameters
        module = Path(self.program).stem
        variables: dict[str, Any] = {
            "SM_MODEL_DIR": str(self.base / "model"),
            "SM_INPUT_DIR": str(self.base / "input"),
            "SM_INPUT_CONFIG_DIR": str(self.base / "input" / "config"),
            "SM_OUTPUT_DIR": str(self.base / "output"),
            "SM_OUTPUT_DATA_DIR": str(self.base / "output" / "data"),
            "SM_CHANNELS": sorted(channels),
            "SM_HPS": own,
            "SM_USER_ARGS": self._arguments(),
            "SM_HOSTS": self.host.names,
            "SM_CURRENT_HOST": self.host.name,
            "SM_NUM_CPUS": os.cpu_count() or 1,
            "SM_NUM_GPUS": 0,
            "SM_NETWORK_INTERFACE_NAME": "lo",
            "SM_LOG_LEVEL": self._hyperparameters.get("sagemaker_container_log_level", 20),
            "SM_MODULE_NAME": module,
            "SM_MODULE_DIR": self.source_uri,
            "SM_USER_ENTRY_POINT": self.program,
            "SM_INPUT_DATA_CONFIG": self._input_data_config(),
            "SM_RESOURCE_CONFIG": self._resource_config(),
        }
        variables |= {f"SM_CHANNEL_{name.upper()}": path for name, path in channels.items()}
        variables |= {f"SM_HP_{name.upper()}": value for name, value in own.items()}
        variables["SM_TRAINING_ENV"] = {
            "channel_input_dirs": channels,
            "current_host": self.host.name,
            "hosts": self.host.names,
            "hyperparameters": own,
            "input_dir": str(self.base / "input"),
            "job_name": self.request["TrainingJobName"],
            "model_dir": str(self.base / "model"),
            "module_name": module,
            "output_data_dir": str(self.base / "output" / "data"),
            "resource_config": self._resource_config(),
            "user_entry_point": self.program,
        }
        return variables

    @property
    def _hyperparameters(self) -> dict[str, Any]:
        """All of them, decoded as JSON where they are JSON."""
        return {name: _decoded(value) for name, value in (self.request.get("HyperParameters") or {}).items()}

    @property
    def _program_hyperparameters(self) -> dict[str, Any]:
        return {name: value for name, value in self._hyperparameters.items() if not name.startswith(_TOOLKIT_PREFIX)}

    def _arguments(self) -> list[str]:
        return [
            part
            for name, value in sorted(self._program_hyperparameters.items())
            for part in (f"--{name}", value if isinstance(value, str) else _json(value))
        ]

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

    def _resource_config(self) -> dict[str, Any]:
        return {
            "current_host": self.host.name,
            "current_instance_type": self.request["ResourceConfig"].get("InstanceType", "local"),
            "hosts": self.host.names,
            "network_interface_name": "lo",
        }


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
