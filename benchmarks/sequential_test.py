"""How often the sequential test of online quality is wrong, and after how many users it finds a worse release.

    PYTHONPATH=functions:. python benchmarks/sequential_test.py

Users have 4 answers on average, and a rate of their own, spread around that of their group; somebody looks after every
batch of users. Prints the share of comparisons of two equal groups in which a difference was claimed at any time, and
that of comparisons with a group that is 10 % worse in which it was found, with the users of each group that it took.
"""

from __future__ import annotations

import numpy as np

from monitor.sequential_test import Group, difference

ANSWERS = 4
# Of a user's own rate around the group's: beta with so many pseudo-answers.
SPREAD = 8
WORSE = 0.1


def group(rate: float, users: int, chance: np.random.Generator) -> Group:
    """Users who have the outcome at rates of their own, `rate` on average."""
    answers = chance.geometric(1 / ANSWERS, users)
    outcomes = chance.binomial(answers, chance.beta(rate * SPREAD, (1 - rate) * SPREAD, users))
    return Group(answers.astype(float), outcomes.astype(float))


def claimed_after(one: Group, other: Group, batch: int) -> int | None:
    """The users of each group after which a difference is claimed first, None where it never is."""
    for users in range(batch, len(one) + 1, batch):
        parts = [Group(*(column[:users] for column in each)) for each in (one, other)]
        found = difference(*parts)
        if found is not None and (found.is_less or found.is_more):
            return users
    return None


def claims(rate: float, worse: float, repeats: int, users: int, batch: int, seed: int = 1) -> list[int]:
    """After how many users a difference was claimed, in those of `repeats` comparisons in which it was."""
    chance = np.random.default_rng(seed)
    found = (
        claimed_after(group(rate * (1 - worse), users, chance), group(rate, users, chance), batch)
        for _ in range(repeats)
    )
    return [users for users in found if users is not None]


def main() -> None:
    print("rate   equal groups told apart   10 % worse found   after users (median)")
    for rate, users in ((0.01, 100_000), (0.03, 60_000), (0.1, 20_000), (0.3, 10_000)):
        wrong, right = claims(rate, 0, 1000, 4000, 200), claims(rate, WORSE, 100, users, users // 50)
        after = f"{np.median(right):,.0f}" if right else f"more than {users:,}"
        print(f"{rate:<7g}{len(wrong) / 1000:<26.1%}{len(right) / 100:<19.0%}{after}")


if __name__ == "__main__":
    main()
