"""The generated beer world is the same every time, looks like a review site, and holds something to learn."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from local.demo import sample
from local.demo.sample import Reviews


@pytest.fixture(scope="module")
def world() -> Reviews:
    return sample.generate()


@pytest.fixture(scope="module")
def table(world: Reviews, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The default world as whoever drops it writes it."""
    file = tmp_path_factory.mktemp("sample") / "sample.csv.gz"
    sample.write(world, file)
    return pd.read_csv(file, keep_default_na=False)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_world(tmp_path: Path) -> None:
    written = []
    for number, seed in enumerate((1, 1, 2)):
        file = tmp_path / f"{number}.csv.gz"
        sample.write(sample.generate(users=50, beers=60, reviews=900, seed=seed), file)
        written.append(file.read_bytes())
    assert written[0] == written[1]
    assert written[0][4:8] == bytes(4), "gzip's header must not hold the time"
    assert written[0] != written[2]


def test_the_file_has_the_columns_of_a_drop(table: pd.DataFrame) -> None:
    assert list(table.columns) == ["score", "username", "text", "style", "abv", "brewery_name", "beer_name"]
    assert len(table) == 40_000
    assert table["username"].nunique() == 2_000
    assert table.groupby(["brewery_name", "beer_name"]).ngroups == 800


def test_the_ending_decides_about_compression(tmp_path: Path) -> None:
    small = sample.generate(users=5, beers=20, reviews=50)
    sample.write(small, tmp_path / "a.csv")
    sample.write(small, tmp_path / "a.csv.gz")
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == (tmp_path / "a.csv").read_bytes()


def test_scores_are_like_those_of_review_sites(table: pd.DataFrame) -> None:
    scores = table["score"]
    assert set(scores * 2) <= set(range(1, 11))
    assert scores.mean() == pytest.approx(3.8, abs=0.1)
    assert 0.5 < scores.std() < 0.9
    assert float(((scores - scores.mean()) ** 3).mean()) < -0.3 * float(scores.std()) ** 3


def test_every_user_writes_5_to_110_reviews_and_of_a_beer_only_once(table: pd.DataFrame) -> None:
    counts = table.groupby("username").size()
    assert counts.min() >= 5
    assert counts.max() <= 110
    assert counts.median() < counts.mean()
    assert not table.duplicated(["username", "brewery_name", "beer_name"]).any()


def test_few_beers_have_most_of_the_reviews(world: Reviews) -> None:
    counts = np.sort(np.bincount(world.beer, minlength=800))[::-1]
    assert counts[:80].sum() > 0.3 * counts.sum()
    assert counts[-1] < counts[0] / 20


def test_strength_follows_style_and_is_sometimes_unknown(table: pd.DataFrame) -> None:
    beers = table.drop_duplicates(["brewery_name", "beer_name"])
    known = beers[beers["abv"] != ""].astype({"abv": float})
    assert 0 < len(beers) - len(known) < 0.1 * len(beers)
    strength = known.groupby("style")["abv"].mean()
    assert strength["Russian Imperial Stout"] > 9 > strength["American IPA"] > 6 > strength["Berliner Weissbier"]


def test_texts_are_short_and_most_are_empty(table: pd.DataFrame) -> None:
    assert (table["text"] == "").mean() == pytest.approx(0.7, abs=0.02)
    assert table["text"].str.len().max() < 100


def test_taste_tells_more_about_what_is_tried_than_popularity_does(world: Reviews) -> None:
    """Of a user's beers and as many untried ones that are as popular, taste finds the tried ones."""
    random = np.random.default_rng(0)
    liking = world.users.taste @ world.beers.character.T
    untried = random.permutation(world.beer)
    found = liking[world.user, world.beer] > liking[world.user, untried]
    assert found.mean() > 0.6


def test_taste_tells_about_scores_beyond_what_beer_and_user_do(world: Reviews) -> None:
    liking = np.einsum("ij,ij->i", world.users.taste[world.user], world.beers.character[world.beer])
    rest = world.score - world.beers.quality[world.beer] - world.users.leniency[world.user]
    assert np.corrcoef(liking, rest)[0, 1] > 0.4


@pytest.mark.parametrize(("users", "beers", "reviews"), [(10, 100, 49), (10, 100, 1_001), (1, 9, 7), (0, 100, 0)])
def test_what_cannot_be_is_refused(users: int, beers: int, reviews: int) -> None:
    with pytest.raises(ValueError, match=f"^{reviews} reviews of {beers} beers by {users} users were asked for"):
        sample.generate(users, beers, reviews)


@pytest.mark.parametrize(("users", "beers", "reviews"), [(10, 100, 50), (10, 100, 1_000), (3, 10, 30)])
def test_counts_are_kept_at_the_limits(users: int, beers: int, reviews: int) -> None:
    made = sample.generate(users, beers, reviews)
    assert len(made) == reviews
    assert np.bincount(made.user, minlength=users).min() >= 5


def test_names_do_not_run_out() -> None:
    made = sample.generate(users=70_000, beers=10, reviews=350_000)
    assert len(set(made.users.names)) == 70_000


def test_the_command_writes_a_file_and_says_that_it_is_generated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.main(["--users", "5", "--beers", "20", "--reviews", "50", "--out", str(tmp_path / "a.csv")])
    assert "50 generated reviews" in capsys.readouterr().out
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 51


def test_the_command_refuses_impossible_counts_with_the_possible_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        sample.main(["--users", "5", "--reviews", "1000000", "--out", "a.csv"])
    assert "give 25 to 550 reviews" in capsys.readouterr().err
