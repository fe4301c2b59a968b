"""Retrieval, asked by the ids that beers have in the release that answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from recommend.adapters.histories_table import History
from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.adapters.tensorflow_serving import Retrieved
from recommend.catalogue.catalogue import Catalogue


def retrieve(models: ModelClient, serving: ServingRelease, username: str, history: History) -> Retrieved:
    """The beers nearest to a history by any ids."""
    return _by_own_ids(serving, history, lambda _, asked: models.retrieve(username, [asked])[0])


def recommend(
    models: ModelClient,
    serving: ServingRelease,
    username: str,
    history: History,
    further: Callable[[Catalogue, History], Sequence[str]],
) -> Retrieved:
    """The same, with predicted scores where one endpoint has both models.

    Those of `further` beers, too, of which is asked there alone: by the catalogue that is known, and the history by
    its ids.
    """

    def ask(catalogue: Catalogue | None, asked: History) -> Retrieved:
        return models.recommend(username, asked, lambda: further(catalogue, asked) if catalogue else ())

    return _by_own_ids(serving, history, ask)


def _by_own_ids(
    serving: ServingRelease, history: History, ask: Callable[[Catalogue | None, History], Retrieved]
) -> Retrieved:
    """Which ids are twins the release tells, and which release answers only the answer.

    Where it is not the one that was known, and has other ids for these beers, it is asked again.
    """
    known = serving.known_catalogue()
    asked = known.twins.merged(history) if known else history
    retrieved = ask(known, asked)
    answering = serving.catalogue(retrieved.release)
    merged = answering.twins.merged(history)
    return retrieved if merged == asked else ask(answering, merged)
