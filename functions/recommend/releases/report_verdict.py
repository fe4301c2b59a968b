"""What was decided of a run, within its report: the training job writes that before anything is decided."""

from __future__ import annotations

from html import escape

from recommend.adapters.release_records import Comparison, Verdict
from taproom.contract import VERDICT_PLACE

_TITLES = {
    "promoted": "The gate let it through",
    "refused": "The gate refused it",
    "failed": "It failed",
}


def with_verdict(report: str, verdict: Verdict | None) -> str:
    """The report with the verdict in its place; as it is where it has none, or nothing is decided."""
    return report if verdict is None else report.replace(VERDICT_PLACE, _section(verdict), 1)


def _section(verdict: Verdict) -> str:
    comparisons = "".join(f"<li>{_sentence(one)}</li>" for one in verdict.comparisons)
    notes = "".join(f"<p>{escape(note)}</p>" for note in verdict.notes)
    return (
        f'<section class="verdict {verdict.status}"><h2>{_TITLES[verdict.status]}</h2>'
        f"<p>{escape(verdict.reason or '')}</p>"
        f"<details><summary>What it compared</summary><ul>{comparisons}</ul>{notes}</details></section>"
    )


def _sentence(one: Comparison) -> str:
    candidate, bound, other = (
        "–" if value is None else f"{value:.4f}" for value in (one.candidate, one.bound, one.other)
    )
    limit = "at least" if one.higher_is_better else "at most"
    mark = "Passed" if one.passed else "Missed"
    return f"{mark}: {escape(one.metric)} {candidate}, wanted {limit} {bound} ({escape(one.against)}: {other})"
