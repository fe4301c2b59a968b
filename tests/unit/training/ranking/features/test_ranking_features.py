"""The numbers that ranking gets, one by one, and that no row knows its own score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.jobs import taste, write_part
from trainer.data import attributes as beer_kinds
from trainer.data import histories, reviews
from trainer.data.attributes import Kinds
from trainer.data.reviews import Rows
from trainer.data.split import Split, split
from trainer.hyperparameters import parsed
from trainer.ranking import cross_fit as out_of_fold
from trainer.ranking.features import co_occurrence
from trainer.ranking.features import ranking_features as tendencies

tf = pytest.importorskip("tensorflow")
from trainer.ranking.features.ranking_features import COLUMNS, Asked, Tendencies, Tried  # noqa: E402

CHOSEN = parsed({"factors_iterations": 3})


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Split:
    folder = tmp_path_factory.mktemp("reviews")
    write_part(folder, taste())
    return split(reviews.read(folder), CHOSEN)


@pytest.fixture(scope="module")
def kinds(rows: Split) -> Kinds:
    return beer_kinds.of_beers(rows.beers)


@pytest.fixture(scope="module")
def fitted(rows: Split, kinds: Kinds) -> Tendencies:
    known = histories.of_rows(rows.training, len(rows.usernames))
    return tendencies.fitted(known, kinds, co_occurrence.vectors(known, len(rows.beers)), 4, 3, seed=1)


def numbers(
    fitted: Tendencies, kinds: Kinds, tried: list[tuple[int, float]], beer: int, abv: float = 5.0
) -> dict[str, float]:
    """The columns for one user with the history `tried`, and one beer."""
    beers, scores = zip(*tried, strict=True) if tried else ((), ())
    user = np.zeros(len(tried), np.int32)
    known = beer >= 0
    asked = (0, beer, kinds.style[beer] if known else -1, kinds.brewery[beer] if known else -1, abv)
    kept = Tried(tf.constant(user), tf.constant(beers, tf.int32), tf.constant(scores, tf.float32), tf.constant(1))
    kinds_of = (tf.int32, tf.int32, tf.int32, tf.int32, tf.float32)
    row = fitted.of(kept, Asked(*(tf.constant([value], kind) for value, kind in zip(asked, kinds_of, strict=True))))
    return dict(zip(COLUMNS, row.numpy()[0].tolist(), strict=True))


def test_a_prediction_of_the_factors_is_the_sum_of_its_parts(fitted: Tendencies, kinds: Kinds) -> None:
    got = numbers(fitted, kinds, [(1, 5.0), (2, 2.0)], beer=5)
    mean = float(fitted._factors.scores_mean.numpy())
    parts = got["user's bias"] + got["beer's bias"] + got["user's taste for the beer"]
    assert got["predicted by factors"] == pytest.approx(mean + parts, abs=1e-5)


def test_without_a_history_nothing_is_said_of_the_user(fitted: Tendencies, kinds: Kinds) -> None:
    got = numbers(fitted, kinds, [], beer=5)
    for column in ("user's bias", "user's taste for the beer", "reviews by the user", "user on its style"):
        assert got[column] == 0.0


def test_the_beers_of_a_style_in_a_history_count_for_that_style_alone(fitted: Tendencies, kinds: Kinds) -> None:
    # Beers 1 and 3 share a style, beer 2 has the other one; one review is log(1 + 1), two are log(1 + 2).
    history = [(1, 5.0), (2, 2.0)]
    assert numbers(fitted, kinds, history, beer=3)["user's reviews of its style"] == pytest.approx(np.log(2))
    more = [(1, 5.0), (5, 4.0), (2, 2.0)]
    assert numbers(fitted, kinds, more, beer=3)["user's reviews of its style"] == pytest.approx(np.log(3))


def test_a_departure_on_a_style_is_shrunk_by_thirty_reviews_of_doubt(fitted: Tendencies, kinds: Kinds) -> None:
    got = numbers(fitted, kinds, [(1, 5.0)], beer=3)
    tried = numbers(fitted, kinds, [(1, 5.0)], beer=1)
    # The tried beer itself tells what the factors expected of it, and its weight follows from its noise and bias.
    bias = fitted._factors.beers.mean.numpy()[:, 0]
    weight = np.exp(0.6 * (bias[1] - bias.mean()) - 0.7 * got["noise of the user's scores"])
    left = 5.0 - tried["predicted by factors"]
    assert got["user on its style"] == pytest.approx(weight * left / (weight + 30), abs=1e-5)


def test_a_departure_on_a_brewery_is_what_that_on_the_style_leaves(fitted: Tendencies, kinds: Kinds) -> None:
    # The beer asked about is the one that was tried, so style, brewery and both are its own.
    got = numbers(fitted, kinds, [(1, 5.0)], beer=1)
    bias = fitted._factors.beers.mean.numpy()[:, 0]
    weight = np.exp(0.6 * (bias[1] - bias.mean()) - 0.7 * got["noise of the user's scores"])
    left = 5.0 - got["predicted by factors"] - got["user on its style"]
    assert got["user on its brewery"] == pytest.approx(weight * left / (weight + 10), abs=1e-5)
    left -= got["user on its brewery"]
    assert got["user on its style by its brewery"] == pytest.approx(weight * left / (weight + 10), abs=1e-5)


def test_what_is_predicted_is_the_factors_and_all_departures(fitted: Tendencies, kinds: Kinds) -> None:
    got = numbers(fitted, kinds, [(1, 5.0), (2, 2.0), (5, 4.0)], beer=3)
    on = ("style", "brewery", "style by its brewery", "strength", "quality")
    departures = sum(got[f"user on its {what}"] for what in on)
    assert departures != 0
    assert got["predicted"] == pytest.approx(got["predicted by factors"] + departures, abs=1e-5)


def test_habits_of_a_user_are_shares_beside_five_usual_reviews_and_means(fitted: Tendencies, kinds: Kinds) -> None:
    got = numbers(fitted, kinds, [(1, 2.5), (2, 5.0), (5, 4.5)], beer=3)
    usual = fitted._no_statistics
    assert got["user's low scores"] == pytest.approx((1 + 5 * usual.low) / 8)
    assert got["user's high scores"] == pytest.approx((2 + 5 * usual.high) / 8)
    assert got["user's half points"] == pytest.approx((2 + 2.5) / 8)
    assert got["strength of the user's beers"] == pytest.approx(kinds.strength[[1, 2, 5]].mean(), abs=1e-5)


def test_liking_strong_beers_speaks_for_a_strong_one_and_against_a_weak_one(fitted: Tendencies, kinds: Kinds) -> None:
    strong, weak = int(kinds.strength.argmax()), int(kinds.strength.argmin())
    history = [(strong, 5.0), (weak, 1.0)]
    assert numbers(fitted, kinds, history, beer=strong, abv=9.0)["user on its strength"] > 0
    assert numbers(fitted, kinds, history, beer=weak, abv=3.0)["user on its strength"] < 0
    unknown = numbers(fitted, kinds, history, beer=strong, abv=-1.0)
    assert (unknown["user on its strength"], unknown["strength unknown"]) == (0.0, 1.0)


def test_of_an_unknown_beer_only_its_kind_is_known(fitted: Tendencies, kinds: Kinds) -> None:
    got = numbers(fitted, kinds, [(1, 5.0)], beer=-1)
    assert (got["beer's bias"], got["reviews of the beer"]) == (0.0, 0.0)
    assert got["doubt about the beer"] > numbers(fitted, kinds, [(1, 5.0)], beer=5)["doubt about the beer"]


def test_every_number_is_finite_for_every_row(rows: Split, kinds: Kinds) -> None:
    known = out_of_fold.known(rows, kinds, CHOSEN)
    assert known.training.shape == (len(rows.training), len(COLUMNS))
    assert known.validation.shape == (len(rows.validation), len(COLUMNS))
    assert np.isfinite(known.training).all() and np.isfinite(known.validation).all()


def test_numbers_of_training_rows_have_mean_zero_and_deviation_one_and_none_is_far_off() -> None:
    # The first has mean 2 and deviation 2; of 101 numbers one is 10 deviations off; the last is always the same.
    numbers = np.zeros((101, 3), np.float16)
    numbers[:, 0] = np.resize([0.0, 4.0], 101)
    numbers[0, 1], numbers[:, 2] = 1.0, 7.0
    before = numbers.astype(np.float32)
    scale = out_of_fold._scaled(numbers)
    assert numbers[:2, 0] == pytest.approx([-1, 1], abs=0.02)
    assert numbers[0, 1] == 4.0
    assert (numbers[:, 2] == 0).all()
    assert scale.of(tf.constant(before)).numpy() == pytest.approx(numbers, abs=2e-3)


def test_a_rows_own_score_has_no_part_in_its_numbers(rows: Split, kinds: Kinds) -> None:
    changed = rows.training.score.copy()
    changed[0] = 5.0 - changed[0]
    other = replace(rows, training=Rows(rows.training.user, rows.training.beer, changed))
    before, after = (
        each.training.numpy().astype(np.float32) * each.scale.deviation + each.scale.mean
        for each in (out_of_fold.known(each, kinds, CHOSEN) for each in (rows, other))
    )
    # As exactly as half precision tells.
    assert before[0] == pytest.approx(after[0], abs=5e-3)
    assert not np.allclose(before, after)


def test_numbers_do_not_depend_on_how_many_users_are_asked_about_at_once(
    rows: Split, kinds: Kinds, fitted: Tendencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = histories.of_rows(rows.training, len(rows.usernames))
    whole = out_of_fold.of_rows(fitted, known, rows.held_out, kinds, rows.beers.abv)
    monkeypatch.setattr(out_of_fold, "_USERS_AT_ONCE", 7)
    assert out_of_fold.of_rows(fitted, known, rows.held_out, kinds, rows.beers.abv) == pytest.approx(whole, abs=1e-5)
