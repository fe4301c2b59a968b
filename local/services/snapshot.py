"""What survives a restart: objects, items, and what other parts of the cloud keep.

`state.json` in the cloud's directory names everything; the objects' contents lie in `objects/`, a
file a version, written once. A stack's resources get the same names each time, so what is kept fits
the stack that is deployed anew.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends

from local.cloudformation import custom_resources
from local.context import CloudContext
from local.services.events import Events
from taproom.contract import INCOMING, RECEIPTS, REVIEWS, UNFINISHED, digest
from taproom.drops import without_number

SETTLED_AFTER = 1.0
# While changes go on and on, a snapshot is taken after as many waits of SETTLED_AFTER.
MOST_WAITS = 10
MOST_WRITES = 25
FORMAT = 1


class Snapshots:
    """Saves and restores the cloud's state."""

    def __init__(self, cloud: CloudContext, events: Events) -> None:
        self._cloud = cloud
        self._events = events
        self._objects = cloud.directory / "objects"
        self._state = cloud.directory / "state.json"

    def start(self) -> None:
        """Save after changes, and when the cloud stops."""
        saver = threading.Thread(target=self._save_after_changes, name="snapshots", daemon=True)
        saver.start()
        self._cloud.on_stop(self.save)
        self._cloud.on_stop(saver.join)

    def save(self) -> None:
        """Write the state: whoever reads it meanwhile finds the earlier one or this one."""
        self._objects.mkdir(exist_ok=True)
        buckets = {name: self._save_bucket(name) for name in self._buckets()}
        state = {
            "format": FORMAT,
            "buckets": buckets,
            "tables": {name: self._save_table(name) for name in self._tables()},
            "kept": {name: save() for name, (save, _) in self._cloud.kept.items()},
        }
        _write(self._state, json.dumps(state).encode())
        needed = {entry["file"] for entries in buckets.values() for entry in entries}
        for file in self._objects.iterdir():
            if file.name not in needed:
                file.unlink()

    def restore(self) -> None:
        """Bring back what was saved, announce the drops that were not ingested yet, and ask for a retrain.

        Raises
        ------
        ValueError
            When the state is of another format.
        """
        if not self._state.exists():
            return
        state = json.loads(self._state.read_text())
        if state.get("format") != FORMAT:
            raise ValueError(
                f"{self._state} has format {state.get('format')!r}, this is format {FORMAT}: "
                f"move {self._cloud.directory} away, or name another directory."
            )
        self._events.muted = True
        for name, entries in state["buckets"].items():
            if name in self._buckets():
                for entry in entries:
                    self._restore_object(name, entry)
        self._events.muted = False
        for name, items in state["tables"].items():
            if name in self._tables():
                dynamodb = self._cloud.client("dynamodb")
                for batch in _batches(items):
                    dynamodb.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": item}} for item in batch]})
        for name, kept in state["kept"].items():
            if name in self._cloud.kept:
                self._cloud.kept[name][1](kept)
        for name, entries in state["buckets"].items():
            for entry in uningested(name, entries, self._parts(entries)):
                self._events.announce_object(
                    name, entry["key"], entry["version"], entry["size"], entry["etag"], "PutObject"
                )
        # Requests for a retrain were lost with the queues; one that is not needed does nothing.
        self._events.fire_schedules()

    def _save_after_changes(self) -> None:
        stopping, unsaved = self._cloud.stopping, self._cloud.unsaved
        while not stopping.is_set():
            if not unsaved.wait(SETTLED_AFTER):
                continue
            for _ in range(MOST_WAITS):
                unsaved.clear()
                if stopping.wait(SETTLED_AFTER) or not unsaved.is_set():
                    break
            if not stopping.is_set():
                self.save()

    def _buckets(self) -> list[str]:
        buckets = self._cloud.client("s3").list_buckets()["Buckets"]
        return [bucket["Name"] for bucket in buckets if bucket["Name"] != custom_resources.BUCKET]

    def _tables(self) -> list[str]:
        names: list[str] = self._cloud.client("dynamodb").list_tables()["TableNames"]
        return names

    def _save_bucket(self, name: str) -> list[dict[str, Any]]:
        """The versions of every object that is there, each object's oldest first.

        From moto's own lists, not through S3's API: listing versions copies all their contents, and
        orders by time those that have the same.
        """
        bucket = s3_backends[self._cloud.account]["aws"].get_bucket(name)
        return [
            self._save_object(version)
            for _, versions in list(bucket.keys.iterlists())
            if not isinstance(versions[-1], FakeDeleteMarker)
            for version in versions
            if isinstance(version, FakeKey)
        ]

    def _save_object(self, version: FakeKey) -> dict[str, Any]:
        identity = f"{version.bucket_name}\0{version.name}\0{version.version_id}\0{version.etag}"
        file = hashlib.sha256(identity.encode()).hexdigest()
        if not (self._objects / file).exists():
            _write(self._objects / file, version.value)
        return {
            "key": version.name,
            "version": version.version_id,
            "size": version.size,
            "etag": version.etag.strip('"'),
            "modified": version.last_modified.isoformat(),
            "metadata": dict(version.metadata),
            "file": file,
        }

    def _restore_object(self, bucket: str, entry: dict[str, Any]) -> None:
        content = (self._objects / entry["file"]).read_bytes()
        backend = s3_backends[self._cloud.account]["aws"]
        version = backend.put_object(bucket, entry["key"], content, etag=entry["etag"])
        version.set_metadata(entry["metadata"])
        # Parts are named by the version, and of two reviews the later counts: both must stay.
        version._version_id = entry["version"]
        version.last_modified = datetime.fromisoformat(entry["modified"])

    def _parts(self, entries: list[dict[str, Any]]) -> set[str]:
        """The parts that were written, and those that receipts speak of: a refused drop has a receipt only."""
        keys = [entry["key"] for entry in entries if entry["key"].startswith(REVIEWS)]
        receipts = [entry for entry in entries if entry["key"].startswith(RECEIPTS)]
        return {key.removeprefix(REVIEWS).removesuffix(".parquet") for key in keys} | {
            str(json.loads((self._objects / entry["file"]).read_bytes()).get("part")) for entry in receipts
        }

    def _save_table(self, name: str) -> list[dict[str, Any]]:
        # Read where moto holds it: through the API it takes a hundred times as long, and this happens again and again.
        table = dynamodb_backends[self._cloud.account][self._cloud.region].tables[name]
        return [item.to_json()["Attributes"] for item in table.all_items()]


def uningested(bucket: str, entries: list[dict[str, Any]], parts: set[str]) -> list[dict[str, Any]]:
    """The drops among a bucket's saved objects that `parts`, the known parts, do not come from; oldest first.

    Those too of which a part is there, and that are to take another turn.
    """
    unfinished = {entry["key"].split("/")[1] for entry in entries if entry["key"].startswith(UNFINISHED)}
    sources = {part.rpartition("-")[2] for part in {without_number(part) for part in parts} - unfinished}
    return [
        entry
        for entry in entries
        if entry["key"].startswith(INCOMING) and digest(bucket, entry["key"], entry["version"]) not in sources
    ]


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    """As many as one BatchWriteItem takes."""
    return (items[first : first + MOST_WRITES] for first in range(0, len(items), MOST_WRITES))


def _write(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)
