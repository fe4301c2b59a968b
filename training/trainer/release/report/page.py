"""report.html: the run on one page that needs no other file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from taproom.contract import RANKING, RETRIEVAL, VERDICT_PLACE
from taproom.metrics import HELD_OUT, RECALL_AT_10, RECALL_AT_100, SERVED, of_task
from trainer.hyperparameters import Hyperparameters
from trainer.release.build import FittedRelease
from trainer.release.examples import Example
from trainer.release.replay import Difference
from trainer.release.report import findings, fitting, replay, slices
from trainer.release.report.markup import best, escaped, folded, pairs, section, table
from trainer.release.report.style import STYLE


def page(
    metrics: Mapping[str, Any],
    fitted: FittedRelease,
    config: Hyperparameters,
    examples: Sequence[Example],
    differences: Sequence[Difference],
) -> str:
    """The whole page; `metrics` is the document of metrics.json, `differences` are requests answered anew."""
    release = escaped(metrics["release"])
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>Taproom {release}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="color-scheme" content="light dark"><style>{STYLE}</style></head><body>',
            f"<header><p>Training report of {release}</p><h1>{findings.headline(metrics)}</h1>",
            f"<p class=advice>{findings.advice(metrics)}</p>{VERDICT_PLACE}",
            f"<ul>{''.join(f'<li>{said}</li>' for said in findings.sentences(metrics))}</ul></header><main>",
            section("How sure that is", *slices.gains(metrics)),
            section(
                "For whom, and of which beers",
                "Of the beers that people rated next, how many are among the first hundred; the tick is the release in "
                "service. The table has more, that release small below. New users are asked about with five of their "
                "ratings.",
                slices.groups(metrics),
            ),
            section("Predicted and given", *slices.calibration(metrics)),
            section(
                "Popular and rare beers",
                "What lists show of each tenth of the beers, beside what people reviewed.",
                slices.popularity(metrics),
            ),
            section(
                "What it would show",
                "Guests who are nobody, and gave five points to three well-known beers of a style each.",
                *(_example(example, is_open=example is examples[0]) for example in examples),
            ),
            section("What would change", *replay.changes(metrics, differences)),
            section(
                "All figures",
                "Everything is measured on the same held-out reviews, which no model has seen, over the whole "
                "catalogue, without the beers that a user is known to have reviewed. The best of a row is bold.",
                _comparison(metrics, RETRIEVAL, ("popularity",)),
                _comparison(metrics, RANKING, ("bias", "mean")),
                _comparison(metrics, SERVED, ()),
                _incumbent_note(metrics),
                _future(metrics["future"]),
                folded("What each of them says", _meanings()),
            ),
            section("How retrieval learnt", *fitting.retrieval(fitted.retrieval.curve)),
            section("How ranking learnt", *fitting.ranking(fitted.ranking.curve)),
            section("The reviews", "What the run was given and what it used of it.", _reviews(metrics, config)),
            section(
                "For the curious",
                "How it was made.",
                folded("What interacts with what", fitting.interactions(fitted.ranking)),
                folded(
                    "What the job chose",
                    "<p>On validation ratings. Neighbours are chosen by how far in front validation beers come: each "
                    "counts 1 / log2(rank + 1) up to rank 100, averaged over users; the best is bold. The parts of "
                    "retrieval’s score then count as the second table says; recency, where reviews have times, by how "
                    "well it makes popularity tell what came next.</p>",
                    fitting.chosen(fitted),
                ),
                folded("Hyper-parameters", pairs("Hyper-parameters", asdict(config))),
                folded("Seconds of each stage before this page", pairs("Seconds of each stage", metrics["seconds"])),
            ),
            "</main></body></html>",
        ]
    )


def _comparison(metrics: Mapping[str, Any], task: str, baselines: Sequence[str]) -> str:
    columns = {name: values for name in ("candidate", "serving", *baselines) if (values := metrics[task][name])}
    rows = []
    for metric in of_task(task):
        values = [column[metric.name] for column in columns.values()]
        foremost = (max if metric.more_is_better else min)(values)
        cells = (best(f"{value:.4f}") if value == foremost else f"{value:.4f}" for value in values)
        rows.append([metric.label, *cells])
    return table(f"Figures of {task}", ("", *columns), rows)


def _meanings() -> str:
    return f"<dl>{''.join(f'<dt>{each.title}</dt><dd>{escaped(each.meaning)}</dd>' for each in HELD_OUT)}</dl>"


def _incumbent_note(metrics: Mapping[str, Any]) -> str:
    if metrics["serving"]:
        return f"<p class=note>In service: {escaped(metrics['serving'])}.</p>"
    return f"<p class=note>{escaped(metrics['serving_failure'] or 'Nothing was in service to compare with.')}</p>"


def _future(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ""
    names = {
        "candidate": "candidate",
        "popularity_7_days": "popular in 7 days",
        "popularity_30_days": "in 30 days",
        "popularity": "of all time",
    }
    rows = (
        [metric.label, *(f"{found[name][metric.name]:.4f}" for name in names)]
        for metric in (RECALL_AT_10, RECALL_AT_100)
    )
    return (
        f"<p class=note>Told from what came before {found['from']}, of {found['reviews']:,} reviews after it by "
        f"{found['users']:,} users:</p>{table('Told of a later time', ('', *names.values()), rows)}"
    )


def _example(example: Example, is_open: bool) -> str:
    beers = "".join(
        f"<li>{escaped(beer.name)} <small>{escaped(beer.style)}, {beer.score:.1f} predicted</small></li>"
        for beer in example.listed
    )
    own = sum(beer.style == example.style for beer in example.listed)
    liked = ", ".join(map(escaped, example.liked))
    return folded(
        escaped(example.style),
        f"<p>Liked {liked}. {own} of {len(example.listed)} beers are of the same style.</p><ol>{beers}</ol>",
        is_open=is_open,
    )


def _reviews(metrics: Mapping[str, Any], config: Hyperparameters) -> str:
    counts = metrics["reviews"]
    used = counts["fitted"] + counts["validation"] + counts["held_out"]
    bounds = f"at least {config.minimum_reviews} reviews"
    return pairs(
        "Reviews",
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
        },
    )
