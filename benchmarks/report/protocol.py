"""How the benchmark measures, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.data.holdout import LATEST_SHARE, TEST_SHARE, VALIDATION_SHARE
from benchmarks.threads import THREADS


def text(about: Mapping[str, Any]) -> str:
    """The section of docs/benchmarks.md about it; `about` has the `packages`."""
    return "\n".join(
        [
            "## How it was measured",
            "",
            f"For each seed a random {TEST_SHARE:.0%} of the reviews is held out, of all users. Hyper-parameters and "
            f"epochs of every peer are chosen on {VALIDATION_SHARE:.0%} of the remaining rows with the first seed, "
            "retrieval's by NDCG@100 and ranking's by RMSE, from up to as many tries as the training job has itself "
            "(each peer's are stated below); then it is fitted again on all rows that are not held out. Ours is given "
            "the same rows, and chooses on its own. Peers that can use brewery, style and strength get them. Every "
            "peer's first try is what did well on validation rows of the beer files while the benchmark was written.",
            "",
            "Where reviews have times there is a second section, by time: everything is fitted on the rows before a "
            f"tenth ({LATEST_SHARE:.0%}) of the time line, and asked about the rows in that tenth of the users known "
            "before. The first seed's is the last tenth, the second one's the one before it, and so on; peers' "
            "settings are chosen on the last tenth of what precedes the earliest of them.",
            "",
            "Retrieval ranks every beer of the file; those that the user reviewed in fitted rows are left out. "
            "recall@k is the share of a user's held-out beers among the first k, NDCG@10 counts them as relevant or "
            "not, and liked@10 is the number of held-out beers among the first 10 that the user scored at least as "
            "high as their own mean of fitted scores: all are means over users with held-out reviews. A user without "
            "any fitted review gets the most reviewed beers from every peer. The served order of ours is what "
            "people see, by both models. That of a peer is its own score with a weight, chosen on validation rows by "
            "liked@10, times the beer's shrunk mean score; against the targets each peer has the better of its two "
            "orders. RMSE and MAE are over held-out rows, on the scale of 0 to 5. Where there are several seeds, ± "
            "is the standard deviation between them.",
            "",
            f"Every fit runs in a process of its own with {THREADS} threads; peak memory is that of the whole "
            "process, data and evaluation included. A time that is not there was not taken, since other work ran "
            f"beside. Packages: {about.get('packages', 'unknown')}.",
        ]
    )
