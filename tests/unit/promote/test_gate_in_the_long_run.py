"""What the gate lets through, candidate after candidate, with users drawn at random."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from promote import gate
from promote.gate import InService
from promote.metrics import Metrics
from promote.verdict import Verdict
from retrain import compared_releases
from taproom.metrics import NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE, Metric
from tests.unit.promote.conftest import metrics
from trainer.evaluation.bootstrap import UserSums, gains

HELD_OUT = 3  # of each user


@dataclass(frozen=True)
class Release:
    """What a release of a certain quality does for each user."""

    name: str
    by_user: dict[Metric, UserSums]

    def value(self, metric: Metric) -> float:
        totals, counts = self.by_user[metric]
        mean = totals.sum() / counts.sum()
        return float(np.sqrt(mean) if metric == RMSE else mean)


class World:
    """Users whose held-out beers are easy or hard to find; two releases agree about 85 % of them."""

    def __init__(self, users: int, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._hard = self._chance.random((users, HELD_OUT))
        self._errors = self._chance.normal(0.0, 0.6, (users, HELD_OUT))

    def release(self, name: str, quality: float = 1.0) -> Release:
        ones = np.ones(len(self._hard))
        noise = self._chance.normal(0.0, 0.05, self._errors.shape)
        return Release(
            name,
            {
                RECALL_AT_10: UserSums(self._found(0.12 * quality), ones),
                RECALL_AT_100: UserSums(self._found(0.42 * quality), ones),
                NDCG_AT_10: UserSums(self._found(0.10 * quality), ones),
                RMSE: UserSums(((self._errors + noise) ** 2).sum(axis=1), HELD_OUT * ones),
            },
        )

    def _found(self, share: float) -> npt.NDArray[np.float64]:
        anew = self._chance.random(self._hard.shape)
        differs = self._chance.random(self._hard.shape) < 0.15
        return np.asarray((np.where(differs, anew, self._hard) < share).mean(axis=1), np.float64)


def measured(candidate: Release, serving: Release | None, best: Release | None = None) -> Metrics:
    """The candidate's metrics.json."""

    def beside(other: Release | None) -> Any:
        if other is None:
            return None
        return {metric.printed_name: asdict(found) for metric, found in gains(candidate.by_user, other.by_user).items()}

    document = metrics(run=candidate.name, serving=serving.name if serving else None).model_dump()
    for column, release in {"candidate": candidate, "serving": serving}.items():
        for metric in candidate.by_user:
            if release is not None:
                document[metric.task][column][metric.name] = release.value(metric)
    document["retrieval"]["popularity"] = dict.fromkeys(document["retrieval"]["popularity"], 0.0)
    document["ranking"]["bias"] = document["ranking"]["mean"] = {"rmse": 0.7, "mae": 0.6}
    document |= {"best": best.name if best else None, "gains": {"serving": beside(serving), "best": beside(best)}}
    return Metrics.model_validate(document)


def decided(run: Metrics) -> Verdict:
    assert run.serving is not None and run.gains is not None and run.gains.serving is not None
    return gate.decide(run, InService(release=run.serving, gains=run.gains.serving))


def let_through(users: int, loss: float) -> tuple[list[str], list[float]]:
    """Ten candidates, each by `loss` worse than the one before: who got through, and each one's ratio of recall@100."""
    world = World(users, seed=2)
    releases = {"r0": world.release("r0")}
    history = [measured(releases["r0"], None)]
    promoted, ratios = ["r0"], []
    for number in range(1, 11):
        name = f"r{number}"
        candidate = releases[name] = world.release(name, (1 - loss) ** number)
        ratios.append(candidate.value(RECALL_AT_100) / releases[f"r{number - 1}"].value(RECALL_AT_100))
        compared = compared_releases.choose(promoted[-1], [run.model_dump() for run in reversed(history[-10:])])
        run = measured(candidate, releases[promoted[-1]], releases[compared.best] if compared.best else None)
        if decided(run).status == "promoted":
            promoted.append(name)
            history.append(run)
    return promoted, ratios


def test_ten_releases_each_4_percent_worse_than_the_one_before_do_not_get_through() -> None:
    promoted, ratios = let_through(users=6000, loss=0.04)
    assert promoted == ["r0"]
    # A rule that allows 5 % against the pair in service lets nearly every one of them through.
    assert sum(ratio >= 0.95 for ratio in ratios) >= 8


def test_small_losses_do_not_add_up_beyond_what_the_best_of_ten_allows() -> None:
    promoted, _ = let_through(users=6000, loss=0.01)
    # 1 % each is within the margin; beside the best of ten, 2 % and what chance hides are.
    assert 2 <= len(promoted) <= 6


def test_few_users_let_no_more_than_a_tenth_slip() -> None:
    promoted, _ = let_through(users=600, loss=0.04)
    # 0.96 to the third is .885.
    assert len(promoted) - 1 <= 2


def test_a_candidate_that_is_as_good_is_promoted_whatever_chance_does() -> None:
    verdicts = []
    for seed in range(40):
        world = World(6000, seed)
        verdicts.append(decided(measured(world.release("candidate"), world.release("serving"))))
    assert sum(verdict.status == "promoted" for verdict in verdicts) >= 38
