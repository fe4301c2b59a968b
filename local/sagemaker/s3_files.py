"""What jobs bring from S3 before they run, and send there after, by addresses such as s3://bucket/key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def files_of(s3: Any, uri: str, kind: str) -> list[tuple[str, str]]:
    """Address and path of each file that an input names: a `ManifestFile`'s, or those under an `S3Prefix`."""
    return manifest_files(s3, uri) if kind == "ManifestFile" else list(objects_under(s3, uri))


def manifest_files(s3: Any, uri: str) -> list[tuple[str, str]]:
    """The files of `[{"prefix": "s3://…"}, "path", …]`: address and path of each."""
    bucket, key = split(uri)
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return [(f"{manifest[0]['prefix']}{path}", path) for path in manifest[1:]]


def objects_under(s3: Any, uri: str) -> Iterator[tuple[str, str]]:
    """Each object whose address starts with `uri`, with its path below the last folder of `uri`."""
    bucket, prefix = split(uri)
    base = prefix[: prefix.rfind("/") + 1]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if not found["Key"].endswith("/"):
                yield f"s3://{bucket}/{found['Key']}", found["Key"].removeprefix(base)


def download(s3: Any, uri: str, file: Path) -> None:
    """Bring one object."""
    file.parent.mkdir(parents=True, exist_ok=True)
    s3.download_file(*split(uri), str(file))


def upload(s3: Any, file: Path, uri: str) -> None:
    """Send one file."""
    s3.upload_file(str(file), *split(uri))


def upload_files(s3: Any, folder: Path, uri: str) -> None:
    """Send all that is below the folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            upload(s3, path, f"{uri}{path.relative_to(folder).as_posix()}")


def split(uri: str) -> tuple[str, str]:
    """The bucket and the key of an address."""
    address = urlsplit(uri)
    return address.netloc, address.path.lstrip("/")


def folder(uri: str) -> str:
    """The address with a slash at its end."""
    return f"{uri.rstrip('/')}/"
