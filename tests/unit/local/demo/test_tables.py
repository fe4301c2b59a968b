"""What the demo's tables say."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from local.demo import tables


def text(table: Table) -> list[str]:
    """The table's lines, blanks squeezed."""
    written = io.StringIO()
    Console(width=200, file=written).print(table)
    return [" ".join(line.replace("│", "|").split()) for line in written.getvalue().splitlines()]


def measured(serving: dict[str, float] | None) -> dict[str, Any]:
    retrieval = {"recall_at_10": 0.2, "recall_at_100": 0.6, "ndcg_at_10": 0.1}
    return {
        "release": "taproom-0123456789ab",
        "reviews": {"held_out": 3410},
        "retrieval": {
            "candidate": retrieval,
            "serving": serving and dict.fromkeys(retrieval, 0.5),
            "popularity": {"recall_at_10": 0.1, "recall_at_100": 0.4, "ndcg_at_10": 0.08},
        },
        "ranking": {
            "candidate": {"rmse": 0.52, "mae": 0.41},
            "serving": serving,
            "bias": {"rmse": 0.54, "mae": 0.43},
            "mean": {"rmse": 0.7, "mae": 0.6},
        },
    }


def test_metrics_stand_beside_baselines_and_what_served_before() -> None:
    lines = text(tables.metrics(measured({"rmse": 0.53, "mae": 0.42})))
    assert "taproom-0123456789ab, on 3,410 reviews that no model has seen" in lines
    assert "| recall@100 (more is better) | 0.6000 | 0.5000 | 0.4000 | | |" in lines
    assert "| RMSE (less is better) | 0.5200 | 0.5300 | | 0.5400 | 0.7000 |" in lines


def test_the_first_release_has_nothing_before_it() -> None:
    lines = text(tables.metrics(measured(None)))
    assert "| RMSE (less is better) | 0.5200 | | | 0.5400 | 0.7000 |" in lines


def test_new_beers_are_marked_and_what_is_unknown_is_left_open() -> None:
    beer = {
        "beer_id": "b1", "name": "Quiet Tide Pils", "brewery": "Idle Otter Ales", "style": None, "abv": None,
        "score": 4.256, "rank": 1, "retrieval_rank": 17, "reviews": 3,
    }  # fmt: skip
    known = beer | {"beer_id": "b2", "rank": 2, "style": "Porter", "abv": 6.0}
    lines = text(tables.recommendations({"beers": [beer, known]}, "Try", new=["b1"]))
    assert "| new | 1 | Quiet Tide Pils | Idle Otter Ales | | | 4.26 | 17 |" in lines
    assert "| | 2 | Quiet Tide Pils | Idle Otter Ales | Porter | 6.0 | 4.26 | 17 |" in lines


def test_an_endpoint_that_was_made_anew_is_told_from_one_that_was_updated() -> None:
    old = {
        "EndpointName": "taproom-ranking",
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "EndpointConfigName": "one",
        "EndpointStatus": "InService",
    }
    new = old | {"EndpointConfigName": "two"}
    anew = new | {"CreationTime": datetime(2026, 1, 2, tzinfo=UTC)}
    assert "| taproom-ranking | same | one | two | InService |" in text(tables.endpoints([old], [new]))
    assert "| taproom-ranking | anew | one | two | InService |" in text(tables.endpoints([old], [anew]))
