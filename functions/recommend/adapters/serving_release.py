"""Which release serves, and its catalogue: looked up in the background, so that nobody waits for a switch."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from recommend.adapters.catalogue_cache import CatalogueCache
from recommend.adapters.current_listings import CurrentListings
from recommend.adapters.model_endpoints import ModelEndpoints
from recommend.catalogue.catalogue import Catalogue
from recommend.errors import MissingCatalogue

logger = logging.getLogger(__name__)

# For how long what was looked up is taken for true.
MAX_AGE_SECONDS = 15.0


def in_a_thread(work: Callable[[], None]) -> None:
    """Do `work` in the background. Lambda stops threads between requests, and lets them go on with the next one."""
    threading.Thread(target=work, name="serving-release", daemon=True).start()


class ServingRelease:
    """The release in service, as a response of retrieval or the endpoints' configs named it last.

    `clock` is that of the wall: a monotonic one may stand still while Lambda keeps the container asleep.
    """

    def __init__(
        self,
        endpoints: ModelEndpoints,
        catalogues: CatalogueCache,
        listings: CurrentListings,
        run_in_background: Callable[[Callable[[], None]], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._endpoints = endpoints
        self._catalogues = catalogues
        self._listings = listings
        self._run_in_background = run_in_background
        self._clock = clock
        self._release: str | None = None
        # When the last look-up in the background began, and when the last one of either kind did.
        self._refreshed_at = float("-inf")
        self._looked_up_at = float("-inf")
        self._looking_up = threading.Lock()

    def release(self) -> str:
        """The release in service; after the first time it may be some seconds old.

        Raises
        ------
        NoModelYet
            Where there is none.
        """
        if self._release is None:
            self.look_up()
        self._refresh()
        if self._release is None:
            raise self._endpoints.no_model_yet()
        return self._release

    def look_up(self) -> str | None:
        """The release that the endpoints were given, whether or not they answer; looked up now."""
        self._looked_up_at = self._clock()
        self._release = self._endpoints.release_in_service()
        self._refreshed_at = self._clock()
        return self._release

    def catalogue(self, release: str | None = None) -> Catalogue:
        """The catalogue of `release`, which has just answered, or of the one in service, as beers are listed now."""
        if release is None:
            release = self.release()
        else:
            self._release = release
            self._refresh()
        catalogue = self._catalogues.get(release)
        catalogue.listings = self._listings.get()
        return catalogue

    def known_catalogue(self) -> Catalogue | None:
        """The catalogue of the release that was named last, None before any was: nothing is looked up."""
        return None if self._release is None else self._catalogues.get(self._release)

    def fetch(self) -> None:
        """Have a catalogue on the disk where none was asked for yet; raises as `look_up` and `CatalogueCache.get`."""
        if self._release is None and (release := self.look_up()) is not None:
            self._catalogues.prefetch(release)

    def catalogue_for(self, beer_id: str) -> Catalogue:
        """The catalogue of the release in service, looked up now where the one that was last known lacks the beer.

        What is looked up counts for MAX_AGE_SECONDS: unknown ids cost no more than one look-up in that time.
        """
        known_since = self._looked_up_at
        catalogue = self.catalogue()
        if catalogue.beers([beer_id]) or self._is_fresh(known_since):
            return catalogue
        try:
            self.look_up()
        except (BotoCoreError, ClientError):
            logger.warning("Could not look up which release serves", exc_info=True)
        return self.catalogue()

    def close(self) -> None:
        """Let go of the catalogues."""
        self._catalogues.close()

    def _refresh(self) -> None:
        """Look up again, in the background, which release is about to serve, and fetch its catalogue."""
        if not self._is_fresh(self._refreshed_at) and self._looking_up.acquire(blocking=False):
            self._refreshed_at = self._clock()
            self._run_in_background(self._look_ahead)

    def _is_fresh(self, since: float) -> bool:
        return 0 <= self._clock() - since < MAX_AGE_SECONDS

    def _look_ahead(self) -> None:
        try:
            self.look_up()
            for release in self._endpoints.current_and_next_releases():
                self._catalogues.prefetch(release)
        except MissingCatalogue as error:
            logger.warning("A release that is about to serve has no catalogue", exc_info=error)
        except Exception:
            logger.warning("Could not look up which release serves", exc_info=True)
        finally:
            self._looking_up.release()
