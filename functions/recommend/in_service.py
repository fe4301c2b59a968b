"""Which release serves, and its catalogue: looked up in the background, so that nobody waits for a switch."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from recommend.catalogue import Catalogue
from recommend.failures import NoCatalogue, NoModelYet
from recommend.s3_catalogues import Catalogues
from recommend.sagemaker_runtime import Servables

logger = logging.getLogger("recommend.in_service")

# Seconds for which what was looked up is taken for true.
FRESH = 15.0


def in_a_thread(work: Callable[[], None]) -> None:
    """Do `work` beside the requests. Lambda stops threads between requests, and lets them go on with the next one."""
    threading.Thread(target=work, name="look", daemon=True).start()


class InService:
    """The release in service, as an answer of retrieval or the endpoints' configs told it last."""

    def __init__(
        self,
        servables: Servables,
        catalogues: Catalogues,
        clock: Callable[[], float] = time.monotonic,
        beside: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._servables = servables
        self._catalogues = catalogues
        self._clock = clock
        self._beside = beside
        self._release: str | None = None
        self._looked_at = float("-inf")
        self._looking = threading.Lock()

    def release(self) -> str:
        """The release in service; after the first time it may be some seconds old.

        Raises
        ------
        NoModelYet
            Where there is none.
        """
        if self._release is None:
            self._look()
        self._refresh()
        if self._release is None:
            raise NoModelYet(self._servables.bucket)
        return self._release

    def release_at_once(self) -> str | None:
        """The release that the endpoints were given, whether or not they answer; looked up now."""
        self._look()
        return self._release

    def catalogue(self, release: str | None = None) -> Catalogue:
        """The catalogue of `release`, which has just answered, or of the one in service."""
        if release is None:
            return self._catalogues.of(self.release())
        self._release = release
        self._refresh()
        return self._catalogues.of(release)

    def close(self) -> None:
        """Let go of the catalogues."""
        self._catalogues.close()

    def _refresh(self) -> None:
        """Look again, beside the request, for a release that is about to serve, and fetch its catalogue."""
        if self._clock() - self._looked_at >= FRESH and self._looking.acquire(blocking=False):
            self._looked_at = self._clock()
            self._beside(self._look_ahead)

    def _look_ahead(self) -> None:
        try:
            self._look()
            for release in self._servables.releases_on_the_way():
                self._catalogues.fetch(release)
        except NoCatalogue as error:
            logger.warning("A release on its way has no catalogue", exc_info=error)
        except Exception:
            logger.warning("Could not look which release serves", exc_info=True)
        finally:
            self._looking.release()

    def _look(self) -> None:
        self._release = self._servables.release_in_service()
        self._looked_at = self._clock()
