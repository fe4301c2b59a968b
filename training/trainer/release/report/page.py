"""report.html: the run on one page that needs no other file."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from trainer.hyperparameters import Hyperparameters
from trainer.metric_names import (
    RANKING_TRAIN_RMSE,
    RANKING_VALIDATION_RMSE,
    RETRIEVAL_VALIDATION_RECALL_AT_10,
    RETRIEVAL_VALIDATION_RECALL_AT_100,
)
from trainer.ranking.block_norms import block_norms
from trainer.release.build import FittedPair, Interactions
from trainer.release.report import figures
from trainer.release.report.style import STYLE

_MEASURES = {
    "recall_at_10": "Recall at 10",
    "recall_at_50": "Recall at 50",
    "recall_at_100": "Recall at 100",
    "recall_at_500": "Recall at 500",
    "ndcg_at_10": "NDCG at 10",
    "coverage": "Coverage",
    "rmse": "RMSE",
    "mae": "MAE",
    "liked_at_10": "Liked beers in the served top 10, a user",
    "liked_at_10_retrieved": "… in retrieval's order alone",
}
_LESS_IS_BETTER = {"rmse", "mae"}


def page(
    metrics: Mapping[str, Any],
    fitted: FittedPair,
    chosen: Hyperparameters,
) -> str:
    """The whole page; `metrics` is the document of metrics.json."""
    retrieval, ranking = fitted.retrieval_curve, fitted.ranking_curve
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>Taproom {html.escape(metrics["release"])}</title>',
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>',
            f"<header><p>Taproom training report</p><h1>{html.escape(metrics['release'])}</h1>",
            f"{_headline(metrics)}</header><main>",
            _section(
                "Compared",
                "Each measure is taken on the same held-out reviews, which no model has seen, over the whole "
                "catalogue, without the beers that a user is known to have reviewed. The best of a row is bold.",
                _comparison(metrics["retrieval"], ("popularity",))
                + _comparison(metrics["ranking"], ("bias", "mean"))
                + _comparison(metrics["served"], ()),
                _serving_note(metrics),
            ),
            _section(
                "Retrieval by epoch",
                "How often a validation review's beer is among the 10 and the 100 that the model would offer first. "
                f"The circle marks epoch {retrieval.best + 1}, whose weights were kept.",
                figures.by_epoch(
                    retrieval,
                    {RETRIEVAL_VALIDATION_RECALL_AT_100: "top 100", RETRIEVAL_VALIDATION_RECALL_AT_10: "top 10"},
                    "accuracy",
                ),
            ),
            _section(
                "Ranking by epoch",
                "Root mean squared error of predicted scores, in points of the 0 to 5 scale. Where training goes on "
                "falling and validation does not, the model learns its rows by heart: fitting stops, and epoch "
                f"{ranking.best + 1} (the circle) is kept. Training is measured with dropout on, while the weights "
                "still move: so it may lie above validation.",
                figures.by_epoch(
                    ranking, {RANKING_TRAIN_RMSE: "training", RANKING_VALIDATION_RMSE: "validation"}, "RMSE"
                ),
            ),
            _section(
                "With and without cross layers",
                "The validation error of the best epoch of two ranking models that differ in nothing else.",
                _pairs(_with_and_without(fitted, chosen)),
            ),
            _section("What interacts with what", *_interactions(fitted.interactions)),
            _section("The reviews", "What the run was given and what it used of it.", _reviews(metrics, chosen)),
            _section("Hyper-parameters", "As the job used them.", _pairs(asdict(chosen))),
            _section("Time", "Seconds of each stage before this page.", _pairs(metrics["seconds"])),
            "</main></body></html>",
        ]
    )


def _section(title: str, explanation: str, *body: str) -> str:
    return f"<section><h2>{title}</h2><p>{explanation}</p>{''.join(body)}</section>"


def _headline(metrics: Mapping[str, Any]) -> str:
    retrieval, ranking = metrics["retrieval"], metrics["ranking"]
    merits = (
        ("recall_at_100", "recall at 100", retrieval, "popularity", "popularity"),
        ("rmse", "ranking RMSE", ranking, "bias", "biases alone"),
    )
    tiles = "".join(
        f"<li><strong>{measured['candidate'][measure]:.3f}</strong> {name}<br>"
        f"<span>{baseline_name}: {measured[baseline][measure]:.3f}</span></li>"
        for measure, name, measured, baseline, baseline_name in merits
    )
    counts = metrics["reviews"]
    return (
        f"<ul>{tiles}<li><strong>{counts['fitted']:,}</strong> reviews fitted<br>"
        f"<span>{counts['users']:,} users, {counts['beers']:,} beers</span></li></ul>"
    )


def _comparison(measured: Mapping[str, Mapping[str, float] | None], baselines: tuple[str, ...]) -> str:
    columns = {name: values for name in ("candidate", "serving", *baselines) if (values := measured[name])}
    head = "".join(f"<th scope=col>{name}</th>" for name in columns)
    rows = []
    for measure in columns["candidate"]:
        values = {name: column[measure] for name, column in columns.items()}
        best = (min if measure in _LESS_IS_BETTER else max)(values.values())
        cells = "".join(f"<td{' class=best' if value == best else ''}>{value:.4f}</td>" for value in values.values())
        rows.append(f"<tr><th scope=row>{_MEASURES[measure]}</th>{cells}</tr>")
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _serving_note(metrics: Mapping[str, Any]) -> str:
    if metrics["serving"]:
        return f"<p class=note>In service: {html.escape(metrics['serving'])}.</p>"
    return f"<p class=note>{html.escape(metrics['serving_failure'] or 'Nothing was in service to compare with.')}</p>"


def _interactions(found: Interactions) -> tuple[str, str]:
    if found.kernel is None:
        return "This run had no cross layer (use_cross_layer was false), so there is no block-norm matrix.", ""
    return (
        "Block norms of the first cross layer: the darker, the more two groups of features act together on a score "
        "beyond what each does alone. The norm is Frobenius's, over the block of the kernel that joins the two groups, "
        "so a group of many features has larger blocks.",
        figures.heat_map(block_norms(found.kernel, list(found.widths.values())), list(found.widths)),
    )


def _with_and_without(fitted: FittedPair, chosen: Hyperparameters) -> dict[str, str]:
    exported, other = (
        f"{curve.values[RANKING_VALIDATION_RMSE][curve.best]:.4f}"
        for curve in (fitted.ranking_curve, fitted.other_ranking_curve)
    )
    with_cross, without = (exported, other) if chosen.use_cross_layer else (other, exported)
    return {"RMSE with cross layers": with_cross, "RMSE without": without}


def _reviews(metrics: Mapping[str, Any], chosen: Hyperparameters) -> str:
    counts = metrics["reviews"]
    used = counts["fitted"] + counts["held_out"]
    bounds = f"{chosen.minimum_reviews} to {chosen.maximum_reviews} reviews"
    return _pairs(
        {
            "Known reviews, the latest of each user and beer": counts["total"],
            f"Of users with {bounds}": used,
            "… fitted": counts["fitted"],
            "… held out": counts["held_out"],
            f"Users with {bounds}": counts["users"],
            "Known beers": counts["beers"],
            "Reviews used per user": round(used / counts["users"], 1),
        }
    )


def _pairs(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope=row>{html.escape(name)}</th><td>{html.escape(_shown(value))}</td></tr>"
        for name, value in values.items()
    )
    return f"<table class=pairs><tbody>{rows}</tbody></table>"


def _shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return str(list(value)) if isinstance(value, tuple) else str(value)
    return f"{value:,}"
