"""The order in which an epoch sees its rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def shuffled(rows: int, size: int, seed: int, epoch: int) -> npt.NDArray[np.int32]:
    """Row numbers `[steps, size]` of one epoch; the same seed and epoch give the same order.

    All batches are full: up to size - 1 rows wait for another epoch. Fewer rows than `size` make one
    batch of all.
    """
    size = min(size, rows)
    order = np.random.default_rng((seed, epoch)).permutation(rows).astype(np.int32)
    return order[: rows // size * size].reshape(-1, size)
