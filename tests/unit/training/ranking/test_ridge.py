"""Ridge regression, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.ranking.ridge import fit_ridge


def test_the_weights_of_two_ratings() -> None:
    # Features -1 and 1, scores 2 and 4: the bias is the mean, 3, and the weight sum(x y) / (sum(x x) + 10) = 2 / 12.
    weights, bias = fit_ridge(np.array([[-1.0], [1.0]], np.float16), np.array([2.0, 4.0], np.float32))
    assert weights == pytest.approx([1 / 6])
    assert bias == pytest.approx(3.0)
