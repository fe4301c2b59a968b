"""The laptop cloud put together: moto's server in this process, and everything that moto lacks."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any, ClassVar, Self

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server import threaded_moto_server, werkzeug_app
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler

from local import PROJECT, callers
from local.cloudformation import custom_resources, stack
from local.context import CloudContext
from local.lambda_runtime.functions import Functions
from local.sagemaker import model_registry, processing_jobs
from local.sagemaker.serving import endpoints, invocations, models_and_configs, scalable_targets
from local.sagemaker.serving.cold_starts import ColdStarts
from local.sagemaker.serving.deployments import Deployments
from local.sagemaker.serving.model_server_process import ModelServer
from local.sagemaker.training import jobs
from local.services import tables, text_detection
from local.services.events import Events
from local.services.gateway import Gateway
from local.services.hosted_sign_in import HostedSignIn
from local.services.permissions import Permissions
from local.services.queues import Queues
from local.services.snapshot import Snapshots


class Cloud(CloudContext):
    """One cloud a process: moto keeps its state in module globals.

    `start` brings it up empty, `deploy` puts a template's stack in it, `stop` ends everything that
    was started. It works in `directory`, which stays; without one in a temporary one, which goes. With
    `persistent`, what `directory` remembers of an earlier cloud comes back with the stack.
    """

    _running: ClassVar[Cloud | None] = None

    def __init__(
        self,
        directory: Path | None = None,
        *,
        persistent: bool = False,
        port: int = 0,
        project: Path = PROJECT,
        region: str = "us-east-1",
        stack_name: str = "taproom",
        cold_starts: ColdStarts | None = None,
    ) -> None:
        self._temporary = directory is None
        directory = (directory or Path(tempfile.mkdtemp(prefix="taproom-cloud-"))).resolve()
        directory.mkdir(parents=True, exist_ok=True)
        super().__init__(directory, project=project, region=region)
        self.stack_name = stack_name
        self.outputs: dict[str, str] = {}
        self._port = port
        self._persistent = persistent
        self._cold_starts = cold_starts
        self.functions = Functions(self)
        self.queues = Queues(self, self.functions)
        self.events = Events(self, self.queues, self.functions)
        self.permissions = Permissions(self, self.functions)
        self.snapshots = Snapshots(self, self.events)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve the cloud's API on `url`, the port being the one given or, if that is 0, any free one."""
        if Cloud._running is not None:
            raise RuntimeError(f"A cloud runs in this process already ({Cloud._running.url}): stop it first.")
        Cloud._running = self
        self.on_stop(_forget_running)
        if self._temporary:
            self.on_stop(lambda: shutil.rmtree(self.directory, ignore_errors=True))
        self.permissions.install()
        self._start_moto()
        self.gateway = Gateway(self, self.functions, self._port + 1 if self._port else 0)
        self.hosted_sign_in = HostedSignIn(self, self.gateway)
        stack.install(self, self.replace_urls)
        self.functions.replace_urls = self.replace_urls
        custom_resources.install(self, self.functions)
        tables.install(self)
        text_detection.install(self)
        self.events.start()
        # In this order because it is stopped the other way round: workers are killed before the
        # pollers that wait for them are waited for.
        self.queues.start()
        self.functions.start()
        self.gateway.start()
        self.hosted_sign_in.start()
        install_sagemaker(self, self._cold_starts)

    def deploy(self, template: Path | None = None, parameters: dict[str, str] | None = None) -> dict[str, str]:
        """Deploy the project's template (or `template`) and let events flow; the stack's outputs.

        The project's own has the `Access` open unless `parameters` say otherwise.

        Raises
        ------
        local.cloudformation.stack.DeployError
            When CloudFormation, or a custom resource's function, refuses.
        """
        parameters = parameters or {}
        if template is None:
            template, parameters = self.project / "template.yaml", {"Access": "open", **parameters}
        stack.deploy(self, self.stack_name, template, parameters)
        self.outputs = stack.outputs(self, self.stack_name)
        if not self.flowing.is_set():
            if self._persistent:
                self.snapshots.restore()
                self.snapshots.start()
            self.flowing.set()
        return self.outputs

    def delete(self) -> None:
        """Delete the stack, its custom resources first told to clean up.

        Raises
        ------
        local.cloudformation.stack.DeployError
            When CloudFormation, or a custom resource's function, refuses.
        """
        stack.delete(self, self.stack_name)

    def replace_urls(self, text: str) -> str:
        """`text` with addresses in AWS of what is served here replaced by those here."""
        return self.hosted_sign_in.replace_urls(self.gateway.replace_api_urls(text))

    def _start_moto(self) -> None:
        # A reset first: whoever used moto in this process before may have left something behind.
        _reset()
        self.on_stop(_reset)
        _refuse_taken(self._port)
        server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self.replace(threaded_moto_server, "DomainDispatcherApplication", self._guarded)
        self.replace(werkzeug_app, "DISABLE_GLOBAL_CORS", True)
        self.replace(MotoRequestHandler, "log_request", _log_nothing)
        self.replace(MotoRequestHandler, "disable_nagle_algorithm", True)
        server.start()
        self.on_stop(server.stop)
        host, port = server.get_host_and_port()
        self.url = f"http://{host}:{port}/{self.token}"

    def _guarded(self, *given: Any) -> callers.GuardedApp:
        """moto's application; its own answers any page of any site."""
        return callers.GuardedApp(DomainDispatcherApplication(*given), self.token)


def install_sagemaker(cloud: CloudContext, cold_starts: ColdStarts | None = None) -> None:
    """Have training jobs train, endpoints answer, and the model registry emit events, in place of moto's SageMaker.

    Endpoints never sleep, unless there are `cold_starts`.
    """
    server = ModelServer(cloud.project, cloud.directory / "logs" / "model-server.log")
    # Who trains is about to serve; a cloud that does neither does without TensorFlow.
    jobs.install(cloud, server.start)
    processing_jobs.install(cloud)
    models_and_configs.install(cloud)
    model_registry.install(cloud)
    serving = endpoints.install(cloud, Deployments(cloud, server))
    invocations.install(cloud, serving.live, server, cold_starts or ColdStarts())
    scalable_targets.install(cloud, serving)
    cloud.on_stop(server.stop)


def _refuse_taken(port: int) -> None:
    """moto's server would wait for ever for a port that somebody else has."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def _forget_running() -> None:
    Cloud._running = None


def _reset() -> None:
    BackendDict.reset()
    reset_model_data()


def _log_nothing(*_: object) -> None:
    """The cloud says what happens; a line for each request would drown it."""
