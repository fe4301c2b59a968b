"""The catalogues of the releases: downloaded from the bucket once, kept on this container's disk."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from recommend.catalogue.catalogue import Catalogue
from recommend.errors import MissingCatalogue
from taproom import contract

# During a rollout answers come from the release before and from the new one by turns.
_MAX_OPEN = 2
_CHUNK_BYTES = 1 << 20


class CatalogueCache:
    """Catalogues from `bucket`, through `s3`, a boto3 client, by way of `folder`.

    They are opened by the thread that answers; any thread may fetch one ahead.
    """

    def __init__(self, s3: Any, bucket: str, folder: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = folder
        self._open: dict[str, Catalogue] = {}
        self._prefetched: set[str] = set()
        self._downloading = threading.Lock()

    def get(self, release: str) -> Catalogue:
        """The catalogue of `release`.

        Raises
        ------
        MissingCatalogue
            When the bucket does not have it.
        """
        cached = self._open.pop(release, None)
        catalogue = cached or Catalogue(self._downloaded(release))
        # The last is the latest used.
        self._open[release] = catalogue
        if cached is None:
            self._prefetched.discard(release)
            self._evict()
        return catalogue

    def prefetch(self, release: str) -> None:
        """Have the catalogue of `release` on the disk before it is asked for; MissingCatalogue as in `get`."""
        if release not in self._open:
            self._prefetched = {release}
            self._downloaded(release)

    def close(self) -> None:
        """Let go of the files, which stay on the disk."""
        while self._open:
            self._open.popitem()[1].close()

    def _evict(self) -> None:
        while len(self._open) > _MAX_OPEN:
            self._open.pop(next(iter(self._open))).close()
        with self._downloading:
            for file in self._folder.glob("*.sqlite"):
                if file.stem not in self._open.keys() | self._prefetched:
                    file.unlink()

    def _downloaded(self, release: str) -> Path:
        with self._downloading:
            file = self._folder / f"{release}.sqlite"
            if not file.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                self._download(f"{contract.RELEASES}{release}/{contract.CATALOGUE}", file)
            return file

    def _download(self, key: str, file: Path) -> None:
        # Renamed when it is whole: a container that is stopped in between must not keep half of it.
        with tempfile.TemporaryDirectory(dir=self._folder) as unfinished:
            download = Path(unfinished) / contract.CATALOGUE
            try:
                found = self._s3.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                    raise MissingCatalogue(f"s3://{self._bucket}/{key}") from error
                raise
            with download.open("wb") as whole:
                for chunk in found["Body"].iter_chunks(_CHUNK_BYTES):
                    whole.write(chunk)
            download.rename(file)
