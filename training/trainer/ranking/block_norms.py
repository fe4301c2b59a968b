"""How strongly the cross layer lets two features interact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def block_norms(kernel: npt.NDArray[np.float32], widths: Sequence[int]) -> npt.NDArray[np.float64]:
    """Frobenius norm of each block of a cross kernel.

    Parameters
    ----------
    kernel
        [width, width], as Keras keeps it: rows are the layer's input, columns its output.
    widths
        Width of each feature, in the order of the kernel; they sum up to its width.

    Returns
    -------
    [features, features]; entry (i, j) is the norm of what feature j (input) adds to the factor of
    feature i (output): the larger, the more the two interact (Wang et al., "DCN V2", 2020, section 7.4).
    """
    bounds = np.cumsum([0, *widths])
    starts, stops = bounds[:-1], bounds[1:]
    weights = kernel.T.astype(np.float64)
    return np.array(
        [
            [np.linalg.norm(weights[top:bottom, left:right]) for left, right in zip(starts, stops, strict=True)]
            for top, bottom in zip(starts, stops, strict=True)
        ]
    )
