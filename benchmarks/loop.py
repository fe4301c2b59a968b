"""Whether a system that learns from what it showed still knows how good it is: five retrains of a world with a known
taste.

    PYTHONPATH=functions:layers/shared:training:. python benchmarks/loop.py             five seeds: some minutes
    PYTHONPATH=functions:layers/shared:training:. python benchmarks/loop.py --seeds 1

In the loop, users rate of the 20 beers that they are shown those that they want. In the control they rate as many
that they come upon elsewhere. In both, chance has `--probes` of the lower places. After five retrains each model is
measured on three kinds of rows that it was not fitted on:

    held out   the rows that a hash keeps from fitting, of all that were rated: what a gate without probes sees
    probes     those that were rated at places of chance: what a gate with probes sees
    truth      rows drawn from each user's true taste, of all beers that they have not had

Last, a broken release is served beside a good one, the same model with its scores shuffled, and it tells after how
many users the monitor's test finds it.

The models are the linear part of retrieval alone (trainer/retrieval/linear.py), fitted a hundred times in minutes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.sequential_test import LEAST_USERS, Group, difference
from taproom import contract
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Ratings
from trainer.evaluation import metrics
from trainer.retrieval.linear import CollectiveEase, LinearSettings

USERS, BEERS, DIMENSIONS = 1500, 1000, 8
ROUNDS = 5
SHOWN = 20
# Rows that each user begins with, and the share of all beers that somebody wants who comes upon them.
FIRST, WANTED = 12, 0.08
HELD_OUT = 0.1
TRUE_ROWS = 10
KINDS = ("held out", "probes", "truth")
TITLES = {"loop": "people rate what they are shown", "control": "they rate what they come upon"}

Matrix = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
# By "loop" and "control", what each round measured.
Arms = dict[str, list[dict[str, float]]]


@dataclass
class World:
    """What everybody wants, and what they have rated: [users, beers]; `wants` are probabilities."""

    wants: Matrix
    rated: Mask
    by_chance: Mask
    is_held_out: Mask

    @property
    def fitted(self) -> Mask:
        """The rows that models are fitted on."""
        return self.rated & ~self.by_chance & ~self.is_held_out


def new_world(seed: int) -> World:
    """Tastes of eight dimensions beside popularity, and the first rows, which everybody chose freely."""
    chance = np.random.default_rng(seed)
    users, beers = (chance.normal(size=(count, DIMENSIONS)) for count in (USERS, BEERS))
    appeal = users @ beers.T / np.sqrt(DIMENSIONS) * 1.5 + chance.normal(size=BEERS)
    wants = _probabilities(appeal)
    hashed = [
        [contract.held_out(f"{seed} {user}", str(beer), HELD_OUT) for beer in range(BEERS)] for user in range(USERS)
    ]
    rated = freely_chosen(wants, np.zeros(wants.shape, np.bool_), np.full(USERS, FIRST), chance)
    return World(wants, rated, np.zeros_like(rated), np.array(hashed))


def _probabilities(appeal: npt.NDArray[np.float64]) -> Matrix:
    """A logistic curve over `appeal`, with the mean WANTED."""
    low, high = -20.0, 20.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-appeal - middle))).mean() < WANTED else (low, middle)
    return (1 / (1 + np.exp(-appeal - low))).astype(np.float32)


def freely_chosen(wants: Matrix, had: Mask, counts: npt.NDArray[np.integer], chance: np.random.Generator) -> Mask:
    """Of each user as many new beers as `counts` [users] says, drawn in proportion to what they want."""
    # The largest of log p + Gumbel noise are a draw without replacement in proportion to p.
    keys = np.log(wants) + chance.gumbel(size=wants.shape)
    keys[had] = -np.inf
    place = np.empty(keys.shape, np.int32)
    np.put_along_axis(place, np.argsort(-keys, axis=1), np.arange(keys.shape[1], dtype=np.int32)[None, :], axis=1)
    return place < counts[:, None]


def scores(world: World) -> Matrix:
    """Those of the model that is fitted to the world's rows, of all beers that a user has not rated."""
    user, beer = (column.astype(np.int32) for column in np.nonzero(world.fitted))
    ratings = Ratings(user, beer, np.ones(len(user), np.float32))
    known = Histories.from_ratings(ratings, USERS)
    neighbours = CollectiveEase(known, _attributes()).fit(LinearSettings(0, 0, 200))
    found = neighbours.scores(known.user, known.beer, USERS).numpy()
    # Beers without a neighbour in the history come in the order of how many have rated them.
    found = found + 1e-6 * world.fitted.sum(axis=0)
    found[world.fitted] = -np.inf
    return found


def _attributes() -> ItemAttributes:
    nothing = np.full(BEERS, "", object)
    ids = np.array([str(beer) for beer in range(BEERS)], object)
    return ItemAttributes.from_beers(Beers(ids, nothing, nothing, nothing, np.full(BEERS, -1, np.float32)))


def show(world: World, found: Matrix, probes: int, chance: np.random.Generator) -> tuple[Mask, Mask]:
    """What the policy shows, and what chance does: `probes` of the 20 places, uniformly from the rest."""
    found = np.where(world.rated, -np.inf, found)
    best = np.argpartition(-found, SHOWN - probes - 1, axis=1)[:, : SHOWN - probes]
    shown = np.zeros_like(world.rated)
    np.put_along_axis(shown, best, True, axis=1)
    drawn = freely_chosen(np.ones_like(world.wants), world.rated | shown, np.full(USERS, probes), chance)
    return shown, drawn


def live(seed: int, *, loop: bool, probes: int) -> list[dict[str, float]]:
    """What the models measure at the beginning, and after each of five rounds in which people rate what they want."""
    world, chance = new_world(seed), np.random.default_rng(1000 + seed)
    measured = []
    for _ in range(ROUNDS):
        found = scores(world)
        measured.append(measure(world, found, seed))
        shown, drawn = show(world, found, probes, chance)
        taken = chance.random(world.wants.shape) < world.wants
        rows = shown & taken
        if not loop:
            rows = freely_chosen(world.wants, world.rated | drawn, rows.sum(axis=1), chance)
        world.by_chance |= drawn & taken
        world.rated |= rows | (drawn & taken)
    return [*measured, measure(world, scores(world), seed)]


def measure(world: World, found: Matrix, seed: int) -> dict[str, float]:
    """recall@100 of lists by `found`, on each of KINDS; not a number where there are no such rows."""
    true = freely_chosen(world.wants, world.rated, np.full(USERS, TRUE_ROWS), np.random.default_rng(2000 + seed))
    kinds = {"held out": world.rated & world.is_held_out & ~world.by_chance, "probes": world.by_chance, "truth": true}
    measured = {}
    for name, rows in kinds.items():
        user, beer = np.nonzero(rows)
        ranks = (found[user] > found[user, beer][:, None]).sum(axis=1)
        measured[name] = metrics.recall_at(100, ranks, user.astype(np.int32)) if len(user) else float("nan")
    return measured | {"rows": float(world.rated.sum()), "probe rows": float(world.by_chance.sum())}


def compare(seeds: Sequence[int], probes: int) -> list[Arms]:
    """The loop beside the control, for each seed."""
    return [{name: live(seed, loop=name == "loop", probes=probes) for name in ("loop", "control")} for seed in seeds]


def users_to_find_shuffled_scores(seed: int) -> tuple[float, float, int | None]:
    """The shares of answers that are taken of a good release, and of one whose scores are shuffled; and after how many
    users of each the latter is found to do worse. Each user gets one answer of ten beers, and takes a tenth of what
    they want."""
    world, chance = new_world(seed), np.random.default_rng(3000 + seed)
    good = np.where(world.rated, -np.inf, scores(world))
    taken = []
    for found in (good, np.where(world.rated, -np.inf, chance.permuted(good, axis=1))):
        shown = np.argpartition(-found, 9, axis=1)[:, :10]
        wants = np.take_along_axis(world.wants, shown, axis=1) / 10
        taken.append((chance.random(wants.shape) < wants).any(axis=1).astype(float))
    ones = np.ones(USERS)
    for users in range(LEAST_USERS, USERS + 1, 50):
        groups = [Group(ones[:users], outcomes[:users]) for outcomes in taken]
        told = difference(groups[1], groups[0])
        if told is not None and told.is_less:
            return taken[0].mean(), taken[1].mean(), users
    return taken[0].mean(), taken[1].mean(), None


def rightly_ordered(arms: Arms, kind: str) -> bool:
    """Whether, at the end, rows of this kind order loop and control as the truth does."""
    gap, truth = (arms["loop"][-1][each] - arms["control"][-1][each] for each in (kind, "truth"))
    return gap * truth > 0


def draw(found: Sequence[Arms], file: Path) -> None:
    """What each kind of rows says of loop and control, round by round: the mean of all seeds."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.4), sharey=True, layout="constrained")
    for axis, arm in zip(axes, ("loop", "control"), strict=True):
        for kind, style in zip(KINDS, ("--", ":", "-"), strict=True):
            values = [[each[kind] for each in arms[arm]] for arms in found]
            axis.plot(range(ROUNDS + 1), np.mean(values, axis=0), style, marker="o", label=kind)
        axis.set(title=f"{arm}: {TITLES[arm]}", xlabel="retrains", ylim=(0, 1))
    axes[0].set_ylabel("recall@100")
    axes[0].legend()
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="worlds to live through (default: 5)")
    parser.add_argument("--probes", type=int, default=2, help=f"of {SHOWN} places (default: 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go besides")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="an SVG of all rounds")
    asked = parser.parse_args()
    if asked.seeds < 1 or not 1 <= asked.probes <= SHOWN // 2:
        parser.error(f"got --seeds {asked.seeds} --probes {asked.probes}; expected 1 or more, and 1 to {SHOWN // 2}")
    found = compare(range(1, asked.seeds + 1), asked.probes)
    print(f"recall@100 after {ROUNDS} retrains, mean of {asked.seeds} seeds ± their standard deviation")
    print(f"{'':10}{'loop':>18}{'control':>18}   ordered rightly")
    for kind in KINDS:
        columns = ([each[arm][-1][kind] for each in found] for arm in ("loop", "control"))
        shown = "".join(f"{np.mean(column):>10.3f} ± {np.std(column):.3f}" for column in columns)
        print(f"{kind:10}{shown}   {sum(rightly_ordered(each, kind) for each in found)} of {asked.seeds}")
    rows, probes = (np.mean([each["loop"][-1][name] for each in found]) for name in ("rows", "probe rows"))
    print(f"The loop has {rows:,.0f} rows by then, {probes:,.0f} of them of probes.")
    for seed in range(1, asked.seeds + 1):
        good, broken, users = users_to_find_shuffled_scores(seed)
        after = f"found after {users:,} users of each" if users else f"not found by {USERS:,} users of each"
        print(f"shuffled scores, seed {seed}: {broken:.1%} of answers taken instead of {good:.1%}, {after}")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if asked.plot:
        draw(found, asked.plot)


if __name__ == "__main__":
    main()
