"""A taste as the models have it: what they predict of each style, strength and brewery, beside what was given."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from recommend.adapters.histories_table import History
from recommend.adapters.model_client import ModelClient
from recommend.adapters.serving_release import ServingRelease
from recommend.catalogue.catalogue import Catalogue
from recommend.errors import ModelBusy, ModelFailed
from recommend.recommending import messages
from taproom.catalogue_file import Beer

logger = logging.getLogger(__name__)

# The most reviewed styles, and the breweries that most of the user's ratings are of, to predict; others say little.
_STYLES, _BREWERIES = 24, 8
# Beers of each that are predicted. The mean of more of them moves little.
_BEERS = 5
# Percent by volume; a beer is of the first that it does not reach.
STRENGTHS = (4.5, 6.5, 9.0, 100.1)

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Leaning:
    """What a user makes of beers that have something in common, scores being 0 to 5.

    `given` is the mean of the user's `ratings` of such beers, None without any. `predicted` and `loved` are means over
    the best known such beers that the user has not rated: what the model predicts, and what everybody's scores make
    them worth; None without such beers or without the model.
    """

    ratings: int
    given: float | None
    predicted: float | None
    loved: float | None


@dataclass(frozen=True)
class TasteResult:
    """Leanings by style, by strength (its upper bound in percent) and by brewery, the highest prediction first.

    `ratings` are those of beers that the release knows, `mean_score` their mean, None without any; `message` says why
    nothing is predicted.
    """

    username: str | None
    release: str
    ratings: int
    mean_score: float | None
    message: str | None
    styles: Mapping[str, Leaning]
    strengths: Mapping[float, Leaning]
    breweries: Mapping[str, Leaning]


@dataclass(frozen=True)
class Tastes:
    """Asks ranking once, with the catalogue of the release in service."""

    models: ModelClient
    serving: ServingRelease

    def of(self, username: str | None, history: History) -> TasteResult:
        """The taste of somebody with this history, by any ids of its beers."""
        catalogue = self.serving.catalogue()
        history = catalogue.twins.merged(history)
        rated = list(catalogue.beers(history).values())
        sample = _sample(catalogue, rated)
        predicted, message = self._predicted(username or "", history, sample) if rated else ({}, messages.NO_RATINGS)
        scores = [history[beer.beer_id] for beer in rated]

        def leanings(name_of: Callable[[Beer], Name | None], of: Sequence[Beer] = sample) -> dict[Name, Leaning]:
            return _leanings(name_of, rated, of, history, predicted)

        breweries = leanings(lambda beer: beer.brewery)
        rated_breweries = {beer.brewery for beer in rated}
        return TasteResult(
            username=username,
            release=catalogue.release,
            ratings=len(rated),
            mean_score=sum(scores) / len(scores) if scores else None,
            message=message,
            styles=leanings(lambda beer: beer.style),
            strengths=leanings(strength_of),
            breweries={name: leaning for name, leaning in breweries.items() if name in rated_breweries},
        )

    def _predicted(
        self, username: str, history: History, beers: Sequence[Beer]
    ) -> tuple[Mapping[str, float], str | None]:
        try:
            scores = self.models.predict(username, history, beers).scores
        except (ModelBusy, ModelFailed) as error:
            logger.warning("Showed a taste without predictions", exc_info=error)
            return {}, messages.NO_PREDICTIONS
        return {beer.beer_id: score for beer, score in zip(beers, scores, strict=True)}, None


def strength_of(beer: Beer) -> float | None:
    """The upper bound of the beer's class of strength, None for an unknown one."""
    return None if beer.abv is None else next(bound for bound in STRENGTHS if beer.abv < bound)


def _sample(catalogue: Catalogue, rated: Sequence[Beer]) -> list[Beer]:
    """The best known untried beers of the most reviewed styles, and of the styles and breweries of those `rated`."""
    untried = replace(catalogue.beer_filter(), exclude=frozenset(beer.beer_id for beer in rated))
    styles = {style.name for style in catalogue.styles[:_STYLES]} | {beer.style for beer in rated if beer.style}
    breweries = _most_common((beer.brewery for beer in rated), _BREWERIES)
    by_style = catalogue.best_known_of_each("style", _BEERS, replace(untried, styles=styles))
    by_brewery = catalogue.best_known_of_each("brewery", _BEERS, replace(untried, breweries=breweries))
    return list({beer.beer_id: beer for beer in (*by_style, *by_brewery)}.values())


def _most_common(names: Iterable[str], number: int) -> set[str]:
    count: defaultdict[str, int] = defaultdict(int)
    for name in names:
        count[name] += 1
    return set(sorted(count, key=lambda name: -count[name])[:number])


def _leanings(
    name_of: Callable[[Beer], Name | None],
    rated: Sequence[Beer],
    sample: Sequence[Beer],
    history: History,
    predicted: Mapping[str, float],
) -> dict[Name, Leaning]:
    given: defaultdict[Name, list[float]] = defaultdict(list)
    others: defaultdict[Name, list[Beer]] = defaultdict(list)
    for beer in rated:
        if (name := name_of(beer)) is not None:
            given[name].append(history[beer.beer_id])
    for beer in sample:
        if beer.beer_id in predicted and (name := name_of(beer)) is not None:
            others[name].append(beer)
    found = {
        name: Leaning(
            ratings=len(given[name]),
            given=_mean(given[name]),
            predicted=_mean([predicted[beer.beer_id] for beer in others[name]]),
            loved=_mean([beer.loved for beer in others[name]]),
        )
        for name in dict.fromkeys((*others, *given))
    }
    return dict(sorted(found.items(), key=lambda one: -(one[1].predicted or one[1].given or 0)))


def _mean(scores: Sequence[float]) -> float | None:
    return sum(scores) / len(scores) if scores else None
