"""Retrieval, asked by the ids that beers have in the release that answers."""

from __future__ import annotations

from recommend.adapters.histories_table import History
from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.adapters.tensorflow_serving import Retrieved


def retrieve(models: ModelClient, serving: ServingRelease, username: str, history: History) -> Retrieved:
    """The beers nearest to a history by any ids.

    Which ids are twins the release tells, and which release answers only the answer: where it is not the one that was
    known, and has other ids for these beers, it is asked again.
    """
    known = serving.known_catalogue()
    asked = known.twins.merged(history) if known else history
    (retrieved,) = models.retrieve(username, [asked])
    merged = serving.catalogue(retrieved.release).twins.merged(history)
    if merged != asked:
        (retrieved,) = models.retrieve(username, [merged])
    return retrieved
