"""Where a release is good and where it is not: groups of held-out ratings, of listed beers, and of predicted scores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from taproom.metrics import NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE
from trainer.data.reviews import Ids, Ratings
from trainer.data.split import Split
from trainer.evaluation import metrics

# A newcomer is asked about with so many ratings of their history.
NEW_USER_RATINGS = 5
RARE_BEER_RATINGS = 4
_HEAVY_SHARE = 0.1
_STYLES = 10
_DECILES = 10
_FIRST, _COVERED = 10, 100

Slice = dict[str, Any]


def groups(split: Split, ranks: metrics.Ranks, predicted: npt.ArrayLike) -> list[Slice]:
    """How good lists and scores are for some of the held-out ratings.

    `ranks` and `predicted` [ratings] are those of the held-out ratings. Groups without a rating are left out.
    """
    held_out, errors = split.held_out, np.asarray(predicted, np.float64)
    found = []
    for name, chosen in _groups(split):
        if chosen.any():
            found.append(group(name, held_out.select(chosen), ranks[chosen], errors[chosen]))
    return found


def group(name: str, ratings: Ratings, ranks: metrics.Ranks, predicted: npt.ArrayLike) -> Slice:
    """The metrics of held-out `ratings`: recall and NDCG over their users, RMSE over them."""
    return {
        "name": name,
        "users": len(np.unique(ratings.user)),
        "reviews": len(ratings),
        RECALL_AT_10.name: metrics.recall_at(10, ranks, ratings.user),
        RECALL_AT_100.name: metrics.recall_at(100, ranks, ratings.user),
        NDCG_AT_10.name: metrics.ndcg_at(10, ranks, ratings.user),
        RMSE.name: metrics.rmse(predicted, ratings.score),
    }


def _groups(split: Split) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Names, and which of the held-out ratings [ratings] belong to each."""
    held_out, observed = split.held_out, split.observed
    known = np.bincount(observed.user, minlength=len(split.usernames))
    heavy = max(1, round(len(known) * _HEAVY_SHARE))
    bound = np.sort(known)[-heavy]
    yield f"users with {bound} reviews or more, the most active {_HEAVY_SHARE:.0%}", known[held_out.user] >= bound
    counts = np.bincount(observed.beer, minlength=len(split.beers))[held_out.beer]
    yield "beers without a review", counts == 0
    yield f"beers with 1 to {RARE_BEER_RATINGS} reviews", (counts > 0) & (counts <= RARE_BEER_RATINGS)
    styles, style = np.unique(split.beers.styles.astype(str), return_inverse=True)
    largest = np.argsort(-np.bincount(style[observed.beer], minlength=len(styles)), kind="stable")
    for place in [place for place in largest if styles[place]][:_STYLES]:
        yield f"style {styles[place]}", style[held_out.beer] == place


def popularity_deciles(split: Split, lists: Ids) -> list[Slice]:
    """Ten groups of equally many beers, the most reviewed first: how much of lists [users, k] each one takes.

    `coverage` is the share of the group's beers that are in anybody's first 100, `share_of_lists` the group's share of
    all places among the first 10, `share_of_held_out` its share of the held-out ratings: what lists would have if they
    favoured nothing.
    """
    beers = len(split.beers)
    order = np.argsort(-np.bincount(split.observed.beer, minlength=beers), kind="stable")
    decile = np.empty(beers, np.int64)
    decile[order] = np.arange(beers) * _DECILES // beers
    listed = lists[:, :_COVERED]
    first = lists[:, :_FIRST]
    covered = np.bincount(decile[np.unique(listed[listed >= 0])], minlength=_DECILES)
    places = np.bincount(decile[first[first >= 0]], minlength=_DECILES)
    asked = np.bincount(decile[split.held_out.beer], minlength=_DECILES)
    size = np.bincount(decile, minlength=_DECILES)
    return [
        {
            "decile": place + 1,
            "beers": int(size[place]),
            "coverage": float(covered[place] / size[place]),
            "share_of_lists": float(places[place] / max(places.sum(), 1)),
            "share_of_held_out": float(asked[place] / asked.sum()),
        }
        for place in range(_DECILES)
        if size[place]
    ]


def calibration(predicted: npt.ArrayLike, given: npt.ArrayLike) -> list[Slice]:
    """Ten groups of equally many ratings by predicted score, the lowest first: mean predicted and mean given score."""
    predicted, given = np.asarray(predicted, np.float64), np.asarray(given, np.float64)
    order = np.argsort(predicted, kind="stable")
    return [
        {"reviews": len(some), "predicted": float(predicted[some].mean()), "given": float(given[some].mean())}
        for some in np.array_split(order, _DECILES)
        if len(some)
    ]
