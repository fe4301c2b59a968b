"""What every part of the laptop cloud may use: who the cloud is, its clients and events, moto's symbols, its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from moto.core import DEFAULT_ACCOUNT_ID

from local import PROJECT, callers


class EventBus(Protocol):
    """Takes an event to the targets of the rules that match it."""

    def __call__(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None: ...


class CloudContext:
    """The identity of a cloud, and what its parts need of each other without knowing each other.

    `url` is set once moto serves there, and `event_bus` once events have rules to match; until then they go nowhere.
    `url`, and that of the API, end with `token`: who does not know it is not answered.
    """

    def __init__(self, directory: Path, *, project: Path = PROJECT, region: str = "us-east-1") -> None:
        self.directory = directory
        self.project = project
        self.region = region
        self.account = DEFAULT_ACCOUNT_ID
        self.token = callers.new_token()
        self.url = ""
        self.event_bus: EventBus | None = None
        # Symbols of moto that are not its own for now.
        self.replaced: list[tuple[Any, str]] = []
        # What snapshots hold beside objects and items: by name, how to save and how to restore it.
        self.kept: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        # Set once the stack is deployed and its state is back: pollers and retries wait for it.
        self.flowing = threading.Event()
        self.stopping = threading.Event()
        # Set when there is something that no snapshot holds yet.
        self.unsaved = threading.Event()
        self._session: Any = boto3.session.Session()
        self._clients: dict[tuple[str, str], Any] = {}
        self._making_client = threading.Lock()
        self._stops: list[Callable[[], None]] = []
        self._listeners: list[Callable[[str, str], None]] = []

    def client(self, service: str, **config: Any) -> Any:
        """The boto3 client of `service` bound to this cloud; `config` goes to botocore's Config. For any thread."""
        # Made once: that takes longer than most of what is asked of it.
        name = service, repr(sorted(config.items()))
        with self._making_client:
            if name not in self._clients:
                self._clients[name] = self._session.client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.url,
                    aws_access_key_id="local",
                    aws_secret_access_key="local",
                    config=Config(**config),
                )
            return self._clients[name]

    def emit(self, detail_type: str, source: str, detail: dict[str, Any], resources: list[str]) -> None:
        """Put an event on the default bus: its rules' targets get it. From any thread."""
        self.say("event", _summary(detail_type, detail))
        if self.event_bus is not None:
            self.event_bus(detail_type, source, detail, resources)

    def say(self, kind: str, text: str) -> None:
        """Tell those who watch: one line of what happens. `kind` is one word, such as `training`."""
        for listener in list(self._listeners):
            listener(kind, text)

    def watch(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener(kind, text)` for every line said from now on, in the thread that says it."""
        self._listeners.append(listener)

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
        self.kept[name] = (save, restore)

    def changed(self) -> None:
        """Say that there is something new to keep: a snapshot is taken once things have settled."""
        self.unsaved.set()

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Call `stop` when the cloud stops; the last registered first."""
        self._stops.append(stop)

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


def _summary(detail_type: str, detail: dict[str, Any]) -> str:
    """One line for an event: what it is about, and its status if it has one."""
    subject = detail.get("object", {}).get("key") or next(
        (str(value) for name, value in detail.items() if name.endswith("Name")), ""
    )
    status = next((str(value) for name, value in detail.items() if name.endswith("Status")), "")
    return " ".join(part for part in (detail_type, subject, status) if part)
