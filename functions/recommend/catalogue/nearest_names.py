"""Names that somebody may have meant."""

from __future__ import annotations

from collections.abc import Sequence

# Characters that are compared. Folding may make eighteen of one.
_COMPARED = 200


def nearest_names(name: str, names: Sequence[str], count: int = 3) -> list[str]:
    """The `count` of `names` that are most like `name`, the most alike first; both folded."""
    # Needed for a request that went wrong alone.
    from rapidfuzz import fuzz, process

    found = process.extract(name[:_COMPARED], names, scorer=fuzz.WRatio, limit=count, score_cutoff=50)
    return [near for near, _, _ in found]
