"""How strongly the cross layer lets two groups of features interact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def block_norms(kernel: npt.NDArray[np.float32], groups: Sequence[str]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Frobenius norm of each block of a cross kernel.

    Parameters
    ----------
    kernel
        [width, width], as Keras keeps it: rows are the layer's input, columns its output.
    groups
        [width], the group of each row and column; those of one group need not be side by side.

    Returns
    -------
    The distinct groups, in order of their first appearance, and [groups, groups]: entry (i, j) is the norm of what
    group j (input) adds to the factor of group i (output). The larger, the more the two interact (Wang et al.,
    "DCN V2", 2020, section 7.4).
    """
    distinct = list(dict.fromkeys(groups))
    columns = [np.flatnonzero([group == each for group in groups]) for each in distinct]
    weights = kernel.T.astype(np.float64)
    norms = [[np.linalg.norm(weights[np.ix_(of, by)]) for by in columns] for of in columns]
    return distinct, np.array(norms)
