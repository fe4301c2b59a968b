"""What earlier reviews say of a user, a beer and their meeting: numbers for a model of trees.

The statistics of a training row come from folds that it is not in: with itself in them they would give
its score away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.data.ratings import Ids, Numbers, Places, Ratings
from benchmarks.peers import bias
from benchmarks.peers.model import Settings
from trainer.data.attributes import ItemAttributes

FOLDS = 5
_BIAS: Settings = {"beer_shrinkage": 3.0, "user_shrinkage": 10.0, "rounds": 3}
# Reviews' worth of shrinkage of the mean residual of a user's style or brewery, and of a user's taste for strength.
_MEETING_DOUBT = 4.0
_STRENGTH_DOUBT = 20.0
_GROUP_DOUBT = 10.0

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    """Means, residuals and counts of some rows."""

    of: Ratings
    attributes: ItemAttributes

    def features(self, rows: Ratings) -> Numbers:
        """[rows, features]; where nothing is known a mean is the general one and a count 0."""
        of, attributes = self.of, self.attributes
        model = bias.fit(of, attributes, _BIAS, 0, None)
        scores = of.score.astype(np.float64)
        residuals = scores - model.predicted(of)
        deviations = scores - model.mean
        style, own_style = attributes.style[rows.beer], attributes.style[of.beer]
        brewery, own_brewery = attributes.brewery[rows.beer], attributes.brewery[of.beer]
        styles, breweries = int(attributes.style.max()) + 1, int(attributes.brewery.max()) + 1
        columns: list[npt.NDArray[np.floating] | Places] = [
            model.predicted(rows),
            model.user[rows.user],
            model.beer[rows.beer],
            bias.shrunk(own_style, deviations, styles, _GROUP_DOUBT)[style],
            bias.shrunk(own_brewery, deviations, breweries, _GROUP_DOUBT)[brewery],
            _spread(of.user, deviations, of.users)[rows.user],
            _spread(of.beer, residuals, of.beers)[rows.beer],
            np.bincount(of.user, minlength=of.users)[rows.user],
            of.beer_counts[rows.beer],
            attributes.strength[rows.beer],
            self._taste_for_strength(residuals)[rows.user] * attributes.strength[rows.beer],
        ]
        for group, own_group, groups in ((style, own_style, styles), (brewery, own_brewery, breweries)):
            columns += _meeting(rows.user, group, of.user, own_group, groups, residuals)
        return np.column_stack(columns).astype(np.float32)

    def _taste_for_strength(self, residuals: Reals) -> Reals:
        """How much more each user [users] gives a beer that is stronger by one standard deviation."""
        strength = self.attributes.strength[self.of.beer].astype(np.float64)
        along = np.bincount(self.of.user, weights=strength * residuals, minlength=self.of.users)
        squares = np.bincount(self.of.user, weights=strength**2, minlength=self.of.users)
        return np.asarray(along / (squares + _STRENGTH_DOUBT))


def out_of_fold(training: Ratings, attributes: ItemAttributes, seed: int) -> Numbers:
    """Features [rows, features] of the training rows, each from the four folds that it is not in."""
    fold = np.random.default_rng(seed).permutation(len(training)) % FOLDS
    found = [
        (fold == own, Statistics(training.select(fold != own), attributes).features(training.select(fold == own)))
        for own in range(FOLDS)
    ]
    features = np.empty((len(training), found[0][1].shape[1]), np.float32)
    for own, values in found:
        features[own] = values
    return features


def _spread(owner: Ids, deviations: Reals, owners: int) -> Reals:
    """The root mean square deviation of each owner, shrunk towards that of all."""
    general = float(np.mean(deviations**2))
    return np.sqrt(general + bias.shrunk(owner, deviations**2 - general, owners, _GROUP_DOUBT))


def _meeting(
    user: Ids, group: Ids, own_user: Ids, own_group: Ids, groups: int, residuals: Reals
) -> list[npt.NDArray[np.floating] | Places]:
    """For each (user, group): the user's mean residual in the group, shrunk, and in how many reviews."""
    known, place, counts = np.unique(
        own_user.astype(np.int64) * groups + own_group, return_inverse=True, return_counts=True
    )
    means = np.bincount(place, weights=residuals) / (counts + _MEETING_DOUBT)
    wanted = user.astype(np.int64) * groups + group
    found = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    is_known = known[found] == wanted
    return [np.where(is_known, means[found], 0.0), np.where(is_known, counts[found], 0)]
