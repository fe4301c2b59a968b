"""Which beers to ask a newcomer about: what five answers tell, and how many beers have to be shown for them.

Newcomers are users whose ratings nothing here was fitted on. Each is shown beers in the order of a strategy, and
answers for those among a random half of their reviews, until five answers or so many beers shown; the other half is
then predicted, the same for every strategy.
A score is what its beer is worth to everybody, and what its style is worth to this user: a Gaussian over styles, whose
covariance is that of the fitted users' residuals. A newcomer's is its mean given the answers.

`python -m benchmarks.first_ratings FILE...`
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Reals = npt.NDArray[np.float64]
BIAS_PRIOR, PAIRS_PRIOR = 10.0, 200.0
NEWCOMERS, FEWEST_REVIEWS = 1_000, 20
ANSWERS, LONGEST = 5, 60


@dataclass(frozen=True)
class World:
    """What is known before a newcomer comes: of beers, [beers], and of styles, `covariance` [styles, styles]."""

    mean: float
    bias: Reals
    style: npt.NDArray[np.int64]
    covariance: Reals
    noise: float  # variance of a score that neither its beer nor the user's styles explain
    reviews: Reals
    deviation: Reals
    users: int

    def taste(self, beers: Sequence[int], scores: Sequence[float]) -> Reals:
        """What each style is worth to who gave `beers` these `scores`, [styles]."""
        styles = self.style[list(beers)]
        left = np.asarray(scores, dtype=np.float64) - self.mean - self.bias[list(beers)]
        among = self.covariance[np.ix_(styles, styles)] + self.noise * np.eye(len(styles))
        weights = np.linalg.solve(among, left).astype(np.float64)
        of_styles: Reals = self.covariance[:, styles] @ weights
        return of_styles


def fit(reviews: pd.DataFrame, style: npt.NDArray[np.int64]) -> World:
    """The world of `reviews` with `user` and `beer`, both from 0 on without gaps, and `score`; `style` is [beers]."""
    user, beer, score = reviews["user"].to_numpy(), reviews["beer"].to_numpy(), reviews["score"].to_numpy(float)
    users, beers, styles = user.max() + 1, len(style), style.max() + 1
    count = np.bincount(beer, minlength=beers).astype(float)
    mean = float(score.mean())
    sums = np.bincount(beer, score - mean, minlength=beers)
    bias = sums / (count + BIAS_PRIOR)
    left = score - mean - bias[beer]
    cell = user * styles + style[beer]
    total, square, number = (
        np.bincount(cell, weights, minlength=users * styles).reshape(users, styles)
        for weights in (left, left**2, np.ones(len(left)))
    )
    products = total.T @ total - np.diag(square.sum(0))
    pairs = number.T @ number - np.diag(number.sum(0))
    # Of styles that few have rated both, the covariance is that of any two.
    covariance: Reals = (products + PAIRS_PRIOR * products.sum() / pairs.sum()) / (pairs + PAIRS_PRIOR)
    values, vectors = np.linalg.eigh(covariance)
    covariance = (vectors * np.maximum(values, 0)) @ vectors.T
    noise = float((left**2).mean() - covariance[style[beer], style[beer]].mean())
    squares = np.bincount(beer, (score - mean) ** 2, minlength=beers)
    deviation: Reals = np.sqrt(np.maximum(squares / count - (sums / count) ** 2, 0))
    return World(mean, bias, style, covariance, noise, count, deviation, int(users))


def nothing(_: World) -> list[int]:
    """Nobody is asked: what beers are worth to everybody."""
    return []


def most_reviewed(world: World) -> list[int]:
    """The best known first."""
    return list(np.argsort(-world.reviews, kind="stable")[:LONGEST])


def of_many_styles(world: World) -> list[int]:
    """The best known first, where the n-th beer of a style counts as an n-th as well known."""
    order: list[int] = []
    shown: Counter[int] = Counter()
    candidates = list(np.argsort(-world.reviews, kind="stable")[:2_000])
    while len(order) < LONGEST:
        best = max(candidates, key=lambda beer: world.reviews[beer] / (1 + shown[int(world.style[beer])]))
        candidates.remove(best)
        shown[int(world.style[best])] += 1
        order.append(best)
    return order


def disputed(world: World) -> list[int]:
    """By log popularity times deviation: Rashid et al., Getting to Know You, IUI 2002."""
    return list(np.argsort(-np.log1p(world.reviews) * world.deviation, kind="stable")[:LONGEST])


def known_and_disputed(world: World) -> list[int]:
    """By reviews times variance: the expected spread of scores that are given."""
    return list(np.argsort(-world.reviews * world.deviation**2, kind="stable")[:LONGEST])


def explaining(world: World) -> list[int]:
    """Greedily what is expected to leave the least variance of all scores, each style weighed by its reviews."""
    weights = np.bincount(world.style, world.reviews) / world.reviews.sum()
    known = world.reviews / world.users
    covariance = world.covariance.copy()
    order: list[int] = []
    candidates = np.argsort(-world.reviews, kind="stable")[:1_000]
    for _ in range(LONGEST):
        styles = world.style[candidates]
        told = (weights[:, None] * covariance[:, styles] ** 2).sum(0) / (covariance[styles, styles] + world.noise)
        gain = np.where(np.isin(candidates, order), -1, known[candidates] * told)
        best = int(candidates[int(np.argmax(gain))])
        order.append(best)
        row = covariance[:, world.style[best]]
        told_of_all = np.outer(row, row) / (row[world.style[best]] + world.noise)
        covariance = covariance - known[best] * told_of_all
    return order


STRATEGIES: tuple[Callable[[World], list[int]], ...] = (
    nothing,
    most_reviewed,
    of_many_styles,
    disputed,
    known_and_disputed,
    explaining,
)


def measured(world: World, order: Sequence[int], newcomers: Sequence[pd.DataFrame]) -> tuple[float, ...]:
    """Of the other half: RMSE, and the share of a newcomer's pairs of beers of different scores in the right order.

    And the answers given, and the beers shown for them, in the mean.
    """
    random = np.random.default_rng(2)
    errors, shown, given_answers, right, pairs = [], [], [], 0, 0
    for both_halves in newcomers:
        is_asked = random.permutation(len(both_halves)) % 2 == 0
        reviews, rest = both_halves[is_asked], both_halves[~is_asked]["beer"].to_numpy()
        truth = both_halves[~is_asked]["score"].to_numpy()
        given = dict(zip(reviews["beer"], reviews["score"], strict=True))
        known = [place for place, beer in enumerate(order) if beer in given][:ANSWERS]
        answered = [order[place] for place in known]
        shown.append(known[-1] + 1 if len(known) == ANSWERS else len(order))
        given_answers.append(len(answered))
        taste = world.taste(answered, [given[beer] for beer in answered])
        predicted = world.mean + world.bias[rest] + taste[world.style[rest]]
        errors.append(float(((predicted - truth) ** 2).mean()))
        apart = truth[:, None] > truth[None, :]
        pairs += int(apart.sum())
        right += int((apart & (predicted[:, None] > predicted[None, :])).sum())
    return float(np.sqrt(np.mean(errors))), right / pairs, float(np.mean(given_answers)), float(np.mean(shown))


def main(files: Sequence[str]) -> None:
    for file in files:
        reviews = pd.read_csv(file, usecols=["score", "username", "beer_id", "style"]).dropna(subset=["score"])
        reviews = reviews.drop_duplicates(["username", "beer_id"], keep="last")
        often = reviews.username.value_counts()
        chosen = often[often >= FEWEST_REVIEWS].index.to_series().sort_values()
        chosen = chosen.sample(min(NEWCOMERS, len(chosen) // 4), random_state=1)
        is_new = reviews.username.isin(chosen)
        learnt = reviews[~is_new].copy()
        ids = learnt.beer_id.unique()
        number = {beer: place for place, beer in enumerate(ids)}
        learnt["beer"], learnt["user"] = learnt.beer_id.map(number), learnt.username.factorize()[0]
        world = fit(learnt, learnt.drop_duplicates("beer_id")["style"].fillna("").astype(str).factorize()[0])
        new = reviews[is_new & reviews.beer_id.isin(number)].copy()
        new["beer"] = new.beer_id.map(number)
        newcomers = [rows for _, rows in new.groupby("username") if len(rows) > ANSWERS]
        print(f"\n{Path(file).name}: {len(newcomers)} newcomers, {world.users} users, {len(ids)} beers")
        print("| strategy | RMSE | pairs in order | answers | beers shown |\n|---|---|---|---|---|")
        for strategy in STRATEGIES:
            error, order, answers, shown = measured(world, strategy(world), newcomers)
            name = strategy.__name__.replace("_", " ")
            print(f"| {name} | {error:.4f} | {order:.4f} | {answers:.1f} | {shown:.1f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
