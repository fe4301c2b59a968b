"""report.html: the run on one page that needs no other file."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, fields
from typing import Any

from taproom.contract import RANKING, RETRIEVAL
from taproom.metrics import (
    RECALL_AT_100,
    RMSE,
    SERVED,
    TRAIN_RMSE,
    VALIDATION_RECALL_AT_10,
    VALIDATION_RECALL_AT_100,
    VALIDATION_RMSE,
    of_task,
)
from trainer.hyperparameters import Hyperparameters
from trainer.ranking.block_norms import block_norms
from trainer.ranking.fit import FittedRanking
from trainer.release.build import FittedRelease
from trainer.release.replay import Difference
from trainer.release.report import figures, replay, slices
from trainer.release.report.style import STYLE
from trainer.retrieval.linear import LinearSettings, TriedSettings


def page(
    metrics: Mapping[str, Any],
    fitted: FittedRelease,
    config: Hyperparameters,
    differences: Sequence[Difference],
) -> str:
    """The whole page; `metrics` is the document of metrics.json, `differences` are requests answered anew."""
    retrieval, ranking = fitted.retrieval.curve, fitted.ranking.curve
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>Taproom {html.escape(metrics["release"])}</title>',
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>',
            f"<header><p>Taproom training report</p><h1>{html.escape(metrics['release'])}</h1>",
            f"{_headline(metrics)}</header><main>",
            _section(
                "Compared",
                "Everything is measured on the same held-out reviews, which no model has seen, over the whole "
                "catalogue, without the beers that a user is known to have reviewed. The best of a row is bold.",
                _comparison(metrics, RETRIEVAL, ("popularity",))
                + _comparison(metrics, RANKING, ("bias", "mean"))
                + _comparison(metrics, SERVED, ()),
                _incumbent_note(metrics),
            ),
            _section("How sure that is", *slices.gains(metrics)),
            _section("What would change", *replay.changes(metrics, differences)),
            _section(
                "For whom, and of which beers",
                "The same by groups of held-out reviews, the release in service small below. New users are asked "
                "about with five of their ratings.",
                slices.groups(metrics),
            ),
            _section(
                "Popular and rare beers",
                "What lists show of each tenth of the beers, beside what people reviewed.",
                slices.popularity(metrics),
            ),
            _section(
                "Predicted and given",
                "Held-out reviews in ten groups by predicted score: on the dotted line people gave what was predicted.",
                slices.calibration(metrics),
            ),
            _section(
                "Retrieval by epoch",
                "How many of a user's validation beers are among the 10 and the 100 that the model would offer first. "
                f"The circle marks epoch {retrieval.best + 1}, whose weights were kept.",
                figures.by_epoch(
                    retrieval,
                    {VALIDATION_RECALL_AT_100: "top 100", VALIDATION_RECALL_AT_10: "top 10"},
                    "recall",
                ),
            ),
            _section(
                "Ranking by epoch",
                "Root mean squared error of predicted scores, in points of the 0 to 5 scale. Where training goes on "
                "falling and validation does not, the model learns its rows by heart: fitting stops, and epoch "
                f"{ranking.best + 1} (the circle) is kept. Training is measured with dropout on, while the weights "
                "still move: so it may lie above validation.",
                figures.by_epoch(ranking, {TRAIN_RMSE: "training", VALIDATION_RMSE: "validation"}, RMSE.label),
            ),
            _section(
                "What the job chose",
                "On validation ratings. Neighbours are chosen by how far in front validation beers come: each counts "
                "1 / log2(rank + 1) up to rank 100, averaged over users; the best is bold. The parts of retrieval's "
                "score then count as the second table says; recency, where reviews have times, by how well it makes "
                "popularity tell what came next.",
                _tried(fitted.retrieval.tried),
                _table(_weights(fitted)),
            ),
            _section("What interacts with what", *_interactions(fitted.ranking)),
            _section("The reviews", "What the run was given and what it used of it.", _reviews(metrics, config)),
            _section("Hyper-parameters", "As the job used them.", _table(asdict(config))),
            _section("Time", "Seconds of each stage before this page.", _table(metrics["seconds"])),
            "</main></body></html>",
        ]
    )


def _section(title: str, explanation: str, *body: str) -> str:
    return f"<section><h2>{title}</h2><p>{explanation}</p>{''.join(body)}</section>"


def _headline(metrics: Mapping[str, Any]) -> str:
    merits = ((RECALL_AT_100, "popularity", "popularity"), (RMSE, "bias", "biases alone"))
    tiles = "".join(
        f"<li><strong>{metrics[metric.task]['candidate'][metric.name]:.3f}</strong> {metric.title}<br>"
        f"<span>{baseline_name}: {metrics[metric.task][baseline][metric.name]:.3f}</span></li>"
        for metric, baseline, baseline_name in merits
    )
    counts = metrics["reviews"]
    return (
        f"<ul>{tiles}<li><strong>{counts['fitted']:,}</strong> reviews fitted<br>"
        f"<span>{counts['users']:,} users, {counts['beers']:,} beers</span></li></ul>"
    )


def _comparison(metrics: Mapping[str, Any], task: str, baselines: Sequence[str]) -> str:
    columns = {name: values for name in ("candidate", "serving", *baselines) if (values := metrics[task][name])}
    head = "".join(f"<th scope=col>{name}</th>" for name in columns)
    rows = []
    for metric in of_task(task):
        values = [column[metric.name] for column in columns.values()]
        best = (max if metric.more_is_better else min)(values)
        cells = "".join(f"<td{' class=best' if value == best else ''}>{value:.4f}</td>" for value in values)
        meaning = html.escape(metric.meaning, quote=True)
        rows.append(f'<tr><th scope=row title="{meaning}">{metric.label}</th>{cells}</tr>')
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _incumbent_note(metrics: Mapping[str, Any]) -> str:
    if metrics["serving"]:
        return f"<p class=note>In service: {html.escape(metrics['serving'])}.</p>"
    return f"<p class=note>{html.escape(metrics['serving_failure'] or 'Nothing was in service to compare with.')}</p>"


def _tried(tried: TriedSettings) -> str:
    names = [each.name.replace("_", " ") for each in fields(LinearSettings)]
    head = "".join(f"<th scope=col>{name}</th>" for name in (*names, "gain"))
    rows = []
    for settings, gain in tried.gains.items():
        mark = " class=best" if settings == tried.best else ""
        cells = "".join(f"<td>{value:g}</td>" for value in astuple(settings))
        rows.append(f"<tr>{cells}<td{mark}>{gain:.4f}</td></tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _weights(fitted: FittedRelease) -> dict[str, Any]:
    recency = fitted.retrieval.recency
    return {
        **fitted.retrieval.weights,
        f"recency, with a half-life of {recency.half_life:g} days": recency.weight,
        "a point of predicted score": fitted.ranking_weight,
    }


def _interactions(ranking: FittedRanking) -> tuple[str, str]:
    if ranking.cross_kernel is None:
        return "This run had no cross layer (use_cross_layer was false), so there is no block-norm matrix.", ""
    groups, norms = block_norms(ranking.cross_kernel, ranking.input_groups)
    return (
        "Block norms of the first cross layer: the darker, the more two groups of features act together on a score "
        "beyond what each does alone. The norm is Frobenius's, over the block of the kernel that joins the two groups, "
        "so a group of many features has larger blocks.",
        figures.heat_map(norms, groups),
    )


def _reviews(metrics: Mapping[str, Any], config: Hyperparameters) -> str:
    counts = metrics["reviews"]
    used = counts["fitted"] + counts["validation"] + counts["held_out"]
    bounds = f"at least {config.minimum_reviews} reviews"
    return _table(
        {
            "Left out, by accounts that in a day gave nothing but an extreme score": metrics["bursts"]["reviews"],
            "Known reviews besides, the latest of each user and beer": counts["total"],
            f"Of users with {bounds}": used,
            "… fitted": counts["fitted"],
            "… for validation, while fitting": counts["validation"],
            "… held out": counts["held_out"],
            f"Users with {bounds}": counts["users"],
            "Known beers": counts["beers"],
            "Reviews used per user": round(used / counts["users"], 1),
        }
    )


def _table(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope=row>{html.escape(name)}</th><td>{html.escape(_shown(value))}</td></tr>"
        for name, value in values.items()
    )
    return f"<table class=pairs><tbody>{rows}</tbody></table>"


def _shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return str(list(value)) if isinstance(value, tuple) else str(value)
    return f"{value:,}"
