"""Block norms, by hand and from a real cross layer."""

from __future__ import annotations

import numpy as np

from trainer.ranking.block_norms import block_norms


def test_each_block_has_its_frobenius_norm() -> None:
    # Keras keeps [input, output]; feature 0 is 2 wide, feature 1 is 1 wide.
    kernel = np.array([[3, 4, 6], [0, 0, 8], [5, 12, 2]], np.float32)
    # Output of feature 0 from its own input: [[3, 4], [0, 0]] → 5; from feature 1's: [5, 12] → 13.
    # Output of feature 1 from feature 0's input: [6, 8] → 10; from its own: 2.
    assert block_norms(kernel, [2, 1]).tolist() == [[5, 13], [10, 2]]
