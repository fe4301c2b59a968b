"""What each part of the models is worth: every one in and out, on data sets that are unlike each other.

    PYTHONPATH=layers/shared python training/ablate.py             all of it: an hour on two cores
    PYTHONPATH=layers/shared python training/ablate.py --resume    goes on where an interrupted run was

Reads CSVs of reviews from ../shared/data, and skips those that are not there. Each result is saved in
docs/ablations.json as soon as it is there, and docs/ablations.md is written anew. No row that the job would hold out is
looked at: what is compared are validation rows, and those of users who are left out of fitting.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sqlite3  # noqa: F401 (before TensorFlow, whose own SQLite lacks full-text search and would take its place)
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # tensorflow-recommenders refuses Keras 3
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from trainer import hyperparameters
from trainer.data import split as splitting
from trainer.data.attributes import ItemAttributes
from trainer.data.histories import Histories
from trainer.data.reviews import Beers, Ratings, Reviews
from trainer.data.split import Split
from trainer.evaluation.metrics import rmse
from trainer.fitting import determinism
from trainer.hyperparameters import RANKING_FEATURES, Hyperparameters
from trainer.ranking.cross_fit import CrossFittedFeatures, cross_fit, features_for
from trainer.ranking.features.base import FeatureBlock
from trainer.ranking.fit import fit_model
from trainer.ranking.model import inputs_of
from trainer.ranking.ranking_features import BLOCKS

PROJECT = Path(__file__).resolve().parents[1]
DATA = PROJECT.parent / "shared" / "data"
DATA_SETS = ("beeradvocate_5500", "ratebeer_text", "movielens_small")
JSON, PAGE = PROJECT / "docs" / "ablations.json", PROJECT / "docs" / "ablations.md"
# Everybody is fitted, as in the benchmark.
EVERYBODY = {"minimum_reviews": 1, "held_out_share": 0.2, "validation_share": 0.1}
NEWCOMER_SHARE, GIVEN = 0.05, 5
# A beer with so many training reviews or fewer is rare.
RARE = 5
# Of the network, on the same features: its chance is as large as what some blocks are worth.
SEEDS = (1, 2)

Results = dict[str, dict[str, dict[str, dict[str, float]]]]  # by table, data set and variant


@dataclass(frozen=True)
class Data:
    """A data set as the job would see it: newcomers' `given` and `asked` rows are in no part of `split`."""

    split: Split
    given: Ratings
    asked: Ratings
    attributes: ItemAttributes


@dataclass(frozen=True)
class Variant:
    """A row: `settings` are over the defaults, `files` (of training/trainer) the code of what is in or out."""

    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A section of the page: `measure` gives a number for each of `columns`, whose values are their headings."""

    title: str
    explanation: str
    columns: Mapping[str, str]
    variants: tuple[Variant, ...]
    measure: Callable[[Data, Hyperparameters], dict[str, float]]


class FitOnce:
    """Makes `block` be fitted once for the same reviews: variants differ in which blocks there are, not in their fits.

    `saved` are the seconds that fits, of all blocks, would have taken once more.
    """

    saved = 0.0

    def __init__(self, block: type[FeatureBlock]) -> None:
        self._fit, self._fitted = block.fit, dict[bytes, tuple[FeatureBlock, float]]()

    def __call__(self, reviews: Histories, attributes: ItemAttributes, config: Hyperparameters) -> FeatureBlock:
        content = hashlib.sha256(reviews.beer.tobytes() + reviews.score.tobytes()).digest()
        if content in self._fitted:
            FitOnce.saved += self._fitted[content][1]
        else:
            started = time.perf_counter()
            self._fitted[content] = self._fit(reviews, attributes, config), time.perf_counter() - started
        return self._fitted[content][0]


def measure_ranking(data: Data, config: Hyperparameters) -> dict[str, float]:
    """RMSE of the model, on average over SEEDS, and the seconds of its features and of one network."""
    started, FitOnce.saved = time.perf_counter(), 0.0
    known = cross_fit(data.split, data.attributes, config)
    seconds = time.perf_counter() - started + FitOnce.saved
    newcomers = _newcomers_features(data, known)
    validation, asked = data.split.validation, data.asked
    is_rare = np.bincount(data.split.training.beer, minlength=len(data.split.beers))[validation.beer] <= RARE
    errors = []
    for seed in SEEDS:
        started = time.perf_counter()
        own = hyperparameters.parsed(_changed(config) | {"seed": seed})
        model, _ = fit_model(data.split, data.attributes, known, own, None, lambda *_: None)
        network_seconds = time.perf_counter() - started
        predicted, of_newcomers = (
            model(inputs_of(features, *_ids(ratings, data.attributes))).numpy()
            for ratings, features in ((validation, known.validation.values), (asked, newcomers))
        )
        errors.append(
            (
                rmse(predicted, validation.score),
                rmse(predicted[is_rare], validation.score[is_rare]),
                rmse(of_newcomers, asked.score),
            )
        )
    measured = dict(zip(("rmse", "rare", "newcomers"), np.mean(errors, axis=0).tolist(), strict=True))
    return measured | {"seconds": seconds + network_seconds}


TABLES: Mapping[str, Table] = {
    "ranking": Table(
        "Ranking",
        "Root mean squared error of predicted scores, in points; less is better. Rare beers have five training "
        f"reviews at most; newcomers were left out of fitting and are known by five reviews. Means of {len(SEEDS)} "
        "seeds of the network, on one split: differences below .001, and on ratebeer_text .002, are within chance. "
        "Seconds are of features and one network, and compare on a machine that does nothing else.",
        {"rmse": "RMSE", "rare": "of rare beers", "newcomers": "of newcomers", "seconds": "seconds"},
        (
            Variant("as it is", files=("ranking/**/*.py",)),
            *(
                Variant(
                    f"without {name.replace('_', ' ')}",
                    {"ranking_features": [other for other in RANKING_FEATURES if other != name]},
                    (f"ranking/features/{name}.py", *(["ranking/features/variational_bayes.py"] * (name == "factors"))),
                )
                for name in RANKING_FEATURES
            ),
            Variant("factors alone", {"ranking_features": ["factors"]}),
            Variant("without cross layers", {"use_cross_layer": False}),
            Variant("without deep layers", {"deep_layer_sizes": []}),
        ),
        measure_ranking,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resume", action="store_true", help="keep results that are there, measure what is missing")
    parser.add_argument(
        "--only", nargs="+", choices=DATA_SETS, default=DATA_SETS, metavar="DATA", help="of these alone"
    )
    asked = parser.parse_args()
    results: Results = json.loads(JSON.read_text()) if JSON.exists() else {}
    determinism.require(SEEDS[0])
    for block in BLOCKS.values():
        block.fit = FitOnce(block)  # type: ignore[method-assign]
    for name in asked.only:
        file = DATA / f"{name}.csv.gz"
        if not file.is_file():
            say(f"{name} is skipped: there is no file {file}. Put a CSV of reviews with the columns of a drop there")
            continue
        data = prepare(file)
        for key, table in TABLES.items():
            found = results.setdefault(key, {}).setdefault(name, {})
            for variant in table.variants:
                if asked.resume and variant.title in found:
                    continue
                config = hyperparameters.parsed(EVERYBODY | dict(variant.settings))
                found[variant.title] = table.measure(data, config)
                say(f"{name} · {key} {variant.title} · " + _line(found[variant.title]))
                JSON.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
                PAGE.write_text(page(results), encoding="utf-8")


def prepare(file: Path) -> Data:
    """The reviews of `file`, split by the job's own rules, and a few users left out."""
    known = read(file)
    config = hyperparameters.parsed(EVERYBODY)
    whole = splitting.split(known, config)
    chance = np.random.default_rng(config.seed)
    users = len(whole.usernames)
    is_new = np.zeros(users, np.bool_)
    is_new[chance.choice(users, round(users * NEWCOMER_SHARE), replace=False)] = True
    training, validation = (ratings.select(~is_new[ratings.user]) for ratings in (whole.training, whole.validation))
    rows = whole.observed.select(is_new[whole.observed.user])
    rows = rows.select(chance.permutation(len(rows)))
    rows = rows.select(np.argsort(rows.user, kind="stable"))
    place = np.arange(len(rows)) - np.searchsorted(rows.user, rows.user)
    parts = Split(whole.usernames, whole.beers, training, validation, whole.held_out)
    return Data(parts, rows.select(place < GIVEN), rows.select(place >= GIVEN), ItemAttributes.from_beers(whole.beers))


def read(file: Path) -> Reviews:
    """A CSV in the drop format whose beers have ids; of a user and a beer the last review counts."""
    rows = pd.read_csv(
        file, dtype={"username": str, "beer_id": str, "beer_name": str, "brewery_name": str, "style": str}
    )
    rows = rows.drop_duplicates(["username", "beer_id"], keep="last").fillna({"abv": -1.0})
    user, usernames = pd.factorize(rows["username"], sort=True)
    beer, ids = pd.factorize(rows["beer_id"], sort=True)
    each = rows.drop_duplicates("beer_id", keep="last").sort_values("beer_id")
    names, breweries, styles = (each[name].to_numpy(object) for name in ("beer_name", "brewery_name", "style"))
    ratings = Ratings(user.astype(np.int32), beer.astype(np.int32), rows["score"].to_numpy(np.float32))
    return Reviews(
        np.asarray(usernames, object),
        Beers(np.asarray(ids, object), names, breweries, styles, each["abv"].to_numpy(np.float32)),
        ratings.select(np.lexsort((ratings.beer, ratings.user))),
    )


def page(results: Results) -> str:
    """docs/ablations.md."""
    lines = ["# Ablations", "", "What `training/ablate.py` measured: each part of the models in and out."]
    for key, table in TABLES.items():
        lines += ["", f"## {table.title}", "", textwrap.fill(table.explanation, 100)]
        for name in DATA_SETS:
            found = results.get(key, {}).get(name, {})
            head = ["", *table.columns.values(), "lines of code"]
            lines += ["", f"### {name}", "", _row(head), _row(["---", *["---:"] * (len(head) - 1)])]
            for variant in table.variants:
                if variant.title in found:
                    values = found[variant.title]
                    numbers = [
                        f"{values[each]:.0f}" if each == "seconds" else f"{values[each]:.4f}" for each in table.columns
                    ]
                    lines.append(_row([variant.title, *numbers, str(_lines_of_code(variant.files) or "")]))
    return "\n".join(lines) + "\n"


def _newcomers_features(data: Data, known: CrossFittedFeatures) -> Any:
    histories = Histories.from_ratings(data.given, len(data.split.usernames))
    return known.scale.standardise(
        features_for(data.asked, known.features, histories, data.attributes, data.split.beers.abv)
    )


def _ids(ratings: Ratings, attributes: ItemAttributes) -> tuple[Any, ...]:
    return ratings.beer, attributes.style[ratings.beer], attributes.brewery[ratings.beer]


def _changed(config: Hyperparameters) -> dict[str, Any]:
    return {name: value for name, value in vars(config).items() if value != getattr(Hyperparameters(), name)}


def _lines_of_code(patterns: Iterable[str]) -> int:
    trainer = PROJECT / "training" / "trainer"
    return sum(len(file.read_text().splitlines()) for pattern in patterns for file in trainer.glob(pattern))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _line(values: Mapping[str, float]) -> str:
    return " ".join(f"{name} {value:.4f}" for name, value in values.items())


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
