"""What the page says first."""

from __future__ import annotations

from typing import Any

import pytest

from trainer.release.report import findings


def metrics(recall: float = 0.4, rmse: float = 0.6, **gains: tuple[float, float, float]) -> dict[str, Any]:
    return {
        "serving_failure": None,
        "retrieval": {"candidate": {"recall_at_100": recall}, "popularity": {"recall_at_100": 0.25}},
        "ranking": {"candidate": {"rmse": rmse}, "bias": {"rmse": 0.65}},
        "gains": {
            "serving": {name: dict(zip(("gain", "lower", "upper"), gain, strict=True)) for name, gain in gains.items()}
            or None,
            "best": None,
        },
    }


BETTER, WORSE, OPEN = (0.02, 0.01, 0.03), (-0.02, -0.03, -0.01), (0.01, -0.01, 0.03)


@pytest.mark.parametrize(
    ("gains", "headline"),
    [
        ({}, "The first release that can be judged: better than no model"),
        ({"ranking_rmse": OPEN}, "As good as the release in service, as far as one can tell"),
        ({"ranking_rmse": BETTER, "retrieval_recall_at_10": OPEN}, "Better than the release in service"),
        ({"ranking_rmse": WORSE}, "Worse than the release in service"),
        (
            {"ranking_rmse": WORSE, "retrieval_recall_at_10": BETTER},
            "Better than the release in service in one way, worse in another",
        ),
    ],
)
def test_only_what_is_beyond_chance_counts_as_better_or_worse(gains: Any, headline: str) -> None:
    assert findings.headline(metrics(**gains)) == headline


def test_what_got_worse_is_named_before_the_release_goes_into_service() -> None:
    assert findings.advice(metrics(ranking_rmse=OPEN)) == "Nothing here speaks against putting it in service."
    assert "“predicted scores” before it goes into service" in findings.advice(metrics(ranking_rmse=WORSE))


def test_a_release_that_counting_would_beat_is_not_recommended() -> None:
    poor = metrics(recall=0.2, rmse=0.7, ranking_rmse=BETTER)
    assert findings.headline(poor) == "No better than sheer popularity and averages of users and beers"
    assert findings.advice(poor).startswith("Don’t put it in service")


def test_figures_are_told_with_their_intervals() -> None:
    said = findings.sentences(metrics(ranking_rmse=WORSE, served_liked_at_10=OPEN))
    assert said[0].startswith("Of ten beers that people went on to rate, <strong>4.0</strong> are among the hundred")
    assert said[0].endswith("Sheer popularity has 2.5.")
    assert "<strong>0.60 points</strong>" in said[1] and "0.65 off" in said[1]
    assert said[2] == "Predicted scores: 2.0 % worse (between 3.0 % worse and 1.0 % worse)."
    assert said[3] == (
        "Liked beers among the ten shown: no difference that one can tell (between 1.0 % worse and 3.0 % better)."
    )
