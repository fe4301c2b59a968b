"""Block norms, by hand."""

from __future__ import annotations

import numpy as np

from trainer.ranking.block_norms import block_norms


def test_each_block_has_its_frobenius_norm() -> None:
    # Keras keeps [input, output]; group a is 2 wide, group b is 1 wide.
    kernel = np.array([[3, 4, 6], [0, 0, 8], [5, 12, 2]], np.float32)
    groups, norms = block_norms(kernel, ["a", "a", "b"])
    assert groups == ["a", "b"]
    # Output of a from its own input: [[3, 4], [0, 0]] → 5; from b's: [5, 12] → 13.
    # Output of b from a's input: [6, 8] → 10; from its own: 2.
    assert norms.tolist() == [[5, 13], [10, 2]]


def test_columns_of_a_group_need_not_be_side_by_side() -> None:
    # The same kernel, with the columns in the order a, b, a.
    kernel = np.array([[3, 6, 4], [5, 2, 12], [0, 8, 0]], np.float32)
    groups, norms = block_norms(kernel, ["a", "b", "a"])
    assert groups == ["a", "b"]
    assert norms.tolist() == [[5, 13], [10, 2]]
