"""The catalogues of the releases: downloaded from the bucket once, kept on this container's disk."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from recommend.catalogue import Catalogue
from recommend.failures import NoCatalogue
from taproom import contract

# During a rollout answers come from the release before and from the new one by turns.
_KEPT = 2


class Catalogues:
    """Catalogues from `bucket`, through `s3`, a boto3 client, by way of `folder`."""

    def __init__(self, s3: Any, bucket: str, folder: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = folder
        self._opened: dict[str, Catalogue] = {}

    def of(self, release: str) -> Catalogue:
        """The catalogue of `release`.

        Raises
        ------
        NoCatalogue
            When the bucket does not have it.
        """
        catalogue = self._opened.pop(release, None) or Catalogue(self._downloaded(release))
        # The last is the latest used.
        self._opened[release] = catalogue
        while len(self._opened) > _KEPT:
            oldest = next(iter(self._opened))
            self._opened.pop(oldest).close()
            self._file(oldest).unlink()
        return catalogue

    def _downloaded(self, release: str) -> Path:
        file = self._file(release)
        if file.exists():
            return file
        self._folder.mkdir(parents=True, exist_ok=True)
        key = f"{contract.RELEASES}{release}/{contract.CATALOGUE}"
        # Renamed when it is whole: a container that is stopped in between must not keep half of it.
        with tempfile.TemporaryDirectory(dir=self._folder) as unfinished:
            download = Path(unfinished) / contract.CATALOGUE
            try:
                self._s3.download_file(self._bucket, key, str(download))
            except ClientError as error:
                if error.response["Error"]["Code"] == "404":
                    raise NoCatalogue(f"s3://{self._bucket}/{key}") from error
                raise
            download.rename(file)
        return file

    def _file(self, release: str) -> Path:
        return self._folder / f"{release}.sqlite"
