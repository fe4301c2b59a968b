"""How many users reviewed both of two beers."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.tasks.top_lists import Scores

_COLUMNS_AT_ONCE = 1024


def gram(matrix: Any) -> Scores:
    """X'X of a CSR matrix [users, beers], dense in float32 [beers, beers], in Fortran's order as LAPACK wants it.

    It is symmetric, so its transpose is the same in C's order: without that SciPy would copy it for every product.
    """
    beers = matrix.shape[1]
    columns = matrix.tocsc()
    transposed = matrix.T.tocsr()
    counts = np.empty((beers, beers), np.float32, order="F")
    for start in range(0, beers, _COLUMNS_AT_ONCE):
        counts[:, start : start + _COLUMNS_AT_ONCE] = (
            transposed @ columns[:, start : start + _COLUMNS_AT_ONCE]
        ).toarray()
    return counts
