"""The laptop cloud: moto's server in this process, plus the links that moto lacks."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self

import boto3
from botocore.config import Config
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.moto_server.werkzeug_app import MotoRequestHandler

from local.cloudformation import custom_resources, stack
from local.lambda_runtime.functions import Functions
from local.services import tables
from local.services.events import Events
from local.services.gateway import Gateway
from local.services.queues import Queues
from local.services.snapshot import Snapshots

PROJECT = Path(__file__).resolve().parent.parent


class Cloud:
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
    ) -> None:
        self._temporary = directory is None
        self.directory = (directory or Path(tempfile.mkdtemp(prefix="taproom-cloud-"))).resolve()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.project = project
        self.region = region
        self.account = DEFAULT_ACCOUNT_ID
        self.stack_name = stack_name
        self.url = ""
        self.outputs: dict[str, str] = {}
        self.replaced: list[tuple[Any, str]] = []
        # Set once the stack is deployed and its state is back: pollers and retries wait for it.
        self.flowing = threading.Event()
        self.stopping = threading.Event()
        self._port = port
        self._persistent = persistent
        self._session: Any = boto3.session.Session()
        self._making_client = threading.Lock()
        self._stops: list[Callable[[], None]] = []
        self._listeners: list[Callable[[str, str], None]] = []
        self.events = Events(self)
        self.queues = Queues(self)
        self.functions = Functions(self)
        self.snapshots = Snapshots(self)

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
        # A reset first: whoever used moto in this process before may have left something behind.
        _reset()
        self.on_stop(_reset)
        if self._temporary:
            self.on_stop(lambda: shutil.rmtree(self.directory, ignore_errors=True))
        _refuse_taken(self._port)
        server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self.replace(MotoRequestHandler, "log_request", _log_nothing)
        self.replace(MotoRequestHandler, "disable_nagle_algorithm", True)
        server.start()
        self.on_stop(server.stop)
        self.url = "http://{}:{}".format(*server.get_host_and_port())
        self.gateway = Gateway(self, self._port + 1 if self._port else 0)
        stack.install(self)
        custom_resources.install(self)
        tables.install(self)
        self.events.start()
        # In this order because it is stopped the other way round: workers are killed before the
        # pollers that wait for them are waited for.
        self.queues.start()
        self.functions.start()
        self.gateway.start()
        for install in _sagemaker():
            install(self)

    def deploy(self, template: Path | None = None, parameters: dict[str, str] | None = None) -> dict[str, str]:
        """Deploy the project's template (or `template`) and let events flow; the stack's outputs.

        Raises
        ------
        local.cloudformation.stack.DeployError
            When CloudFormation, or a custom resource's function, refuses.
        """
        stack.deploy(self, self.stack_name, template or self.project / "template.yaml", parameters or {})
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

    def stop(self) -> None:
        """End everything that was started, and undo every replacement."""
        self.stopping.set()
        self.flowing.set()
        faults = []
        while self._stops:
            try:
                self._stops.pop()()
            except Exception as fault:
                # The rest must end all the same: a process left behind outlives this one.
                faults.append(fault)
        if faults:
            raise ExceptionGroup("The cloud did not stop as it should", faults)

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client of `service` bound to this cloud; `config` goes to botocore's Config."""
        # One session: reading the description of SageMaker's API takes longer than most of what is asked of it.
        with self._making_client:
            return self._session.client(
                service,
                region_name=self.region,
                endpoint_url=self.url,
                aws_access_key_id="local",
                aws_secret_access_key="local",
                config=Config(**config),
            )

    def emit(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        """Put an event on the default bus: its rules' targets get it. From any thread."""
        self.say("event", _summary(detail_type, detail))
        self.events.put(detail_type, source, detail, resources)

    def say(self, kind: str, text: str) -> None:
        """Tell those who watch: one line of what happens. `kind` is one word, such as `training`."""
        for listener in list(self._listeners):
            listener(kind, text)

    def watch(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener(kind, text)` for every line said from now on, in the thread that says it."""
        self._listeners.append(listener)

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Call `stop` when the cloud stops; the last registered first."""
        self._stops.append(stop)

    def replace(self, owner: Any, name: str, replacement: Any) -> None:
        """Set `owner.name` for as long as the cloud runs.

        Raises
        ------
        AttributeError
            When there is no such symbol: moto has changed.
        """
        inherited = name not in vars(owner)
        original = getattr(owner, name) if inherited else vars(owner)[name]
        setattr(owner, name, replacement)
        self.replaced.append((owner, name))
        self.on_stop(lambda: delattr(owner, name) if inherited else setattr(owner, name, original))

    def keep(self, name: str, save: Callable[[], Any], restore: Callable[[Any], None]) -> None:
        """Have the snapshot hold what `save` returns (JSON-able), handed to `restore` at the next start.

        `restore` is called with the stack deployed, the bucket's objects back, and before events flow.
        """
        self.snapshots.keep(name, save, restore)

    def changed(self) -> None:
        """Say that there is something new to keep: a snapshot is taken once things have settled."""
        self.snapshots.changed()


def _sagemaker() -> list[Callable[[Cloud], object]]:
    """What replaces moto's SageMaker; imported late, since it may bring TensorFlow with it."""
    from local.sagemaker import endpoints, training_jobs

    return [training_jobs.install, endpoints.install]


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


def _summary(detail_type: str, detail: dict[str, Any]) -> str:
    """One line for an event: what it is about, and its status if it has one."""
    subject = detail.get("object", {}).get("key") or next(
        (str(value) for name, value in detail.items() if name.endswith("Name")), ""
    )
    status = next((str(value) for name, value in detail.items() if name.endswith("Status")), "")
    return " ".join(part for part in (detail_type, subject, status) if part)
