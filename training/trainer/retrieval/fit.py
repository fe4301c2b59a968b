"""Fitting retrieval, from the ratings to its servable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from taproom.contract import CANDIDATES, RETRIEVAL
from trainer import saved_model
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Floats, Ids, Ratings
from trainer.data.split import Split
from trainer.data.time_split import TimeSplit, split_by_time
from trainer.evaluation.future import Future, measure_future
from trainer.fitting.batches import batches_of_epochs, gather_rows
from trainer.fitting.callbacks import state_folder
from trainer.fitting.fit import EpochReport, fit
from trainer.fitting.learning_curve import LearningCurve
from trainer.hyperparameters import Hyperparameters
from trainer.retrieval.linear import CollectiveEase, choose_settings
from trainer.retrieval.part_weights import MOST_USERS, choose_weights
from trainer.retrieval.ranks import Asked
from trainer.retrieval.recency import HALF_LIVES, WEIGHTS, log_rise, recency_name
from trainer.retrieval.scorer import Scorer
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
    """What fitting has to tell: `weights` of the score's parts, and the `future`, None where there are no times."""

    curve: LearningCurve
    weights: Mapping[str, float]
    future: Future | None


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
    recency, future = dict.fromkeys(HALF_LIVES, 0.0), None
    if times := split_by_time(split.observed):
        with progress.stage("fit retrieval on earlier ratings"):
            recency, future = judge_by_time(times, users, attributes, config)

    states = state_folder(RETRIEVAL, checkpoints, split, config)
    known = Histories.from_ratings(split.training, users)
    asked = Asked.from_ratings(known, split.validation, MOST_USERS)
    with progress.stage("find neighbours"):
        settings, neighbours = choose_settings(known, asked, attributes, say)
    with progress.stage("fit retrieval"):
        network, curve = fit_network(known, asked, attributes, config, states, progress.epoch)
        progress.best_epoch(curve.best, curve.best_values)
    with progress.stage("weigh retrieval's parts"):
        scorer = Scorer(network, neighbours, attributes, known)
        weights = choose_weights(scorer, asked, {})
        # What chose is known as well where they serve.
        scorer.use_neighbours(CollectiveEase(Histories.from_ratings(split.observed, users), attributes).fit(settings))
        scorer.blend(weights, _recency_bias(split.observed, beers, recency))
        weights |= {recency_name(half_life): weight for half_life, weight in recency.items() if weight}
        say(f"the parts count {weights}")

    with progress.stage("export retrieval"):
        saved_model.save(RetrievalServable(scorer, split.beers, config.run), folder)
    return FittedRetrieval(curve, weights, future)


def fit_network(
    known: Histories,
    asked: Asked,
    attributes: ItemAttributes,
    config: Hyperparameters,
    states: Path | None,
    on_epoch: EpochReport,
) -> tuple[TwoTower, LearningCurve]:
    """Fit the two towers to the `known` histories [users]."""
    users = np.flatnonzero(np.diff(known.start)).astype(np.int32)
    schedule = Schedule.of(len(users), len(known.beer) / len(attributes.brewery), config)
    model = TwoTower(known, asked, attributes, config, schedule.steps, schedule.decay)

    def batches(epochs: range) -> tf.data.Dataset:
        passes = range(epochs.start * schedule.passes, epochs.stop * schedule.passes)
        return gather_rows(
            batches_of_epochs(len(users), config.retrieval_batch, config.seed, passes), tf.constant(users)
        )

    # To the end: the learning rate falls to 0 by then, and the last epochs are the best.
    return model, fit(model, batches, schedule.epochs, schedule.epochs, states, on_epoch)


def judge_by_time(
    times: TimeSplit, users: int, attributes: ItemAttributes, config: Hyperparameters
) -> tuple[dict[int, float], Future]:
    """The weight of each half-life, chosen on the validation ratings, and what is found of the later ones.

    All parts are fitted on the earlier ratings alone. Later ones are asked of users with all that was known before
    them, and recency looks back from there, as it does where it serves.
    """
    beers = len(attributes.brewery)
    earlier, known = (Histories.from_ratings(each, users) for each in (times.earlier, times.known))
    asked = Asked.from_ratings(earlier, times.validation, MOST_USERS)
    _, neighbours = choose_settings(earlier, asked, attributes, say)
    network, _ = fit_network(earlier, asked, attributes, config, None, lambda *_: None)
    scorer = Scorer(network, neighbours, attributes, earlier)
    biases = {recency_name(each): (log_rise(times.earlier, beers, each), WEIGHTS) for each in HALF_LIVES}
    weights = choose_weights(scorer, asked, biases)
    recency = {half_life: weights.pop(recency_name(half_life)) for half_life in HALF_LIVES}
    scorer.blend(weights, _recency_bias(times.known, beers, recency))
    later = np.unique(times.later.user)
    future = measure_future(later, _lists(scorer, known.select(later)), times.known, times.later, beers)
    return recency, future


def _recency_bias(ratings: Ratings, beers: int, weights: Mapping[int, float]) -> Floats:
    rises = [weight * log_rise(ratings, beers, half_life) for half_life, weight in weights.items() if weight]
    return np.sum(rises, axis=0, dtype=np.float32) if rises else np.zeros(beers, np.float32)


def _lists(scorer: Scorer, histories: Histories) -> Ids:
    """The best new beers [users, k] for each of the histories."""
    lists = []
    for some in Asked(histories, histories).batches():
        scores = scorer(some.known.user, some.known.beer, len(some.known)).numpy()
        scores[some.known.user, some.known.beer] = -np.inf
        lists.append(tf.math.top_k(scores, min(CANDIDATES, scores.shape[1])).indices.numpy())
    return np.concatenate(lists)
