"""How long retrieval is fitted, that it goes on where it was interrupted, and that later ratings stay out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from taproom.metrics import RECALL_AT_100, Metric
from tests.unit.training.made_up import attributes_of, interactions, ratings, split_of
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Ratings
from trainer.data.split import Split
from trainer.data.time_split import TimeSplit
from trainer.hyperparameters import parsed
from trainer.sagemaker.progress import Progress

tf = pytest.importorskip("tensorflow")
from trainer.release.models import retrieval_inputs  # noqa: E402
from trainer.retrieval.fit import Schedule, fit_network, fit_retrieval, judge_by_time  # noqa: E402
from trainer.retrieval.ranks import Asked  # noqa: E402

SMALL = parsed({"retrieval_batch": 16, "retrieval_dimension": 4, "retrieval_steps": 60})


@pytest.mark.parametrize(
    ("users", "passes", "epochs", "steps"),
    [
        # One batch a pass, so 25 passes an epoch, and 6 of these to come to 150 steps.
        (200, 25, 6, 150),
        # 10 batches a pass: 3 passes an epoch; of the 15 passes that 150 steps are, 5.
        (2_560, 3, 5, 150),
        # 30 batches a pass: 12 passes, as chosen.
        (30 * 256, 1, 12, 360),
        # 100 batches a pass: 12 would be more than 700 steps.
        (25_600, 1, 7, 700),
        # The pass that is under way after 700 steps is the last.
        (101 * 256, 1, 7, 707),
        (800 * 256, 1, 1, 800),
    ],
)
def test_few_users_are_fitted_in_150_steps_at_least_and_many_in_about_700_at_most(
    users: int, passes: int, epochs: int, steps: int
) -> None:
    found = Schedule.of(users, 6.0, parsed({}))
    assert (found.passes, found.epochs, found.steps) == (passes, epochs, steps)


@pytest.mark.parametrize(("density", "epochs"), [(16, 12), (6, 12), (2.25, 20), (1.5, 24), (0.01, 24)])
def test_beers_with_few_reviews_are_fitted_in_more_passes(density: float, epochs: int) -> None:
    # 12 * sqrt(6 / 2.25) = 19.6, and never more than 24; 25 batches a pass.
    assert Schedule.of(25 * 256, density, parsed({})).epochs == epochs


def test_fewer_steps_than_150_are_taken_where_so_many_are_chosen() -> None:
    assert Schedule.of(2_560, 6.0, parsed({"retrieval_steps": 30})).steps == 30


@pytest.mark.parametrize(("users", "decay"), [(12 * 256, 7.0), (7 * 256, 12.0), (1, 12.0)])
def test_with_more_steps_a_pass_each_takes_less_and_none_more_than_12_learning_rates(users: int, decay: float) -> None:
    # 84 / 12 and 84 / 7.
    assert Schedule.of(users, 6.0, parsed({})).decay == decay


def test_an_interrupted_fit_resumes_to_the_weights_of_an_uninterrupted_one(
    many: Split, histories: Histories, asked: Asked, tmp_path: Path
) -> None:
    attributes = ItemAttributes.from_beers(many.beers)
    told: list[int] = []

    def interrupt(number: int, _measured: Mapping[Metric, float]) -> None:
        if number == 1:  # after the second epoch, before its state is kept
            raise InterruptedError

    def listen(number: int, _measured: Mapping[Metric, float]) -> None:
        told.append(number)

    with pytest.raises(InterruptedError):
        fit_network(histories, asked, attributes, SMALL, tmp_path, interrupt)
    resumed, curve = fit_network(histories, asked, attributes, SMALL, tmp_path, listen)
    assert told == [1, 2]  # 7 batches a pass, 4 passes an epoch, and 60 steps
    uninterrupted, whole = fit_network(histories, asked, attributes, SMALL, None, listen)
    for one, other in zip(resumed.trainable_variables, uninterrupted.trainable_variables, strict=True):
        assert np.array_equal(one, other)
    for metric, values in curve.values.items():
        assert values.tolist() == whole.values[metric].tolist()


def test_the_highest_seed_is_as_good_as_any(many: Split, histories: Histories, asked: Asked) -> None:
    config = replace(SMALL, seed=2**31 - 1, retrieval_steps=1)
    _, curve = fit_network(histories, asked, ItemAttributes.from_beers(many.beers), config, None, lambda *_: None)
    assert all(np.isfinite(values).all() for values in curve.values.values())


def test_what_is_fitted_and_exported_can_not_look_at_held_out_ratings(many: Split, tmp_path: Path) -> None:
    # They are sealed: reading them would raise.
    attributes = ItemAttributes.from_beers(many.beers)
    found = fit_retrieval(many, attributes, SMALL, tmp_path, None, Progress(tmp_path))
    assert found.future is None  # all of one day
    assert (tmp_path / "retrieval/1/saved_model.pb").is_file()
    with pytest.raises(AssertionError, match="score of held-out ratings is read while fitting"):
        len(many.held_out.score)


def test_the_lists_that_scores_are_blended_with_do_not_know_what_they_are_asked_about(tmp_path: Path) -> None:
    """Two tastes of eight beers; whoever has the first also has beer 19, by validation ratings alone."""
    pairs = [(user, 8 * (user >= 30) + (3 * user + 5 * place) % 8) for user in range(60) for place in range(4)]
    planted = [(user, 19) for user in range(30)]
    training = interactions(*(pair for place, pair in enumerate(pairs) if place % 4 < 3))
    split = split_of(training, interactions(*pairs[3::4], *planted), ratings(), users=60, beers=20)
    unaware = fit_retrieval(split, attributes_of(20), SMALL, tmp_path, None, Progress(tmp_path)).unaware
    assert unaware.users.tolist() == list(range(60))
    # It stands with the beers that nobody has had.
    assert {tuple(row[2:6]) for row in unaware.beers[:30].tolist()} == {(16, 17, 18, 19)}
    servable = tf.saved_model.load(str(tmp_path / "retrieval/1")).signatures["serving_default"]
    inputs = retrieval_inputs(split.usernames, Histories.from_ratings(training, 60), split.beers)
    served = servable(
        username=tf.constant(inputs["username"]),
        history_beer_ids=tf.constant(inputs["history_beer_ids"]),
        history_scores=tf.constant(inputs["history_scores"], tf.float32),
    )
    assert set(served["beer_id"].numpy()[:30, 0]) == {b"b019"}


def timed() -> TimeSplit:
    """20 users rate a beer a day, of the twelve that are in fashion for ten days each."""

    def of_days(first: int, last: int) -> Ratings:
        day, user = (each.ravel() for each in np.meshgrid(np.arange(first, last), np.arange(20), indexing="ij"))
        beer = day // 10 * 12 + (day * 7 + user * 5) % 12
        columns = (user, beer, np.full(len(user), 3.5), day)
        return Ratings(*(column.astype(kind) for column, kind in zip(columns, ("i4", "i4", "f4", "i4"), strict=True)))

    return TimeSplit(of_days(0, 90), of_days(90, 100))


def test_what_later_ratings_say_changes_nothing_that_is_fitted_on_earlier_ones() -> None:
    times, attributes = timed(), attributes_of(120)
    future = judge_by_time(times, 20, attributes, SMALL)
    assert future.users == 20 and 0 < future.candidate[RECALL_AT_100] <= 1
    # The lists of the first ten users are the same, whatever the others do later, and what they find too.
    few = times.later.user < 10
    unlike = replace(times.later, beer=np.where(few, times.later.beer, 0).astype(np.int32))
    alone = judge_by_time(replace(times, later=times.later.select(few)), 20, attributes, SMALL)
    again = judge_by_time(replace(times, later=unlike.select(few)), 20, attributes, SMALL)
    assert again.candidate == alone.candidate
    assert alone.reviews == few.sum()
