"""Features for fitting: standardised, and no rating knows its own score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings
from trainer.data.split import Split
from trainer.hyperparameters import parsed

tf = pytest.importorskip("tensorflow")
from trainer.ranking import cross_fit as cross_fitting  # noqa: E402
from trainer.ranking.cross_fit import CrossFittedFeatures, cross_fit, features_for  # noqa: E402
from trainer.ranking.features.base import FeatureMatrix  # noqa: E402


def test_every_feature_is_finite_for_every_rating(parts: Split, known: CrossFittedFeatures) -> None:
    assert len(set(known.training.names)) == 54
    assert known.training.names == known.validation.names == known.scale.names
    assert known.training.values.shape == (len(parts.training), 54)
    assert known.validation.values.shape == (len(parts.validation), 54)
    assert np.isfinite(known.training.values).all() and np.isfinite(known.validation.values).all()


def test_features_of_training_ratings_have_mean_zero_and_deviation_one_and_none_is_far_off() -> None:
    # The first has mean 2 and deviation 2; of 101 values one is 10 deviations off; the last is always the same.
    values = np.zeros((101, 3), np.float16)
    values[:, 0] = np.resize([0.0, 4.0], 101)
    values[0, 1], values[:, 2] = 1.0, 7.0
    names = ("first", "second", "last")
    before = FeatureMatrix(names, ("", "", ""), tf.constant(values.astype(np.float32)))
    scale = cross_fitting._standardise_in_place(values, names)
    assert values[:2, 0] == pytest.approx([-1, 1], abs=0.02)
    assert values[0, 1] == 4.0
    assert (values[:, 2] == 0).all()
    assert scale.standardise(before).numpy() == pytest.approx(values, abs=2e-3)


def test_a_ratings_own_score_has_no_part_in_its_features(
    parts: Split, attributes: ItemAttributes, known: CrossFittedFeatures
) -> None:
    changed = parts.training.score.copy()
    changed[0] = 5.0 - changed[0]
    other = replace(parts, training=Ratings(parts.training.user, parts.training.beer, changed))
    before, after = (
        each.training.values.numpy().astype(np.float32) * each.scale.deviation + each.scale.mean
        for each in (known, cross_fit(other, attributes, parsed({"factors_iterations": 2})))
    )
    # As exactly as half precision tells.
    assert before[0] == pytest.approx(after[0], abs=5e-3)
    assert not np.allclose(before, after)


def test_features_do_not_depend_on_how_many_users_are_asked_about_at_once(
    whole: Split, attributes: ItemAttributes, known: CrossFittedFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories = Histories.from_ratings(whole.training, len(whole.usernames))

    def found() -> np.ndarray:
        return np.asarray(features_for(whole.held_out, known.features, histories, attributes, whole.beers.abv).values)

    together = found()
    monkeypatch.setattr(cross_fitting, "_USERS_AT_ONCE", 7)
    assert found() == pytest.approx(together, abs=1e-5)
