"""Results as tables: for the terminal, and as docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import mean
from typing import Any

from benchmarks.data.holdout import GIVEN, NEWCOMER_SHARE, TEST_SHARE, VALIDATION_SHARE
from benchmarks.models import MODELS
from benchmarks.report import targets
from benchmarks.tasks.metrics import COLD, COLD_RECALL_AT_100
from benchmarks.threads import THREADS
from taproom.metrics import LIKED_AT_10, MAE, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100, RMSE

Found = Mapping[str, Any]
Row = Sequence[str]

_LISTS = (RECALL_AT_10, RECALL_AT_100, NDCG_AT_10, LIKED_AT_10)
_SCORES = (RMSE, MAE)
_COSTS = ("fit s", "peak MB")


def page(document: Found, plot: str) -> str:
    """docs/benchmarks.md; `plot` is the picture's file name."""
    about = document["about"]
    parts = [
        "# Benchmarks of quality",
        "What `make quality` measured; the same numbers, and more, are in [benchmarks.json](benchmarks.json).",
        f"![Taproom next to its peers]({plot})",
        protocol(about),
    ]
    for name, data_set in document["data_sets"].items():
        parts += [f"## {name}", counts(data_set), *sections(name, data_set, _markdown)]
    parts += ["## Time and size", times(document, _markdown)]
    return "\n\n".join(part for part in parts if part) + "\n"


def terminal(document: Found) -> str:
    """The same tables in plain text."""
    parts = []
    for name, data_set in document["data_sets"].items():
        parts += [f"{name}: {counts(data_set)}", *sections(name, data_set, _plain)]
    parts.append(times(document, _plain))
    return "\n\n".join(part for part in parts if part)


def protocol(about: Found) -> str:
    """What the numbers are measured on, and how."""
    return "\n".join(
        [
            "## How it was measured",
            "",
            f"For each seed a random {TEST_SHARE:.0%} of the reviews is held out, of all users. Hyper-parameters and "
            f"epochs of every model, ours included, are chosen on {VALIDATION_SHARE:.0%} of the remaining rows with "
            "the first seed, retrieval's by NDCG@100 and ranking's by RMSE, from as many tries (stated below) for each "
            "model that has any hyper-parameters; then it is fitted again on all rows that are not held out. "
            "Every model's first try is what did well on validation rows of beeradvocate_5500 while the benchmark, and "
            "Taproom, were written.",
            "",
            "Retrieval ranks every beer of the file; those that the user reviewed in fitted rows are left out. "
            "recall@k is the share of a user's held-out beers among the first k, NDCG@10 counts them as relevant or "
            "not, and liked@10 is the number of held-out beers among the first 10 that the user scored at least as "
            "high as their own mean of fitted scores: all are means over users with held-out reviews. A user without "
            "any fitted review gets the most reviewed beers from every peer. RMSE and MAE are over held-out rows, on "
            "the scale of 0 to 5. Where there are several seeds, ± is the standard deviation between them.",
            "",
            f"Every fit runs in a process of its own with {THREADS} threads; peak memory is that of the whole "
            f"process, data and evaluation included. Machine: {about.get('machine', 'unknown')}. "
            f"Packages: {about.get('packages', 'unknown')}.",
        ]
    )


def counts(data_set: Found) -> str:
    return (
        f"{data_set['reviews']:,} reviews of {data_set['beers']:,} beers by {data_set['users']:,} users; "
        f"{_number(data_set['seeds'], 'seed')}, {_number(data_set['tries'], 'try', 'tries')} a model."
    )


def sections(name: str, data_set: Found, table: Callable[[Sequence[Row]], str]) -> list[str]:
    """The tables of one data set."""
    models = data_set["models"]
    found = [
        _titled("Retrieval", retrieval(models), table),
        _titled("Ranking", ranking(models), table),
        _titled("Against the targets", summary(name, data_set), table),
        _titled(
            f"Newcomers: recall@100 of {NEWCOMER_SHARE:.0%} of the users, left out of fitting, by {GIVEN} of their "
            "ratings, next to known users; the same rows are asked for and left out of everybody's lists",
            newcomers(models),
            table,
        ),
        _titled(
            f"Cold beers: recall@100 of held-out reviews of beers with fewer than {COLD} fitted ones",
            cold(models),
            table,
        ),
        _titled("Chosen hyper-parameters", chosen(models), table),
    ]
    return [each for each in found if each]


def retrieval(models: Found) -> list[Row]:
    rows: list[Row] = [("model", *(metric.label for metric in _LISTS), *_COSTS)]
    for name, model in _measured(models, RECALL_AT_10.name):
        ours = MODELS[name].kind == "taproom"
        title = f"{MODELS[name].title}, retrieval order" if ours else MODELS[name].title
        rows.append((title, *(_value(model, metric.name) for metric in _LISTS), *_costs(model)))
        if ours:
            # Retrieval's hundredth place is the same in both orders' reach, so the served one has no recall@100.
            served = (
                _value(model, f"served_{metric.name}") if metric is not RECALL_AT_100 else "" for metric in _LISTS
            )
            rows.append((f"{MODELS[name].title}, served order", *served, "", ""))
    return rows


def ranking(models: Found) -> list[Row]:
    rows: list[Row] = [("model", *(metric.label for metric in _SCORES), *_COSTS)]
    rows += [
        (MODELS[name].title, *(_value(model, metric.name) for metric in _SCORES), *_costs(model))
        for name, model in _measured(models, RMSE.name)
    ]
    return rows


def summary(name: str, data_set: Found) -> list[Row]:
    rows: list[Row] = [("", "taproom", "next to", "", "ratio", "target", "")]
    for line in targets.lines(name, data_set):
        alone = line.theirs is None
        rows.append(
            (
                line.title,
                f"{line.ours:,.0f}" if alone else f"{line.ours:.4f}",
                line.compared,
                "" if line.theirs is None else f"{line.theirs:.4f}",
                "" if alone else f"{line.value:.3f}",
                line.target,
                "met" if line.met else "missed",
            )
        )
    return rows


def newcomers(models: Found) -> list[Row]:
    rows: list[Row] = [
        (
            "model",
            "newcomers",
            f"known, cut to {GIVEN}",
            "known, whole",
            "newcomers / cut",
            "newcomers, all their other reviews",
        )
    ]
    for name in MODELS:
        recalls = targets.newcomer_recalls(models.get(name, {}))
        if recalls:
            ratio = recalls["newcomers"] / recalls["known_cut"] if recalls["known_cut"] else float("nan")
            rows.append(
                (
                    MODELS[name].title,
                    *(f"{recalls[of]:.4f}" for of in ("newcomers", "known_cut", "known_whole")),
                    f"{ratio:.3f}",
                    f"{recalls['newcomers_rest']:.4f}",
                )
            )
    return rows


def cold(models: Found) -> list[Row]:
    cold_recall = COLD_RECALL_AT_100.name
    rows: list[Row] = [("model", RECALL_AT_100.label)]
    rows += [(MODELS[name].title, _value(model, cold_recall)) for name, model in _measured(models, cold_recall)]
    return rows


def chosen(models: Found) -> list[Row]:
    rows: list[Row] = [("model", "tries", "chosen")]
    for name in MODELS:
        model = models.get(name, {})
        if model.get("chosen") and model.get("tried"):
            settings = ", ".join(f"{setting} {value}" for setting, value in model["chosen"].items())
            rows.append((MODELS[name].title, str(len(model["tried"])), settings))
    return rows


def times(document: Found, table: Callable[[Sequence[Row]], str]) -> str:
    """Ours on each data set: does time grow with reviews?"""
    measured = [
        (name, data_set, data_set["models"][targets.OURS]["seeds"].values())
        for name, data_set in document["data_sets"].items()
        if data_set["models"].get(targets.OURS, {}).get("seeds")
    ]
    if not measured:
        return ""
    measured.sort(key=lambda one: one[1]["reviews"])
    seconds = [mean(run["fit_seconds"] + run["evaluation_seconds"] for run in runs) for _, _, runs in measured]
    rows: list[Row] = [
        (
            "data set",
            "reviews",
            "fit and export s",
            "evaluate s",
            "together s",
            "peak MB",
            "reviews ratio",
            "time ratio",
        )
    ]
    for (name, data_set, runs), together in zip(measured, seconds, strict=True):
        rows.append(
            (
                name,
                f"{data_set['reviews']:,}",
                f"{mean(run['fit_seconds'] for run in runs):.1f}",
                f"{mean(run['evaluation_seconds'] for run in runs):.1f}",
                f"{together:.1f}",
                f"{max(run['peak_memory_mb'] for run in runs):,.0f}",
                f"{data_set['reviews'] / measured[0][1]['reviews']:.1f}",
                f"{together / seconds[0]:.1f}",
            )
        )
    return table(rows)


def _measured(models: Found, metric: str) -> list[tuple[str, Found]]:
    return [(name, models[name]) for name in MODELS if models.get(name, {}).get("mean", {}).get(metric) is not None]


def _value(model: Found, metric: str) -> str:
    value, spread = model["mean"].get(metric), model["spread"].get(metric)
    if value is None:
        return ""
    return f"{value:.4f}" if spread is None else f"{value:.4f} ± {spread:.4f}"


def _costs(model: Found) -> tuple[str, str]:
    runs = model["seeds"].values()
    return f"{mean(run['fit_seconds'] for run in runs):.1f}", f"{max(run['peak_memory_mb'] for run in runs):,.0f}"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _titled(title: str, rows: Sequence[Row], table: Callable[[Sequence[Row]], str]) -> str:
    return f"{title}:\n\n{table(rows)}" if len(rows) > 1 else ""


def _markdown(rows: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * len(rows[0])}", *lines[1:]])


def _plain(rows: Sequence[Row]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
