"""The catalogues of the releases: downloaded from the bucket once, kept on this container's disk."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from recommend.catalogue import Catalogue
from recommend.failures import NoCatalogue
from taproom import contract

# During a rollout answers come from the release before and from the new one by turns.
_KEPT = 2
_PIECE = 1 << 20


class Catalogues:
    """Catalogues from `bucket`, through `s3`, a boto3 client, by way of `folder`.

    They are opened by the thread that answers; any thread may fetch one ahead.
    """

    def __init__(self, s3: Any, bucket: str, folder: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = folder
        self._opened: dict[str, Catalogue] = {}
        self._ahead: set[str] = set()
        self._downloading = threading.Lock()

    def of(self, release: str) -> Catalogue:
        """The catalogue of `release`.

        Raises
        ------
        NoCatalogue
            When the bucket does not have it.
        """
        opened = self._opened.pop(release, None)
        catalogue = opened or Catalogue(self._downloaded(release))
        # The last is the latest used.
        self._opened[release] = catalogue
        if opened is None:
            self._ahead.discard(release)
            self._tidy()
        return catalogue

    def fetch(self, release: str) -> None:
        """Have the catalogue of `release` on the disk before it is asked for; NoCatalogue as in `of`."""
        if release not in self._opened:
            self._ahead = {release}
            self._downloaded(release)

    def close(self) -> None:
        """Let go of the files, which stay on the disk."""
        while self._opened:
            self._opened.popitem()[1].close()

    def _tidy(self) -> None:
        while len(self._opened) > _KEPT:
            self._opened.pop(next(iter(self._opened))).close()
        with self._downloading:
            for file in self._folder.glob("*.sqlite"):
                if file.stem not in self._opened.keys() | self._ahead:
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
                    raise NoCatalogue(f"s3://{self._bucket}/{key}") from error
                raise
            with download.open("wb") as whole:
                for piece in found["Body"].iter_chunks(_PIECE):
                    whole.write(piece)
            download.rename(file)
