"""Who is fitted, and which ratings are kept from fitting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from taproom.contract import held_out
from trainer.data.histories import evenly_taken
from trainer.data.reviews import Beers, Ratings, Reviews, Texts
from trainer.hyperparameters import Hyperparameters
from trainer.sagemaker.failure import CannotTrain

# So many tell the better of two models; more would be lost to fitting.
_MOST_VALIDATION = 20_000
# Users who are measured with: each takes a score of every beer, twice where a release is in service, and so many
# scores are enough for all of 32,768 users and beers.
_MOST_MEASURED, _LEAST_MEASURED = 32_768, 2048
_MOST_SCORES = 1_073_741_824
_RATINGS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Split:
    """The fitted users' ratings in three groups that share none.

    `usernames` is [users], the fitted ones, sorted: the ratings' `user` ids are places in it, their `beer` ids in
    `beers`, which holds every known beer. The models are fitted on `training`; `validation` stops them and chooses
    between weights; nothing but the evaluation sees `held_out`, nor `probes`, of beers that chance had shown. Of more
    users than can be asked about every beer, `held_out` has some: what the others held back is in no group.
    """

    usernames: Texts
    beers: Beers
    training: Ratings
    validation: Ratings
    held_out: Ratings
    probes: Ratings = field(default_factory=Ratings.none)

    @property
    def observed(self) -> Ratings:
        """Training and validation ratings: all that is known of users and beers while held-out ones are asked for."""
        return Ratings.concatenate(self.training, self.validation)


def split(
    reviews: Reviews,
    config: Hyperparameters,
    is_probe: npt.NDArray[np.bool_] | None = None,
    is_held_out: npt.NDArray[np.bool_] | None = None,
) -> Split:
    """Keep users with `minimum_reviews` or more and part their ratings; `is_probe` [ratings] says which are probes.

    Held-out ratings follow from a hash of user and beer: the same in every run; `is_held_out` [ratings] says which
    where that is known. Validation ratings are drawn from the rest by `seed`.

    Raises
    ------
    CannotTrain
        Where too little is left to fit and to measure two models.
    """
    counts = np.bincount(reviews.ratings.user, minlength=len(reviews.usernames))
    kept = counts >= config.minimum_reviews
    _require_users(kept, counts, config)
    ratings = _of_kept_users(reviews.ratings, kept)
    probes = ratings.select(np.zeros(len(ratings), np.bool_))
    if is_held_out is not None:
        is_held_out = is_held_out[kept[reviews.ratings.user]]
    if is_probe is not None:
        of_probes = is_probe[kept[reviews.ratings.user]]
        is_held_out = None if is_held_out is None else is_held_out[~of_probes]
        probes, ratings = ratings.select(of_probes), ratings.select(~of_probes)
    usernames = reviews.usernames[kept]
    if len(np.unique(ratings.beer)) < 2:
        raise CannotTrain(
            f"The {len(ratings)} reviews that can be fitted are all of one beer "
            f"({reviews.beers.ids[ratings.beer[0]]!r}), "
            "but a recommender needs at least two: drop reviews of other beers."
        )
    if is_held_out is None:
        is_held_out = hold_out(ratings, usernames, reviews.beers.ids, config.held_out_share)
    observed = ratings.select(~is_held_out)
    is_validation = draw_validation(len(observed), config)
    parts = Split(
        usernames=usernames,
        beers=reviews.beers,
        training=observed.select(~is_validation),
        validation=observed.select(is_validation),
        held_out=_of_some_users(ratings.select(is_held_out), len(reviews.beers)),
        probes=probes,
    )
    _require_ratings(parts)
    return parts


def draw_validation(ratings: int, config: Hyperparameters) -> npt.NDArray[np.bool_]:
    """Which of `ratings` are validation ratings [ratings]: the chosen share, but no more than 20,000."""
    drawn = np.zeros(ratings, np.bool_)
    share = min(max(1, round(ratings * config.validation_share)), _MOST_VALIDATION)
    # 32 bits a rating instead of 64; the order is the same.
    drawn[np.random.default_rng(config.seed).permutation(np.arange(ratings, dtype=np.int32))[:share]] = True
    return drawn


def _require_users(kept: npt.NDArray[np.bool_], counts: npt.NDArray[np.int64], config: Hyperparameters) -> None:
    bounds = f"at least {config.minimum_reviews} reviews"
    cure = "drop more reviews, or lower the hyper-parameter minimum_reviews."
    if not kept.any():
        raise CannotTrain(
            f"None of the {len(counts)} users has {bounds} (they have {counts.min()} to {counts.max()}), "
            f"so nobody can be fitted: {cure}"
        )
    if kept.sum() < 2:
        raise CannotTrain(
            f"Only one of the {len(counts)} users has {bounds}, but a recommender needs at least two: {cure}"
        )


def _require_ratings(parts: Split) -> None:
    if len(parts.training) < 2 or len(parts.held_out) < 1:
        raise CannotTrain(
            f"{len(parts.usernames)} users leave {len(parts.training)} reviews to fit and {len(parts.held_out)} "
            "held-out reviews to measure with, but at least 2 and 1 are needed: drop more reviews."
        )


def _of_kept_users(ratings: Ratings, kept: npt.NDArray[np.bool_]) -> Ratings:
    """The kept users' ratings, with users counted among the kept."""
    own = ratings.select(kept[ratings.user])
    place = np.cumsum(kept, dtype=np.int32) - 1
    return replace(own, user=place[own.user].astype(np.int32))


def hold_out(ratings: Ratings, usernames: Texts, beer_ids: Texts, share: float) -> npt.NDArray[np.bool_]:
    """Which of `ratings` are held out [ratings]."""
    found = np.empty(len(ratings), np.bool_)
    for start in range(0, len(ratings), _RATINGS_AT_ONCE):
        some = slice(start, start + _RATINGS_AT_ONCE)
        names, ids = usernames[ratings.user[some]], beer_ids[ratings.beer[some]]
        found[some] = [held_out(user, beer, share) for user, beer in zip(names, ids, strict=True)]
    return found


def _of_some_users(ratings: Ratings, beers: int) -> Ratings:
    """Those of as many users, evenly taken, as can be asked about so many `beers`."""
    most = max(_LEAST_MEASURED, min(_MOST_MEASURED, _MOST_SCORES // beers))
    users = np.unique(ratings.user)
    return ratings if len(users) <= most else ratings.select(np.isin(ratings.user, evenly_taken(users, most)))
