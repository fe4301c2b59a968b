"""Real requests of the last days, answered again by a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from trainer.data.reviews import Beers, Ids
from trainer.data.served_log import Requests
from trainer.data.split import Split
from trainer.evaluation import off_policy
from trainer.evaluation.off_policy import Shown
from trainer.release import blending
from trainer.release.models import ReleaseModels

# Who has rated fewer beers, and what has fewer fitted reviews, is looked at apart.
FEW_RATINGS, RARE = 10, 6
STYLES = 10
SHOWN_DIFFERENCES = 20


@dataclass(frozen=True)
class Replayed:
    """The lists of one release, a beer id each, for all requests; shorter where fewer beers of retrieval's pass."""

    lists: Sequence[Ids]


@dataclass(frozen=True)
class Difference:
    """One request, of somebody with so many `ratings`: the names of the beers in service and the candidate's."""

    ratings: int
    serving: Sequence[str]
    candidate: Sequence[str]


@dataclass(frozen=True)
class Replay:
    """What the requests say of the candidate: nothing where there are none, or no other release to compare it with."""

    comparison: Mapping[str, Any] | None = None
    differences: Sequence[Difference] = ()
    off_policy: Mapping[str, Any] | None = None

    @classmethod
    def of(
        cls,
        models: ReleaseModels,
        ranking_weight: float,
        requests: Requests | None,
        serving: Replayed | None,
        split: Split,
    ) -> Self:
        """Ask the candidate the `requests`, and compare its answers with those of the release in service."""
        if requests is None:
            return cls()
        beers = split.beers
        candidate = answer(models, ranking_weight, requests, beers)
        evidence = estimates(candidate, serving, requests)
        if serving is None:
            return cls(off_policy=evidence)
        reviews = np.bincount(split.observed.beer, minlength=len(beers))
        return cls(
            comparison=compare(candidate, serving, requests, beers, reviews),
            differences=differences(candidate, serving, requests, beers),
            off_policy=evidence,
        )


def answer(models: ReleaseModels, ranking_weight: float, requests: Requests, beers: Beers) -> Replayed:
    """The lists that the release would serve, without exploration, and without widening where filters leave too few."""
    scored = blending.score_histories(models, requests.histories, requests.usernames, beers)
    start, tried = requests.histories.start, requests.histories.beer
    lists = []
    for number, order in enumerate(scored.blended(ranking_weight)):
        allowed = requests.allowed[number]
        passes = (order >= 0) & ~np.isin(order, tried[start[number] : start[number + 1]])
        passes &= True if allowed is None else allowed[order]
        lists.append(order[passes][: requests.wanted[number]])
    return Replayed(lists)


def compare(
    candidate: Replayed, serving: Replayed, requests: Requests, beers: Beers, reviews: npt.NDArray[np.integer]
) -> dict[str, Any]:
    """How far the candidate's lists are from those of the release in service; `reviews` [beers] are fitted ones."""
    pairs = list(zip(serving.lists, candidate.lists, strict=True))
    overlap = _overlap(pairs)
    moved = [abs(place - list(new).index(beer)) for old, new in pairs for place, beer in enumerate(old) if beer in new]
    is_new = np.diff(requests.histories.start) < FEW_RATINGS
    return {
        "requests": len(requests),
        "overlap": float(overlap.mean()),
        "moved": float(np.mean(moved)) if moved else None,
        "newly_empty": float(np.mean([len(old) > 0 and len(new) == 0 for old, new in pairs])),
        "coverage": _both(lambda lists: len(np.unique(lists)) / len(beers), candidate, serving),
        "rare": _both(lambda lists: float((reviews[lists] < RARE).mean()), candidate, serving),
        "few_ratings": {
            "requests": int(is_new.sum()),
            "overlap": float(overlap[is_new].mean()) if is_new.any() else None,
        },
        "styles": _styles(candidate, serving, beers),
    }


def estimates(candidate: Replayed, serving: Replayed | None, requests: Requests) -> dict[str, Any] | None:
    """Taken beers per answer: as logged, and as estimated of both releases (trainer/evaluation/off_policy.py).

    Of explored answers alone, None without any: in others nothing but the policy's own beers could have been shown.
    """
    explored = [int(each) for each in np.flatnonzero(requests.is_explored)]
    if not len(explored):
        return None
    _, user = np.unique(requests.usernames[explored].astype(str), return_inverse=True)
    is_counted = requests.is_explored[requests.request]
    request, beer = requests.request[is_counted], requests.beer[is_counted]
    taken = requests.taken[is_counted]

    def shown(is_listed: npt.NDArray[np.bool_]) -> Shown:
        answers = np.searchsorted(explored, request).astype(np.int32)
        return Shown(user.astype(np.int32), answers, requests.shown[is_counted], taken, is_listed)

    def of(replayed: Replayed) -> dict[str, Any]:
        listed = np.array([len(replayed.lists[each]) for each in explored], np.float64)
        places = zip(request, beer, strict=True)
        seen = shown(np.array([one in replayed.lists[each] for each, one in places], np.bool_))
        return {
            "ips": asdict(off_policy.inverse_propensity(seen)),
            "snips": asdict(off_policy.self_normalised(seen, listed)),
            "dr": asdict(off_policy.doubly_robust(seen, listed, float(taken.mean()))),
        }

    return {
        "answers": len(explored),
        "logged": asdict(off_policy.logged(shown(np.ones(len(beer), np.bool_)))),
        "candidate": of(candidate),
        "serving": of(serving) if serving else None,
    }


def differences(candidate: Replayed, serving: Replayed, requests: Requests, beers: Beers) -> list[Difference]:
    """The twenty requests whose lists have least in common, most beers first."""
    pairs = list(zip(serving.lists, candidate.lists, strict=True))
    places = np.argsort(_overlap(pairs), kind="stable")[:SHOWN_DIFFERENCES]
    ratings = np.diff(requests.histories.start)
    return [
        Difference(int(ratings[place]), *([_name(beers, int(beer)) for beer in each] for each in pairs[place]))
        for place in places
    ]


def _overlap(pairs: Sequence[tuple[Ids, Ids]]) -> npt.NDArray[np.float64]:
    """The share [pairs] of the longer list's beers that both lists have; 0 where both are empty."""
    return np.array([len(np.intersect1d(old, new)) / max(len(old), len(new), 1) for old, new in pairs], np.float64)


def _name(beers: Beers, beer: int) -> str:
    return f"{beers.names[beer]} ({beers.breweries[beer]})"


def _both(figure: Callable[[Ids], float], candidate: Replayed, serving: Replayed) -> dict[str, float | None]:
    joined = {name: np.concatenate(each.lists) for name, each in (("candidate", candidate), ("serving", serving))}
    return {name: figure(lists) if len(lists) else None for name, lists in joined.items()}


def _styles(candidate: Replayed, serving: Replayed, beers: Beers) -> dict[str, dict[str, float]]:
    """The shares of places of the STYLES that the release in service shows most."""
    counts = [Counter(beers.styles[np.concatenate(each.lists)]) for each in (candidate, serving)]
    new, old = ({style: count / max(sum(each.values()), 1) for style, count in each.items()} for each in counts)
    shown = sorted((style for style in old if style), key=lambda style: (-old[style], style))[:STYLES]
    return {style: {"candidate": new.get(style, 0.0), "serving": old[style]} for style in shown}
