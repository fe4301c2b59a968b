"""Where a name stands in the bucket: by the bytes of an object, whatever it is."""

from __future__ import annotations

import gzip
import re
import tempfile
import unicodedata
import zlib
from typing import IO, Any, cast

import pyarrow.parquet as pq

from taproom import contract
from taproom.drops import folder_owner

_CHUNK = 1 << 20
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_WIDE = ("utf-16-le", "utf-16-be")
# What became of drops, the drops, and what was served: nothing else below the bucket's root names anybody.
_PREFIXES = (contract.INCOMING, contract.REVIEWS, contract.REJECTED, contract.RECEIPTS, contract.SERVED)


class Traces:
    """Finds a username in the stack's bucket `name` through `s3`, a boto3 client."""

    def __init__(self, s3: Any, name: str, username: str) -> None:
        self._s3 = s3
        self._name = name
        self._username = username
        self._pattern = _pattern(username)

    def holds(self, key: str, version: str | None) -> bool:
        """Whether the object has the name in it as a word, packed or not; a part, whether it has the user's rows."""
        of_version = {"VersionId": version} if version else {}
        with tempfile.TemporaryFile() as file:
            found = self._s3.get_object(Bucket=self._name, Key=key, **of_version)
            for chunk in found["Body"].iter_chunks(_CHUNK):
                file.write(chunk)
            file.seek(0)
            if key.endswith(".parquet"):
                return self._username in pq.read_table(file, columns=["username"])["username"].unique().to_pylist()
            return self._found(file)

    def is_named_by(self, name: str) -> bool:
        """Whether something called `name` below `incoming/` (or what became of it) is in the user's own folder."""
        return folder_owner(name) == self._username

    def purge(self) -> None:
        """Delete for good what is no current version any more and holds the name, and all that the name is a key of."""
        for prefix in _PREFIXES:
            pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._name, Prefix=prefix)
            for page in pages:
                for version in page.get("Versions", []):
                    key, of_version = version["Key"], version["VersionId"]
                    named = self.is_named_by(key.removeprefix(prefix))
                    if named or (not version["IsLatest"] and self.holds(key, of_version)):
                        self._s3.delete_object(Bucket=self._name, Key=key, VersionId=of_version)
                for marker in page.get("DeleteMarkers", []):
                    if self.is_named_by(marker["Key"].removeprefix(prefix)):
                        self._s3.delete_object(Bucket=self._name, Key=marker["Key"], VersionId=marker["VersionId"])

    def _found(self, file: IO[bytes]) -> bool:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file
        rest = b""
        try:
            while chunk := stream.read(_CHUNK):
                rest += chunk
                if self._pattern.search(rest):
                    return True
                # A name may go over the end of a chunk; none is longer.
                rest = rest[-2048:]
        except (EOFError, gzip.BadGzipFile, zlib.error):
            # Damaged, so nothing of the rest can be read.
            return False
        return False


def _pattern(username: str) -> re.Pattern[bytes]:
    """How a file may write the name, as a word."""
    forms = {unicodedata.normalize(form, username) for form in ("NFC", "NFD")} | {username}
    forms |= {form.replace('"', '""') for form in forms}
    words = {re.escape(form.encode(encoding, "ignore")) for form in forms for encoding in _ENCODINGS} - {b""}
    wide = {re.escape(form.encode(encoding)) for form in forms for encoding in _WIDE}
    return re.compile(rb"(?<![0-9A-Za-z_])(?:%b)(?![0-9A-Za-z_])|%b" % (b"|".join(words), b"|".join(wide)))
