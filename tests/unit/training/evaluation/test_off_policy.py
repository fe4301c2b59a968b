"""What another policy would have achieved, by the answers of the one that served."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from coba.environments import OpeRewards

from trainer.evaluation import off_policy
from trainer.evaluation.off_policy import Shown

BEERS = range(5)
# Whether each would be taken if it was shown. The policy shows 0 and 1; at the second place chance may show another.
TAKEN = (1, 0, 1, 0, 1)
POLICY, SHARE = (0, 1), 0.2
OTHERS = [beer for beer in BEERS if beer not in POLICY]


class Answer(NamedTuple):
    beers: tuple[int, ...]
    probabilities: tuple[float, ...]


def answers() -> Iterator[tuple[float, Answer]]:
    """All answers that chance can make, each with its probability."""
    yield 1 - SHARE, Answer(POLICY, (1.0, 1 - SHARE))
    for beer in OTHERS:
        each = SHARE / len(OTHERS)
        yield each, Answer((0, beer), (1.0, each))


def shown(listed: set[int], *some: Answer) -> Shown:
    """Answers to a user each, beside a policy that lists these beers."""
    flat = [(place, *pair) for place, one in enumerate(some) for pair in zip(one.beers, one.probabilities, strict=True)]
    answer, beer, probability = (np.array(column) for column in zip(*flat, strict=True))
    return Shown(
        user=np.arange(len(some), dtype=np.int32),
        answer=answer.astype(np.int32),
        probability=probability.astype(np.float64),
        taken=np.array(TAKEN, np.bool_)[beer],
        is_listed=np.isin(beer, list(listed)),
    )


@pytest.mark.parametrize("listed", [set(each) for each in itertools.combinations(BEERS, 2)])
def test_over_all_that_chance_can_do_ips_and_dr_are_what_the_other_policy_achieves(listed: set[int]) -> None:
    truth = sum(TAKEN[beer] for beer in listed)
    weighed = list(answers())
    ips = sum(p * off_policy.inverse_propensity(shown(listed, one)).value for p, one in weighed)
    assert ips == pytest.approx(truth)
    for expected in (0.0, 0.3, 1.0):
        lengths = np.array([2.0])
        dr = sum(p * off_policy.doubly_robust(shown(listed, one), lengths, expected).value for p, one in weighed)
        assert dr == pytest.approx(truth)


def test_ips_is_the_sum_of_the_rewards_that_coba_estimates() -> None:
    some = [one for _, one in answers()] * 3
    listed = {0, 3, 4}
    interactions = [
        {"context": None, "actions": list(BEERS), "action": beer, "reward": TAKEN[beer], "probability": probability}
        for one in some
        for beer, probability in zip(one.beers, one.probabilities, strict=True)
    ]
    estimated = [each["rewards"] for each in OpeRewards("IPS").filter(interactions)]
    expected = sum(
        rewards(each["action"])
        for rewards, each in zip(estimated, interactions, strict=True)
        if each["action"] in listed
    )
    found = off_policy.inverse_propensity(shown(listed, *some))
    assert found.value == pytest.approx(expected / len(some))


def test_snips_divides_by_the_weights_and_is_exact_where_everything_listed_is_taken() -> None:
    some = [one for _, one in answers()]
    seen = shown({0, 2}, *some)
    # IPS gives the four answers 1, 1 + 15, 1 and 1: 4.75 on average, which no list of two can have.
    assert off_policy.inverse_propensity(seen).value == pytest.approx(19 / 4)
    assert off_policy.self_normalised(seen, np.full(4, 2.0)).value == pytest.approx(2.0)


def test_what_was_taken_as_it_was_served_needs_no_weights() -> None:
    # 0 is taken in each, 2 and 4 in one answer each.
    assert off_policy.logged(shown({0}, *(one for _, one in answers()))).value == pytest.approx(6 / 4)


def test_intervals_are_over_users_and_are_a_point_where_all_have_the_same() -> None:
    same = off_policy.logged(shown({0}, *[Answer(POLICY, (1.0, 0.8))] * 50))
    assert (same.value, same.lower, same.upper) == pytest.approx((1.0, 1.0, 1.0))
    mixed = off_policy.logged(shown({0}, *[Answer((0,), (1.0,)), Answer((1,), (1.0,))] * 200))
    assert mixed.lower < mixed.value == 0.5 < mixed.upper
    # Of one user with 400 answers nothing is known but that one user.
    one = Shown(
        **{**vars(shown({0}, *[Answer((0,), (1.0,)), Answer((1,), (1.0,))] * 200)), "user": np.zeros(400, np.int32)}
    )
    found = off_policy.logged(one)
    assert found.upper == pytest.approx(0.5)


def test_without_an_answer_that_shows_what_is_listed_nothing_is_estimated() -> None:
    found = off_policy.inverse_propensity(shown({3}, Answer(POLICY, (1.0, 0.8))))
    assert (found.value, found.lower, found.upper) == (0.0, 0.0, 0.0)
