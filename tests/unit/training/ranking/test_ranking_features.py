"""The ranking features, one by one."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.split import Split
from trainer.hyperparameters import RANKING_FEATURES, parsed

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.base import FlatHistories, Queries  # noqa: E402
from trainer.ranking.features.factors import Factors  # noqa: E402
from trainer.ranking.ranking_features import BLOCKS, RankingFeatures, groups  # noqa: E402


@pytest.fixture(scope="module")
def fitted(parts: Split, attributes: ItemAttributes) -> RankingFeatures:
    histories = Histories.from_ratings(parts.training, len(parts.usernames))
    return RankingFeatures.fit(histories, attributes, parsed({"factors_rank": 4, "factors_iterations": 3}))


@pytest.fixture(scope="module")
def factors(fitted: RankingFeatures) -> Factors:
    block = fitted.blocks[0]
    assert isinstance(block, Factors)
    return block


def test_every_name_that_may_be_chosen_is_a_block_with_columns_of_its_own() -> None:
    assert tuple(BLOCKS) == RANKING_FEATURES
    names = [name for block in BLOCKS.values() for name in block.names]
    assert len(names) == len(set(names))


def test_blocks_can_be_left_out_and_come_in_the_order_that_is_given(parts: Split, attributes: ItemAttributes) -> None:
    histories = Histories.from_ratings(parts.training, len(parts.usernames))
    for chosen in (["co_occurrence"], ["residual_effects", "factors"]):
        some = RankingFeatures.fit(histories, attributes, parsed({"ranking_features": chosen, "factors_iterations": 1}))
        got = features(some, attributes, [(1, 5.0)], beer=5)
        assert tuple(got) == tuple(name for block in chosen for name in BLOCKS[block].names)
        assert np.isfinite(list(got.values())).all()


def test_each_column_is_of_the_block_that_names_it() -> None:
    assert groups(["affinity", "quality_effect"]) == ("factors", "residual effects")


def features(
    fitted: RankingFeatures, attributes: ItemAttributes, tried: list[tuple[int, float]], beer: int, abv: float = 5.0
) -> dict[str, float]:
    """Those of one user with the history `tried`, and one beer."""
    beers, scores = zip(*tried, strict=True) if tried else ((), ())
    known = beer >= 0
    asked = (0, beer, attributes.style[beer] if known else -1, attributes.brewery[beer] if known else -1, abv)
    user = tf.zeros(len(tried), tf.int32)
    histories = FlatHistories(user, tf.constant(beers, tf.int32), tf.constant(scores, tf.float32), tf.constant(1))
    types = (tf.int32, tf.int32, tf.int32, tf.int32, tf.float32)
    found = fitted(histories, Queries(*(tf.constant([value], kind) for value, kind in zip(asked, types, strict=True))))
    return dict(zip(found.names, found.values.numpy()[0].tolist(), strict=True))


def test_a_prediction_of_the_factors_is_the_sum_of_its_parts(
    fitted: RankingFeatures, factors: Factors, attributes: ItemAttributes
) -> None:
    got = features(fitted, attributes, [(1, 5.0), (2, 2.0)], beer=5)
    mean = float(factors.mean_score.numpy())
    parts = got["user_bias"] + got["beer_bias"] + got["affinity"]
    assert got["factors_prediction"] == pytest.approx(mean + parts, abs=1e-5)


def test_without_a_history_nothing_is_said_of_the_user(fitted: RankingFeatures, attributes: ItemAttributes) -> None:
    got = features(fitted, attributes, [], beer=5)
    for column in ("user_bias", "affinity", "user_log_reviews", "style_effect"):
        assert got[column] == 0.0


def test_the_beers_of_a_style_in_a_history_count_for_that_style_alone(
    fitted: RankingFeatures, attributes: ItemAttributes
) -> None:
    # Beers 1 and 3 share a style, beer 2 has the other one; one review is log(1 + 1), two are log(1 + 2).
    history = [(1, 5.0), (2, 2.0)]
    assert features(fitted, attributes, history, beer=3)["style_log_reviews"] == pytest.approx(np.log(2))
    more = [(1, 5.0), (5, 4.0), (2, 2.0)]
    assert features(fitted, attributes, more, beer=3)["style_log_reviews"] == pytest.approx(np.log(3))


def test_the_effect_of_a_style_is_shrunk_by_a_pseudo_count_of_thirty_reviews(
    fitted: RankingFeatures, factors: Factors, attributes: ItemAttributes
) -> None:
    got = features(fitted, attributes, [(1, 5.0)], beer=3)
    tried = features(fitted, attributes, [(1, 5.0)], beer=1)
    # The tried beer itself tells what the factors expected of it, and its weight follows from its noise and bias.
    bias = factors.beers.mean.numpy()[:, 0]
    weight = np.exp(0.6 * (bias[1] - bias.mean()) - 0.7 * got["user_log_noise"])
    left = 5.0 - tried["factors_prediction"]
    assert got["style_effect"] == pytest.approx(weight * left / (weight + 30), abs=1e-5)


def test_the_effect_of_a_brewery_is_what_that_of_the_style_leaves(
    fitted: RankingFeatures, factors: Factors, attributes: ItemAttributes
) -> None:
    # The beer asked about is the one that was tried, so style, brewery and both are its own.
    got = features(fitted, attributes, [(1, 5.0)], beer=1)
    bias = factors.beers.mean.numpy()[:, 0]
    weight = np.exp(0.6 * (bias[1] - bias.mean()) - 0.7 * got["user_log_noise"])
    left = 5.0 - got["factors_prediction"] - got["style_effect"]
    assert got["brewery_effect"] == pytest.approx(weight * left / (weight + 10), abs=1e-5)
    left -= got["brewery_effect"]
    assert got["style_by_brewery_effect"] == pytest.approx(weight * left / (weight + 10), abs=1e-5)


def test_the_prediction_is_that_of_the_factors_and_all_effects(
    fitted: RankingFeatures, attributes: ItemAttributes
) -> None:
    got = features(fitted, attributes, [(1, 5.0), (2, 2.0), (5, 4.0)], beer=3)
    effects = sum(got[f"{of}_effect"] for of in ("style", "brewery", "style_by_brewery", "strength", "quality"))
    assert effects != 0
    assert got["prediction"] == pytest.approx(got["factors_prediction"] + effects, abs=1e-5)


def test_habits_of_a_user_are_shares_beside_five_usual_reviews_and_means(
    parts: Split, fitted: RankingFeatures, attributes: ItemAttributes
) -> None:
    got = features(fitted, attributes, [(1, 2.5), (2, 5.0), (5, 4.5)], beer=3)
    scores = parts.training.score
    assert got["user_low_share"] == pytest.approx((1 + 5 * (scores < 3).mean()) / 8)
    assert got["user_high_share"] == pytest.approx((2 + 5 * (scores >= 4.5).mean()) / 8)
    assert got["user_half_point_share"] == pytest.approx((2 + 5 * (2 * scores % 2 == 1).mean()) / 8)
    assert got["user_beers_strength"] == pytest.approx(attributes.strength[[1, 2, 5]].mean(), abs=1e-5)


def test_liking_strong_beers_speaks_for_a_strong_one_and_against_a_weak_one(
    fitted: RankingFeatures, attributes: ItemAttributes
) -> None:
    strong, weak = int(attributes.strength.argmax()), int(attributes.strength.argmin())
    history = [(strong, 5.0), (weak, 1.0)]
    assert features(fitted, attributes, history, beer=strong, abv=9.0)["strength_effect"] > 0
    assert features(fitted, attributes, history, beer=weak, abv=3.0)["strength_effect"] < 0
    unknown = features(fitted, attributes, history, beer=strong, abv=-1.0)
    assert unknown["strength_effect"] == 0.0


def test_of_an_unknown_beer_only_its_attributes_are_known(fitted: RankingFeatures, attributes: ItemAttributes) -> None:
    got = features(fitted, attributes, [(1, 5.0)], beer=-1)
    assert (got["beer_bias"], got["beer_log_reviews"]) == (0.0, 0.0)
    assert got["beer_posterior_sd"] > features(fitted, attributes, [(1, 5.0)], beer=5)["beer_posterior_sd"]
