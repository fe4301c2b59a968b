"""Results as tables: for the terminal, and as docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.data.holdout import GIVEN, NEWCOMER_SHARE
from benchmarks.models import MODELS
from benchmarks.report import protocol, targets
from benchmarks.tasks.metrics import COLD, COLD_RECALL_AT_100, GROUPS, OF_GROUPS, SERVED, of_group, of_served
from taproom.metrics import MAE, RECALL_AT_10, RMSE, Metric

Found = Mapping[str, Any]
Row = Sequence[str]

_SCORES = (RMSE, MAE)
_COSTS = ("fit s", "peak MB")


def page(document: Found, plot: str) -> str:
    """docs/benchmarks.md; `plot` is the picture's file name."""
    parts = [
        "# Benchmarks of quality",
        "What `make quality` measured; the same numbers, and more, are in [benchmarks.json](benchmarks.json).",
        f"![Taproom next to its peers]({plot})",
        protocol.text(document["about"]),
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


def counts(data_set: Found) -> str:
    """How much there is, of whom it is asked, and the machine; where there were several, which models ran on each."""
    models = data_set["models"]
    asked = _asked_later(models) if data_set.get("by_time") else f"{_number(data_set['seeds'], 'seed')}."
    of_machine: dict[str, list[str]] = {}
    for name in MODELS:
        for machine in sorted({run["machine"] for run in models.get(name, {}).get("seeds", {}).values()}):
            of_machine.setdefault(machine, []).append(MODELS[name].title)
    machines = [
        machine if len(of_machine) == 1 else f"{machine} ({', '.join(titles)})"
        for machine, titles in of_machine.items()
    ]
    return (
        f"{data_set['reviews']:,} reviews of {data_set['beers']:,} beers by {data_set['users']:,} users; {asked} "
        f"Machine: {'; '.join(machines)}."
    )


def _asked_later(models: Found) -> str:
    """How many users a tenth of the time line asks about: where they are few, figures are rough."""
    runs = [run for model in models.values() for run in model.get("seeds", {}).items()]
    users = {int(tenth): run["users"] for tenth, run in runs if "users" in run}
    return f"users asked about, by tenths from the last: {', '.join(str(users[tenth]) for tenth in sorted(users))}."


def sections(name: str, data_set: Found, table: Callable[[Sequence[Row]], str]) -> list[str]:
    """The tables of one data set."""
    models = data_set["models"]
    found = [
        _titled("Retrieval's order", retrieval(models), table),
        _titled("Served order", served(models), table),
        _titled("Ranking", ranking(models), table),
        _titled("Against the targets", summary(name, data_set), table),
        _titled(
            f"Newcomers: recall@100 of {NEWCOMER_SHARE:.0%} of the users, left out of fitting, by {GIVEN} of their "
            "ratings, next to known users; the same rows are asked for and left out of everybody's lists",
            newcomers(models),
            table,
        ),
        _titled(
            "Retrieval's order, of held-out beers with and without a fitted review, each over users who have such; "
            f"and of those with fewer than {COLD}",
            groups(models),
            table,
        ),
        _titled("Chosen hyper-parameters", chosen(models), table),
    ]
    return [each for each in found if each]


def retrieval(models: Found) -> list[Row]:
    rows: list[Row] = [("model", *(metric.label for metric in SERVED), *_COSTS)]
    rows += [
        (MODELS[name].title, *_values(model, SERVED), *_costs(model))
        for name, model in _measured(models, RECALL_AT_10.name)
    ]
    return rows


def served(models: Found) -> list[Row]:
    rows: list[Row] = [("model", *(metric.label for metric in SERVED))]
    for name, model in _measured(models, of_served(RECALL_AT_10).name):
        title = MODELS[name].title if MODELS[name].kind == "taproom" else f"{MODELS[name].title} + beer's mean"
        rows.append((title, *_values(model, map(of_served, SERVED))))
    return rows


def groups(models: Found) -> list[Row]:
    kinds = [of_group(metric, group) for group in GROUPS for metric in OF_GROUPS] + [COLD_RECALL_AT_100]
    rows: list[Row] = [
        ("model", *(f"{metric.label}, {group}" for group in GROUPS for metric in OF_GROUPS), COLD_RECALL_AT_100.label)
    ]
    rows += [(MODELS[name].title, *_values(model, kinds)) for name, model in _measured(models, RECALL_AT_10.name)]
    return rows


def ranking(models: Found) -> list[Row]:
    rows: list[Row] = [("model", *(metric.label for metric in _SCORES), *_COSTS)]
    rows += [
        (MODELS[name].title, *_values(model, _SCORES), *_costs(model)) for name, model in _measured(models, RMSE.name)
    ]
    return rows


def summary(name: str, data_set: Found) -> list[Row]:
    rows: list[Row] = [("", "taproom", "next to", "", "ratio", "target", "")]
    for line in targets.lines(name, data_set):
        alone = line.theirs is None
        rows.append(
            (
                line.title,
                f"{line.ours:,.0f}" if line.ours > 10 else f"{line.ours:.4f}",
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


def chosen(models: Found) -> list[Row]:
    rows: list[Row] = [("model", "tries", "chosen")]
    for name in MODELS:
        model = models.get(name, {})
        if model.get("chosen") and model.get("tried"):
            settings = ", ".join(f"{setting} {_short(value)}" for setting, value in model["chosen"].items())
            rows.append((MODELS[name].title, str(len(model["tried"])), settings))
    return rows


def times(document: Found, table: Callable[[Sequence[Row]], str]) -> str:
    """Ours on each data set: does time grow with reviews?"""
    measured = [
        (name, data_set, data_set["models"][targets.OURS]["seeds"].values())
        for name, data_set in document["data_sets"].items()
        if data_set["models"].get(targets.OURS, {}).get("seeds") and not data_set.get("by_time")
    ]
    if not measured:
        return ""
    measured.sort(key=lambda one: one[1]["reviews"])
    seconds = [targets.seconds(runs, "fit_seconds", "evaluation_seconds") for _, _, runs in measured]
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
                _time(targets.seconds(runs, "fit_seconds")),
                _time(targets.seconds(runs, "evaluation_seconds")),
                _time(together),
                f"{max(run['peak_memory_mb'] for run in runs):,.0f}",
                f"{data_set['reviews'] / measured[0][1]['reviews']:.1f}",
                _time(together / seconds[0] if together and seconds[0] else None),
            )
        )
    return table(rows)


def _measured(models: Found, metric: str) -> list[tuple[str, Found]]:
    return [(name, models[name]) for name in MODELS if models.get(name, {}).get("mean", {}).get(metric) is not None]


def _values(model: Found, metrics: Iterable[Metric]) -> list[str]:
    return [_value(model["mean"].get(metric.name), model["spread"].get(metric.name)) for metric in metrics]


def _value(value: float | None, spread: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if spread is None else f"{value:.4f} ± {spread:.4f}"


def _costs(model: Found) -> tuple[str, str]:
    runs = model["seeds"].values()
    return _time(targets.seconds(runs, "fit_seconds")), f"{max(run['peak_memory_mb'] for run in runs):,.0f}"


def _time(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _number(count: int, one: str) -> str:
    return f"{count} {one if count == 1 else f'{one}s'}"


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
