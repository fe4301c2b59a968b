"""Who is fitted, and that held-out rows stay out of everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from taproom.contract import held_out
from tests.unit.training.jobs import Row, review, taste, write_part
from trainer.data import reviews
from trainer.data import split as splitting
from trainer.data.split import Split, draw_validation, hold_out, split
from trainer.hyperparameters import parsed


def parted(folder: Path, rows: list[Row], **given: Any) -> Split:
    write_part(folder, rows)
    return split(reviews.read(folder), parsed(given))


def named(part: reviews.Ratings, whole: Split) -> set[tuple[str, str]]:
    return set(zip(whole.usernames[part.user], whole.beers.ids[part.beer], strict=True))


def drinker(name: str, beers: int) -> list[Row]:
    return [review(name, f"b{beer:03}", 3.0, line=beer + 2) for beer in range(beers)]


def test_users_with_5_reviews_or_more_are_fitted_and_others_are_not(tmp_path: Path) -> None:
    counts = {"four": 4, "five": 5, "three hundred": 300}
    whole = parted(tmp_path, [row for name, count in counts.items() for row in drinker(name, count)])
    assert whole.usernames.tolist() == ["five", "three hundred"]
    assert len(whole.observed) + len(whole.held_out) == 305


def test_repeated_reviews_of_a_beer_count_once(tmp_path: Path) -> None:
    rows = drinker("ann", 4) + drinker("ann", 4) + drinker("bob", 10) + drinker("cid", 10)
    assert parted(tmp_path, rows).usernames.tolist() == ["bob", "cid"]


def test_beers_of_users_who_are_not_fitted_stay_known(tmp_path: Path) -> None:
    rows = drinker("bob", 10) + drinker("cid", 10) + [review("once", "rare", 5.0)]
    assert "rare" in parted(tmp_path, rows).beers.ids


def test_the_groups_share_no_row_and_lose_none(tmp_path: Path) -> None:
    rows = taste()
    whole = parted(tmp_path, rows)
    groups = [named(part, whole) for part in (whole.training, whole.validation, whole.held_out)]
    assert set.union(*groups) == {(row["username"], row["beer_id"]) for row in rows}
    assert sum(map(len, groups)) == len(rows)


def test_validation_takes_its_share_but_no_more_than_20_000_rows() -> None:
    chosen = parsed({"validation_share": 0.05})
    assert [draw_validation(rows, chosen).sum() for rows in (2, 1000, 399_990, 1_000_000)] == [
        1, 50, 20_000, 20_000,
    ]  # fmt: skip


def test_rows_are_held_out_by_the_contract_alone(tmp_path: Path) -> None:
    rows = taste()
    whole = parted(tmp_path, rows)
    pairs = {(row["username"], row["beer_id"]) for row in rows}
    assert named(whole.held_out, whole) == {pair for pair in pairs if held_out(*pair, 0.1)}


def test_another_seed_draws_other_validation_rows_but_holds_out_the_same(tmp_path: Path) -> None:
    one, two = parted(tmp_path, taste(), seed=1), parted(tmp_path, taste(), seed=2)
    assert named(one.held_out, one) == named(two.held_out, two)
    assert named(one.validation, one) != named(two.validation, two)
    assert len(one.validation) == len(two.validation) == round(0.05 * len(one.observed))


def test_what_held_out_reviews_say_changes_nothing_that_is_fitted(tmp_path: Path) -> None:
    def spoilt(row: Row) -> Row:
        return row | {"score": 0.0} if held_out(row["username"], row["beer_id"], 0.1) else row

    honest = parted(tmp_path / "honest", taste())
    tampered = parted(tmp_path / "tampered", [spoilt(row) for row in taste()])
    assert (tampered.held_out.score == 0).all() and not (honest.held_out.score == 0).any()
    assert np.array_equal(honest.observed.score, tampered.observed.score)
    assert np.array_equal(honest.observed.beer, tampered.observed.beer)


def test_what_is_held_out_already_stays_so_beside_probes_and_users_who_are_not_fitted(tmp_path: Path) -> None:
    write_part(tmp_path, [*drinker("few", 3), *taste()])
    known = reviews.read(tmp_path)
    is_held_out = hold_out(known.ratings, known.usernames, known.beers.ids, 0.1)
    is_probe = np.arange(len(known.ratings)) % 7 == 0
    for probes in (None, is_probe):
        own, given = split(known, parsed({}), probes), split(known, parsed({}), probes, is_held_out)
        for group in ("training", "validation", "held_out", "probes"):
            assert named(getattr(own, group), own) == named(getattr(given, group), given), group


def test_of_too_many_users_some_are_measured_and_what_the_others_held_back_is_in_no_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = taste()
    before = parted(tmp_path, rows)
    monkeypatch.setattr(splitting, "_MOST_MEASURED", 10)
    monkeypatch.setattr(splitting, "_LEAST_MEASURED", 5)
    some = parted(tmp_path, rows)
    assert len(np.unique(some.held_out.user)) == 10
    assert named(some.held_out, some) < named(before.held_out, before)
    assert named(some.observed, some) == named(before.observed, before)
    # Of 50 beers each, 350 scores are of 7 users; 5 are the fewest, whatever the scores.
    for scores, users in ((350, 7), (50, 5)):
        monkeypatch.setattr(splitting, "_MOST_SCORES", scores)
        assert len(np.unique(parted(tmp_path, rows).held_out.user)) == users
