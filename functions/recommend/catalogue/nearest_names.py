"""Names that somebody may have meant."""

from __future__ import annotations

from collections.abc import Sequence


def nearest_names(name: str, names: Sequence[str], count: int = 3) -> list[str]:
    """The `count` of `names` that are most like `name`, the most alike first; both folded."""
    # Needed for a request that went wrong alone.
    from rapidfuzz import fuzz, process

    return [near for near, _, _ in process.extract(name, names, scorer=fuzz.WRatio, limit=count, score_cutoff=50)]
