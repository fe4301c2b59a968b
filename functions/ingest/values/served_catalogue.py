"""The beers of the release in service, as ingest asks for them: what an id is called."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Callable
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.values.drift import Usual
from taproom import contract
from taproom.sagemaker_endpoints import release_in_service

# For how long a release that was looked up is taken for the one in service.
_MAX_AGE_SECONDS = 60.0
_CHUNK_BYTES = 1 << 20


class ReleasedBeers:
    """The catalogue of a release at `file`; SQLite keeps it on the disk."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, check_same_thread=False)
        # Python 3.13 warns of a connection that is let go without being closed.
        weakref.finalize(self, self._database.close)
        # Releases that were trained before twins were found have none.
        self._database.execute("CREATE TABLE IF NOT EXISTS aliases(alias TEXT PRIMARY KEY, beer_id TEXT)")

    def named(self, beer_id: str) -> tuple[str, str] | None:
        """Name and brewery of a beer, by its own id or a twin's; None where it is unknown."""
        found: tuple[str, str] | None = self._database.execute(
            "SELECT name, brewery FROM beers "
            "WHERE beer_id = coalesce((SELECT beer_id FROM aliases WHERE alias = :id), :id)",
            {"id": beer_id},
        ).fetchone()
        return found

    def unknown(self, beer_ids: list[str]) -> set[str]:
        """Those of `beer_ids` that are of no beer here, by its own id or a twin's."""
        rows = self._database.execute(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT beer_id FROM beers) "
            "AND value NOT IN (SELECT alias FROM aliases)",
            (json.dumps(beer_ids),),
        )
        return {beer_id for (beer_id,) in rows}

    @cached_property
    def usual(self) -> Usual:
        """What the release was fitted on, by reviews."""
        styles = dict(
            self._database.execute("SELECT style, sum(reviews) FROM beers GROUP BY style HAVING sum(reviews)")
        )
        reviews = sum(styles.values()) or 1
        (without_abv,) = self._database.execute("SELECT total(reviews) FROM beers WHERE abv IS NULL").fetchone()
        recorded = self._database.execute("SELECT value FROM about WHERE key = 'score_shares'").fetchone()
        without_style = styles.pop(None, 0)
        return Usual(
            scores=None if recorded is None else json.loads(recorded[0]),
            styles={style: count / (reviews - without_style) for style, count in styles.items()},
            without_style=without_style / reviews,
            without_abv=without_abv / reviews,
        )

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class ServedCatalogue:
    """The catalogue of whatever release is in service, downloaded once a release.

    `prefix` is that of the stack's names; `s3` and `sagemaker` are boto3 clients.
    """

    def __init__(
        self, s3: Any, sagemaker: Any, bucket: str, prefix: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._s3 = s3
        self._sagemaker = sagemaker
        self._bucket = bucket
        self._prefix = prefix
        self._clock = clock
        self._looked_up_at = float("-inf")
        self._release: str | None = None
        self._beers: ReleasedBeers | None = None

    def current(self) -> ReleasedBeers | None:
        """The beers of the release in service, as it was within the last minute; None before the first one."""
        if self._clock() - self._looked_up_at >= _MAX_AGE_SECONDS:
            release = release_in_service(self._sagemaker, self._prefix)
            if release != self._release:
                before, self._beers = self._beers, None if release is None else self._load(release)
                self._release = release
                if before is not None:
                    before.close()
            self._looked_up_at = self._clock()
        return self._beers

    def _load(self, release: str) -> ReleasedBeers:
        found = self._s3.get_object(Bucket=self._bucket, Key=f"{contract.RELEASES}{release}/{contract.CATALOGUE}")
        # The open file lives on without its name, and goes when it is closed.
        with tempfile.TemporaryDirectory(prefix="catalogue-") as folder, closing(found["Body"]) as body:
            file = Path(folder) / contract.CATALOGUE
            with file.open("wb") as whole:
                for chunk in body.iter_chunks(_CHUNK_BYTES):
                    whole.write(chunk)
            return ReleasedBeers(file)
