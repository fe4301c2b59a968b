"""Fitting retrieval, from the ratings to its servable."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from taproom.contract import CANDIDATES, RETRIEVAL
from taproom.metrics import Metric
from trainer import saved_model
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import MOST_RANKED, Histories, drawn, evenly_taken
from trainer.data.reviews import Ids
from trainer.data.split import Split, draw_validation
from trainer.data.time_split import TimeSplit, split_by_time
from trainer.evaluation.future import Future, measure_future
from trainer.fitting import hosts
from trainer.fitting.batches import batches_of_epochs
from trainer.fitting.callbacks import state_folder
from trainer.fitting.fit import EpochReport, fit
from trainer.fitting.learning_curve import LearningCurve
from trainer.hyperparameters import Hyperparameters
from trainer.retrieval.coarse_pass import choose_search
from trainer.retrieval.linear import CollectiveEase, FewNeighbours, TriedSettings, choose_settings
from trainer.retrieval.part_weights import MOST_USERS, choose_weights
from trainer.retrieval.ranks import Asked
from trainer.retrieval.recency import Recency, choose_recency
from trainer.retrieval.scorer import Scorer
from trainer.retrieval.search import BruteForce, Lists
from trainer.retrieval.servable import RetrievalServable
from trainer.retrieval.two_tower import TwoTower
from trainer.sagemaker.progress import Progress, say

# With more than this, times the learning rate, nothing was measured.
_MOST_DECAY = 12.0
# With fewer reviews a beer than this, more epochs find more; from there on they only overfit.
_DENSE = 6.0
_MOST_TIMES = 2.0
# A few hundred users are few batches: so many are an epoch at least, and so many the whole.
_LEAST_STEPS_AN_EPOCH = 25
_LEAST_STEPS = 150


@dataclass(frozen=True)
class FittedRetrieval:
    """What fitting has to tell: the linear settings that were `tried`, the `weights` of the score's parts,
    `recency`, the `future`, None where there are no times, and the `few` neighbours that do without the network.

    `unaware` are lists of users with validation ratings, by all parts as they were before any of them knew of these.
    """

    curve: LearningCurve
    tried: TriedSettings
    weights: Mapping[str, float]
    recency: Recency
    future: Future | None
    few: FewNeighbours
    unaware: Lists


@dataclass(frozen=True)
class Schedule:
    """An epoch are `passes` over the users; `steps` and `epochs` are those of the whole; `decay` is TwoTower's."""

    passes: int
    epochs: int
    steps: int
    decay: float

    @classmethod
    def of(cls, users: int, density: float, config: Hyperparameters) -> Schedule:
        """For `users` with a history; `density` is the mean number of reviews a beer.

        The chosen number of passes, times sqrt(6 / density) but at most 2, where beers have less than 6 reviews each;
        more where those are few steps, fewer where they are many.
        """
        steps = max(1, users // config.retrieval_batch)  # a pass
        more = min(max((_DENSE / density) ** 0.5, 1.0), _MOST_TIMES)
        wanted = max(round(config.retrieval_epochs * more), -(-_LEAST_STEPS // steps))
        wanted = min(wanted, -(-config.retrieval_steps // steps))
        passes = -(-_LEAST_STEPS_AN_EPOCH // steps)
        epochs = -(-wanted // passes)
        # As a prior would weigh: the more users there are, the less beside them.
        return cls(passes, epochs, steps * passes * epochs, min(config.retrieval_weight_decay / steps, _MOST_DECAY))


def fit_retrieval(
    split: Split,
    attributes: ItemAttributes,
    config: Hyperparameters,
    folder: Path,
    checkpoints: Path | None,
    progress: Progress,
) -> FittedRetrieval:
    """Choose how recency counts where there are times, fit and weigh all parts, and write the servable to `folder`."""
    users, beers = len(split.usernames), len(split.beers)
    future = None
    if times := split_by_time(split.observed):
        with progress.stage("fit retrieval on earlier ratings"):
            future = judge_by_time(times, users, attributes, config)
            # A fitted model lives on in cycles of references, and the next one wants the memory that it had.
            gc.collect()

    states = state_folder(RETRIEVAL, checkpoints, split, config)
    known = Histories.from_ratings(split.training, users)
    asked = Asked.from_ratings(known, split.validation, MOST_USERS)
    with progress.stage("find neighbours"):
        tried, neighbours = choose_settings(known, asked, attributes, say)
    with progress.stage("fit retrieval"):
        network, curve = fit_network(known, asked, attributes, config, states, progress.epoch)
        progress.best_epoch(curve.best, curve.best_values)
    with progress.stage("weigh retrieval's parts"):
        scorer = Scorer(network, neighbours, known)
        weights = choose_weights(scorer, asked)
        recency = choose_recency(split.observed, users, beers)
        scorer.blend(weights, recency.bias(split.training, beers))
        unaware = best_beers(scorer, known, evenly_taken(np.unique(split.validation.user), MOST_RANKED))
        # What chose is known as well where they serve.
        observed = Histories.from_ratings(split.observed, users)
        ease = CollectiveEase(observed, attributes)
        neighbours = ease.fit(tried.best)
        scorer.use_neighbours(neighbours)
        few = ease.fit_few(tried.best, neighbours)
        scorer.blend(weights, recency.bias(split.observed, beers))
        say(f"weights: {', '.join([*(f'{name} {weight:g}' for name, weight in weights.items()), str(recency)])}")

    with progress.stage("export retrieval"):
        search = choose_search(scorer, asked.known)
        say(f"retrieval searches by {search}")
        saved_model.save(RetrievalServable(search, split.beers, config.run), folder)
    return FittedRetrieval(curve, tried, weights, recency, future, few, unaware)


def help_fit_retrieval(split: Split, attributes: ItemAttributes, config: Hyperparameters) -> None:
    """What the job's other hosts do of fit_retrieval: their share of each network's fit, in the same order."""
    users = len(split.usernames)
    if times := split_by_time(split.observed):
        training, asked = _earlier_ratings(times, users, config)
        fit_network(training, asked, attributes, config, None, _say_epoch)
        gc.collect()
    known = Histories.from_ratings(split.training, users)
    asked = Asked.from_ratings(known, split.validation, MOST_USERS)
    fit_network(known, asked, attributes, config, None, _say_epoch)


def fit_network(
    known: Histories,
    asked: Asked,
    attributes: ItemAttributes,
    config: Hyperparameters,
    states: Path | None,
    on_epoch: EpochReport,
) -> tuple[TwoTower, LearningCurve]:
    """Fit the two towers to the `known` histories [users], or to as many of them as the steps will see."""
    users = np.flatnonzero(np.diff(known.start)).astype(np.int32)
    users = drawn(users, config.retrieval_steps * config.retrieval_batch, config.seed)
    schedule = Schedule.of(len(users), len(known.beer) / len(attributes.brewery), config)
    with hosts.strategy().scope():
        model = TwoTower(known, users, asked, attributes, config, schedule.steps, schedule.decay)

    def batches(epochs: range) -> tf.data.Dataset:
        passes = range(epochs.start * schedule.passes, epochs.stop * schedule.passes)
        return batches_of_epochs(len(users), config.retrieval_batch, config.seed, passes).prefetch(tf.data.AUTOTUNE)

    # To the end: the learning rate falls to 0 by then, and the last epochs are the best.
    return model, fit(model, batches, schedule.epochs, schedule.epochs, states, on_epoch)


def judge_by_time(times: TimeSplit, users: int, attributes: ItemAttributes, config: Hyperparameters) -> Future:
    """What is found of the later ratings by all parts, fitted and chosen as they are for service, of earlier ones."""
    beers = len(attributes.brewery)
    training, asked = _earlier_ratings(times, users, config)
    _, neighbours = choose_settings(training, asked, attributes, say)
    # Its metrics have the names of the network that is exported.
    network, _ = fit_network(training, asked, attributes, config, None, _say_epoch)
    scorer = Scorer(network, neighbours, training)
    scorer.blend(choose_weights(scorer, asked), choose_recency(times.earlier, users, beers).bias(times.earlier, beers))
    later = np.unique(times.later.user)
    tried = Histories.from_ratings(times.earlier, users).select(later)
    lists = best_new_beers(scorer, tried, tried)
    return measure_future(later, lists, times.earlier, times.later, beers)


def _earlier_ratings(times: TimeSplit, users: int, config: Hyperparameters) -> tuple[Histories, Asked]:
    """Histories of the ratings before the day, and what is to be found with them."""
    is_validation = draw_validation(len(times.earlier), config)
    training = Histories.from_ratings(times.earlier.select(~is_validation), users)
    return training, Asked.from_ratings(training, times.earlier.select(is_validation), MOST_USERS)


def _say_epoch(number: int, _: Mapping[Metric, float]) -> None:
    say(f"epoch {number + 1}")


def best_new_beers(scorer: Scorer, histories: Histories, tried: Histories) -> Ids:
    """The best beers [users, k] for each of the histories, without those that the same users have `tried`."""
    lists = []
    for some in Asked(histories, tried).batches(scorer.beers):
        scores = scorer(some.known.user, some.known.beer, len(some.known)).numpy()
        scores[some.wanted.user, some.wanted.beer] = -np.inf
        lists.append(tf.math.top_k(scores, min(CANDIDATES, scores.shape[1])).indices.numpy())
    return np.concatenate(lists)


def best_beers(scorer: Scorer, histories: Histories, users: Ids) -> Lists:
    """The best beers of `users`, as the servable finds them; `histories` are all users'."""
    search, found = BruteForce(scorer), []
    asked = histories.select(users)
    for some, _ in Asked(asked, asked).batches(scorer.beers):
        known = tf.constant(some.user), tf.constant(some.beer)
        found.append(search(*known, len(some), min(CANDIDATES, scorer.beers)))
    return Lists(users, *(np.concatenate([part.numpy() for part in parts]) for parts in zip(*found, strict=True)))
