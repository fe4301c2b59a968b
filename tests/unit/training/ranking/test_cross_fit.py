"""Features for fitting: standardised, and no rating knows its own score."""

from __future__ import annotations

from collections.abc import Callable
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
from trainer.ranking.ranking_features import BLOCKS, FeatureMatrix  # noqa: E402


def test_every_feature_is_finite_for_every_rating(parts: Split, known: CrossFittedFeatures) -> None:
    columns = sum(len(block.names) for block in BLOCKS.values())
    assert known.training.names == known.validation.names == known.scale.names
    assert known.training.values.shape == (len(parts.training), columns)
    assert known.validation.values.shape == (len(parts.validation), columns)
    assert np.isfinite(known.training.values).all() and np.isfinite(known.validation.values).all()


def test_features_of_training_ratings_have_mean_zero_and_deviation_one_and_none_is_far_off() -> None:
    # The first has mean 2 and deviation 2; of 101 values one is 10 deviations off; the last is always the same.
    values = np.zeros((101, 3), np.float16)
    values[:, 0] = np.resize([0.0, 4.0], 101)
    values[0, 1], values[:, 2] = 1.0, 7.0
    names = ("first", "second", "last")
    before = FeatureMatrix(names, tf.constant(values.astype(np.float32)))
    scale = cross_fitting._standardise_in_place(values, names)
    assert values[:2, 0] == pytest.approx([-1, 1], abs=0.02)
    assert values[0, 1] == 4.0
    assert (values[:, 2] == 0).all()
    assert scale.standardise(before).numpy() == pytest.approx(values, abs=2e-3)


SHORT = {"factors_iterations": 2, "factors_rank": 4}


def changed(ratings: Ratings, *rows: int) -> Ratings:
    """`ratings` with other scores in `rows`."""
    score = ratings.score.copy()
    score[list(rows)] = 5.0 - score[list(rows)]
    return replace(ratings, score=score)


def by_block(known: CrossFittedFeatures, matrix: FeatureMatrix) -> dict[str, np.ndarray]:
    """The columns [ratings, columns] of each block, in their own units."""
    values = np.asarray(matrix.values).astype(np.float32) * known.scale.deviation + known.scale.mean
    places = {name: [matrix.names.index(column) for column in block.names] for name, block in BLOCKS.items()}
    return {name: values[:, columns] for name, columns in places.items()}


@pytest.fixture(scope="module")
def alone(parts: Split, attributes: ItemAttributes) -> Callable[..., CrossFittedFeatures]:
    def fit(training: Ratings = parts.training, validation: Ratings = parts.validation) -> CrossFittedFeatures:
        return cross_fit(replace(parts, training=training, validation=validation), attributes, parsed(SHORT))

    return fit


def test_no_block_lets_the_score_of_a_training_rating_into_its_own_features(
    parts: Split, alone: Callable[..., CrossFittedFeatures]
) -> None:
    before, after = alone(), alone(training=changed(parts.training, 0))
    for name, columns in by_block(before, before.training).items():
        others = by_block(after, after.training)[name]
        # As exactly as half precision tells.
        assert columns[0] == pytest.approx(others[0], abs=5e-3), name
        # Those of other ratings do follow from it, or this test could not fail.
        assert not np.allclose(columns[1:], others[1:], atol=5e-3), name


def test_no_block_lets_a_training_rating_into_its_own_features_by_being_there(
    parts: Split, alone: Callable[..., CrossFittedFeatures]
) -> None:
    # Folds are dealt by place: the last rating is replaced by one of a beer that its user has not reviewed.
    user = parts.training.user[-1]
    tried = np.concatenate([each.beer[each.user == user] for each in (parts.training, parts.validation)])
    beer = parts.training.beer.copy()
    beer[-1] = np.setdiff1d(np.arange(len(parts.beers)), tried)[0]
    other = replace(parts.training, beer=beer)
    same = parts.training.user == user
    before, after = alone(), alone(training=other)
    fold = np.random.default_rng(parsed(SHORT).seed).permutation(len(same)) % 4
    beside = np.flatnonzero((fold == fold[-1]) & (np.arange(len(same)) < len(same) - 1))
    for name, columns in by_block(before, before.training).items():
        assert columns[beside] == pytest.approx(by_block(after, after.training)[name][beside], abs=5e-3), name


def test_no_block_sees_the_scores_that_are_validated_on(
    parts: Split, alone: Callable[..., CrossFittedFeatures]
) -> None:
    before = alone()
    after = alone(validation=changed(parts.validation, *range(len(parts.validation))))
    for split in ("training", "validation"):
        columns, others = (by_block(each, getattr(each, split)) for each in (before, after))
        for name in BLOCKS:
            assert (columns[name] == others[name]).all(), (name, split)


def test_features_do_not_depend_on_how_many_users_are_asked_about_at_once(
    whole: Split, attributes: ItemAttributes, known: CrossFittedFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories = Histories.from_ratings(whole.training, len(whole.usernames))

    def found() -> np.ndarray:
        return np.asarray(features_for(whole.held_out, known.features, histories, attributes, whole.beers.abv).values)

    together = found()
    monkeypatch.setattr(cross_fitting, "_USERS_AT_ONCE", 7)
    assert found() == pytest.approx(together, abs=1e-5)


def test_of_more_ratings_than_the_steps_will_see_those_of_some_users_are_learnt_by_the_seed(
    parts: Split, attributes: ItemAttributes
) -> None:
    config = parsed(SHORT | {"ranking_steps": 2, "ranking_batch": 50})
    known, again = (cross_fit(parts, attributes, config) for _ in range(2))
    lengths = np.bincount(known.learnt.user)
    assert 100 <= len(known.learnt) < 100 + lengths.max() < len(parts.training)
    # Who is drawn is whole, and counts anew: each has the ratings of one of all users, whose lengths are all theirs.
    own = {tuple(parts.training.beer[parts.training.user == user]) for user in range(len(parts.usernames))}
    assert {tuple(known.learnt.beer[known.learnt.user == user]) for user in range(len(lengths))} < own
    assert known.training.values.shape[0] == len(known.learnt)
    assert len(known.validation.values) == len(parts.validation)
    np.testing.assert_array_equal(known.training.values, again.training.values)
