"""How unlike the reviews of a drop are those that the release in service was fitted on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from taproom.catalogue_file import score_shares
from taproom.evidence.drift import MOST_SHIFT, Drift

# A drop of fewer reviews, or by fewer people, is theirs: it says nothing of what everybody's are like now.
LEAST_ROWS, LEAST_USERS = 500, 20
# The share of reviews of beers that the release does not know, or of beers without a style or strength more than usual.
MOST_NEW, MOST_MISSING = 0.6, 0.2
_STYLES = 20
_ASKED = 50
# Stands for a share of nothing, whose logarithm is none.
_LEAST_SHARE = 0.001


@dataclass(frozen=True)
class Usual:
    """What the release was fitted on.

    `scores` are shares as of taproom.catalogue_file.score_shares, None of a release that did not record them; `styles`
    the share of reviews of each style; `without_style` and `without_abv` of beers of unknown ones.
    """

    scores: Sequence[float] | None
    styles: Mapping[str, float]
    without_style: float
    without_abv: float


def compare(
    part: Path, usual: Usual, unknown: Callable[[list[str]], set[str]], newcomers: Callable[[list[str]], int]
) -> Drift | None:
    """The reviews of the file `part` beside what is usual; None of too few to tell.

    `unknown` says which of some ids are of no beer that the release knows, `newcomers` how many of some users have no
    history.
    """
    rows, without_style, without_abv, total = 0, 0, 0, 0.0
    users: dict[str, None] = {}
    beers, styles, scores = Counter[str](), Counter[str](), Counter[float]()
    with pq.ParquetFile(part) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=["username", "beer_id", "style", "abv", "score"])
            rows += table.num_rows
            users |= dict.fromkeys(table["username"].unique().to_pylist())
            without_style += table["style"].null_count
            without_abv += table["abv"].null_count
            total += math.fsum(table["score"].to_pylist())
            for counter, column in ((beers, "beer_id"), (styles, "style"), (scores, "score")):
                found = table[column].drop_null().value_counts()
                counted = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
                counter.update(dict(counted))
    if rows < LEAST_ROWS or len(users) < LEAST_USERS:
        return None
    asked = list(users)[:: max(1, len(users) // _ASKED)][:_ASKED]
    return Drift(
        rows=rows,
        users=len(users),
        scores=None if usual.scores is None else stability_index(score_shares(scores), usual.scores),
        mean_score=round(total / rows, 4),
        styles=_styles(styles, usual.styles),
        new_beers=sum(beers[beer_id] for beer_id in unknown(list(beers))) / rows,
        new_users=newcomers(asked) / len(asked),
        without_style=without_style / rows,
        without_abv=without_abv / rows,
    )


def stability_index(shares: Sequence[float], usual: Sequence[float]) -> float:
    """PSI = sum of (p - q) ln(p / q) over the shares p and the usual ones q of the same groups.

    It is Jeffreys' divergence; below 0.1 there is no shift, from 0.25 on a significant one (Siddiqi, "Credit risk
    scorecards", 2006).
    """
    pairs = ((max(one, _LEAST_SHARE), max(other, _LEAST_SHARE)) for one, other in zip(shares, usual, strict=True))
    return round(sum((p - q) * math.log(p / q) for p, q in pairs), 4)


def _styles(counted: Mapping[str, int], usual: Mapping[str, float]) -> float | None:
    """Of the twenty usual styles, and of all others together; None where no style is known."""
    if not usual:
        return None
    total = sum(counted.values())
    if not total:
        return None
    common = sorted(usual, key=lambda style: -usual[style])[:_STYLES]
    now, before = [counted.get(style, 0) / total for style in common], [usual[style] for style in common]
    return stability_index([*now, 1 - sum(now)], [*before, 1 - sum(before)])


def notes(found: Drift, usual: Usual) -> list[str]:
    """A sentence for what is far from usual."""
    said = []
    if found.scores is not None and found.scores > MOST_SHIFT:
        said.append(
            f"Scores are unlike those that the release in service was fitted on (stability index "
            f"{found.scores:.2f}, usual are at most {MOST_SHIFT}): is the scale the same?"
        )
    if found.styles is not None and found.styles > MOST_SHIFT:
        said.append(f"Styles are unlike those of before (stability index {found.styles:.2f}).")
    if found.new_beers > MOST_NEW:
        said.append(f"{found.new_beers:.0%} of the reviews are of beers that the release in service does not know.")
    for name, share, before in (
        ("style", found.without_style, usual.without_style),
        ("strength", found.without_abv, usual.without_abv),
    ):
        if share > before + MOST_MISSING:
            said.append(f"{share:.0%} of the reviews come without a {name}, {before:.0%} did before.")
    return said
