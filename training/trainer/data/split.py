"""Who is fitted, and which rows are kept from fitting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from taproom.contract import held_out
from trainer.data.reviews import Beers, Reviews, Rows, Texts
from trainer.hyperparameters import Hyperparameters
from trainer.sagemaker.failure import CannotTrain

# So many tell the better of two models; more would be lost to fitting.
_MOST_VALIDATION = 20_000


@dataclass(frozen=True)
class Split:
    """The fitted users' reviews in three groups that share no row.

    `usernames` is [users], the fitted ones, sorted: the rows' `user` counts in it, their `beer` in
    `beers`, which holds every known beer. The models learn from `training`; `validation` stops them;
    nothing but the evaluation sees `held_out`.
    """

    usernames: Texts
    beers: Beers
    training: Rows
    validation: Rows
    held_out: Rows

    @property
    def fitted(self) -> Rows:
        """Training and validation rows: all that statistics may be taken from."""
        return Rows(
            np.concatenate([self.training.user, self.validation.user]),
            np.concatenate([self.training.beer, self.validation.beer]),
            np.concatenate([self.training.score, self.validation.score]),
        )


def split(reviews: Reviews, chosen: Hyperparameters) -> Split:
    """Keep users with `minimum_reviews` to `maximum_reviews` reviews and part their rows.

    Held-out rows follow from a hash of (user, beer): the same in every run. Validation rows are drawn
    from the rest by `seed`.

    Raises
    ------
    CannotTrain
        Where too little is left to fit and to measure two models.
    """
    counts = np.bincount(reviews.rows.user, minlength=len(reviews.usernames))
    kept = (counts >= chosen.minimum_reviews) & (counts <= chosen.maximum_reviews)
    _require_users(kept, counts, chosen)
    rows = _recoded(reviews.rows, kept)
    usernames = reviews.usernames[kept]
    if len(np.unique(rows.beer)) < 2:
        raise CannotTrain(
            f"The {len(rows)} reviews that can be fitted are all of one beer ({reviews.beers.ids[rows.beer[0]]!r}), "
            "but a recommender needs at least two: drop reviews of other beers."
        )
    kept_out = _held_out(rows, usernames, reviews.beers.ids, chosen.held_out_share)
    open_rows = rows.where(~kept_out)
    validation = drawn_for_validation(len(open_rows), chosen)
    parted = Split(
        usernames=usernames,
        beers=reviews.beers,
        training=open_rows.where(~validation),
        validation=open_rows.where(validation),
        held_out=rows.where(kept_out),
    )
    _require_rows(parted)
    return parted


def drawn_for_validation(rows: int, chosen: Hyperparameters) -> npt.NDArray[np.bool_]:
    """Which of `rows` [rows] are validation rows: the chosen share, but no more than 20,000."""
    drawn = np.zeros(rows, np.bool_)
    share = min(max(1, round(rows * chosen.validation_share)), _MOST_VALIDATION)
    drawn[np.random.default_rng(chosen.seed).permutation(rows)[:share]] = True
    return drawn


def _require_users(kept: npt.NDArray[np.bool_], counts: npt.NDArray[np.int64], chosen: Hyperparameters) -> None:
    bounds = f"{chosen.minimum_reviews} to {chosen.maximum_reviews} reviews"
    cure = "drop more reviews, or change the hyper-parameters minimum_reviews and maximum_reviews."
    if not kept.any():
        raise CannotTrain(
            f"None of the {len(counts)} users has {bounds} (they have {counts.min()} to {counts.max()}), "
            f"so nobody can be fitted: {cure}"
        )
    if kept.sum() < 2:
        raise CannotTrain(
            f"Only one of the {len(counts)} users has {bounds}, but a recommender needs at least two: {cure}"
        )


def _require_rows(parted: Split) -> None:
    if len(parted.training) < 2 or len(parted.held_out) < 1:
        raise CannotTrain(
            f"{len(parted.usernames)} users leave {len(parted.training)} reviews to fit and {len(parted.held_out)} "
            "held-out reviews to measure with, but at least 2 and 1 are needed: drop more reviews."
        )


def _recoded(rows: Rows, kept: npt.NDArray[np.bool_]) -> Rows:
    """The kept users' rows, with users counted among the kept."""
    own = rows.where(kept[rows.user])
    place = np.cumsum(kept, dtype=np.int32) - 1
    return Rows(place[own.user].astype(np.int32), own.beer, own.score)


def _held_out(rows: Rows, usernames: Texts, beer_ids: Texts, share: float) -> npt.NDArray[np.bool_]:
    pairs = zip(usernames[rows.user], beer_ids[rows.beer], strict=True)
    return np.fromiter((held_out(user, beer, share) for user, beer in pairs), np.bool_, len(rows))
