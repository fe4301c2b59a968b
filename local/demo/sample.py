"""A generated beer world: breweries, beers, users and reviews that exist nowhere else.

Nothing in it was written by a person or says anything about a real beer. It is made so that a
recommender has something to learn: users have tastes, beers have a character that follows their style, popularity
follows Zipf's law, and both what somebody tries and what they think of it depend on taste.

The same arguments give the same bytes. `python -m local.demo.sample --help` says how to write such a file.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from local.demo import sample_words as words

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

COLUMNS = ("score", "username", "text", "style", "abv", "brewery_name", "beer_name")
FEWEST_REVIEWS, MOST_REVIEWS = 5, 110
HIGHEST, LOWEST, STEP = 5.0, 0.5, 0.5

TASTE = 6
# Shares of the variance of a score, as standard deviations on the review scale.
QUALITY, LENIENCY, LIKING, MOOD = 0.25, 0.28, 0.62, 0.36
MEAN = 3.12
# How much taste, and living where a brewery is, decide what somebody tries.
CURIOSITY, HOME = 2.0, 1.3
ZIPF = 0.7
REGIONS = 12
SHARE_WITH_TEXT, SHARE_WITHOUT_ABV = 0.3, 0.03


@dataclass(frozen=True)
class Beers:
    """The catalogue; each array is [beers], `character` [beers, TASTE]."""

    names: list[str]
    breweries: list[str]
    styles: list[str]
    abv: Reals  # percent by volume, NaN where unknown
    region: Whole
    quality: Reals
    popularity: Reals  # sums to 1
    character: Reals

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Users:
    """Each array is [users], `taste` [users, TASTE]."""

    names: list[str]
    region: Whole
    leniency: Reals
    activity: Whole  # reviews
    taste: Reals

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Reviews:
    """In the order in which they were written; each array is [reviews]."""

    beers: Beers
    users: Users
    user: Whole
    beer: Whole
    score: Reals
    text: list[str]

    def __len__(self) -> int:
        return len(self.user)


def generate(users: int = 2_000, beers: int = 800, reviews: int = 40_000, seed: int = 1) -> Reviews:
    """Generate a world.

    Raises
    ------
    ValueError
        If so many reviews can't be spread over so many users, 5 to 110 each and every beer once, or for too few beers.
    """
    most = min(MOST_REVIEWS, beers)
    if beers < 2 * FEWEST_REVIEWS or users < 1 or not users * FEWEST_REVIEWS <= reviews <= users * most:
        raise ValueError(
            f"{reviews} reviews of {beers} beers by {users} users were asked for; a user writes {FEWEST_REVIEWS} to "
            f"{most}, so give {users * FEWEST_REVIEWS} to {users * most} reviews, "
            f"and at least {2 * FEWEST_REVIEWS} beers."
        )
    random = np.random.default_rng(seed)
    catalogue = _beers(random, beers)
    people = _users(random, users, reviews, most)
    user, beer, liking = _tried(random, catalogue, people)
    score = _scores(random, catalogue, people, user, beer, liking)
    text = words.review_texts(random, SHARE_WITH_TEXT, [catalogue.styles[which] for which in beer], score)
    return Reviews(catalogue, people, user, beer, score, text)


def write(reviews: Reviews, file: Path) -> None:
    """Write the drop format to `file`; compressed where its name ends in .gz."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    beers, users = reviews.beers, reviews.users
    for user, beer, score, review in zip(reviews.user, reviews.beer, reviews.score, reviews.text, strict=True):
        abv = "" if np.isnan(beers.abv[beer]) else f"{beers.abv[beer]:.1f}"
        rows.writerow(
            (
                f"{score:.1f}",
                users.names[user],
                review,
                beers.styles[beer],
                abv,
                beers.breweries[beer],
                beers.names[beer],
            )
        )
    content = text.getvalue().encode()
    # A time in gzip's header would make the same reviews other bytes.
    file.write_bytes(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)


def _beers(random: np.random.Generator, count: int) -> Beers:
    breweries = words.brewery_names(random, max(3, count // 9))
    brewery = random.integers(len(breweries), size=count)
    brewery_region = random.integers(REGIONS, size=len(breweries))
    popularity = 1 / np.arange(1, count + 1) ** ZIPF
    style = random.choice(len(words.STYLES), size=count, p=_normalised([each.share for each in words.STYLES]))
    # A family of styles shares most of its character, a style some, and every beer has some of its own.
    family_names = sorted({each.family for each in words.STYLES})
    family = random.normal(size=(len(family_names), TASTE))
    of_style = np.array(
        [family[family_names.index(each.family)] + 0.3 * random.normal(size=TASTE) for each in words.STYLES]
    )
    character = of_style[style] + 0.25 * random.normal(size=(count, TASTE))
    abv = np.array([words.STYLES[each].abv for each in style]) * np.exp(random.normal(0, 0.09, size=count))
    abv = np.where(random.random(count) < SHARE_WITHOUT_ABV, np.nan, np.clip(abv, 0.5, 16).round(1))
    brewery_quality = random.normal(0, 0.5, size=len(breweries))
    quality = QUALITY * (brewery_quality[brewery] + 0.87 * _left_skewed(random, count))
    return Beers(
        names=words.beer_names(random, brewery, [words.STYLES[each].short for each in style]),
        breweries=[breweries[each] for each in brewery],
        styles=[words.STYLES[each].name for each in style],
        abv=abv,
        region=brewery_region[brewery],
        quality=quality,
        popularity=popularity / popularity.sum(),
        character=character / np.linalg.norm(character, axis=1, keepdims=True),
    )


def _users(random: np.random.Generator, count: int, reviews: int, most: int) -> Users:
    taste = random.normal(size=(count, TASTE))
    return Users(
        names=words.usernames(random, count),
        region=random.integers(REGIONS, size=count),
        leniency=random.normal(0, LENIENCY, size=count),
        activity=_activity(random, count, reviews, most),
        taste=taste / np.linalg.norm(taste, axis=1, keepdims=True) * np.sqrt(TASTE),
    )


def _activity(random: np.random.Generator, users: int, reviews: int, most: int) -> Whole:
    """How many reviews each user writes: log-normal within the bounds, adding up to `reviews`."""
    wanted = np.exp(random.normal(0, 0.8, size=users))
    low, high = 0.0, float(reviews)
    # The sum grows with the scale, so the scale that gives `reviews` is found by halving.
    for _ in range(100):
        scale = (low + high) / 2
        if np.clip(wanted * scale, FEWEST_REVIEWS, most).sum() < reviews:
            low = scale
        else:
            high = scale
    exact = np.clip(wanted * low, FEWEST_REVIEWS, most)
    activity = np.floor(exact).astype(np.int64)
    missing = reviews - int(activity.sum())
    open_to_more = np.flatnonzero(activity < most)
    by_rest = open_to_more[np.argsort(-(exact - activity)[open_to_more], kind="stable")]
    activity[by_rest[:missing]] += 1
    return activity


def _tried(random: np.random.Generator, beers: Beers, users: Users) -> tuple[Whole, Whole, Reals]:
    """Who tried what, in the order of writing, and how much the user likes beers of its kind (mean 0, variance 1)."""
    user_of, beer_of, liking_of = [], [], []
    log_popularity = np.log(beers.popularity)
    for user in range(len(users)):
        liking = beers.character @ users.taste[user]
        drawn = log_popularity + CURIOSITY * liking + HOME * (beers.region == users.region[user])
        # The largest of Gumbel-perturbed logits are a draw without replacement (Kool et al., 2019).
        drawn = drawn + random.gumbel(size=len(beers))
        chosen = np.argpartition(-drawn, users.activity[user] - 1)[: users.activity[user]]
        user_of.append(np.full(len(chosen), user))
        beer_of.append(chosen)
        liking_of.append(liking[chosen])
    order = random.permutation(int(users.activity.sum()))
    return (
        np.concatenate(user_of).astype(np.int64)[order],
        np.concatenate(beer_of).astype(np.int64)[order],
        np.concatenate(liking_of)[order],
    )


def _scores(random: np.random.Generator, beers: Beers, users: Users, user: Whole, beer: Whole, liking: Reals) -> Reals:
    """Scores in steps of a half, skewed to the left as on review sites: few are bad, many are good."""
    mood = MOOD * _left_skewed(random, len(user))
    meant = MEAN + users.leniency[user] + beers.quality[beer] + LIKING * liking + mood
    scores: Reals = np.clip(np.round(meant / STEP) * STEP, LOWEST, HIGHEST)
    return scores


def _left_skewed(random: np.random.Generator, count: int) -> Reals:
    """Mean 0, variance 1, skewness -1: a mirrored gamma of shape 4."""
    shape = 4.0
    return (shape - random.gamma(shape, size=count)) / np.sqrt(shape)


def _normalised(shares: Sequence[float]) -> Reals:
    weights = np.asarray(shares, np.float64)
    return weights / weights.sum()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m local.demo.sample",
        description="Write generated reviews of generated beers, in the format that Taproom takes. None of it is real.",
    )
    parser.add_argument("--users", type=int, default=2_000, help="how many users (default: %(default)s)")
    parser.add_argument("--beers", type=int, default=800, help="how many beers (default: %(default)s)")
    parser.add_argument("--reviews", type=int, default=40_000, help="how many reviews (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another world (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .csv or .csv.gz")
    chosen = parser.parse_args(arguments)
    try:
        reviews = generate(chosen.users, chosen.beers, chosen.reviews, chosen.seed)
    except ValueError as error:
        parser.error(str(error))
    write(reviews, chosen.out)
    print(f"Wrote {len(reviews):,} generated reviews to {chosen.out}.")


if __name__ == "__main__":
    main()
