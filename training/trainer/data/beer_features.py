"""What is known of a beer beside its brewery and style, as numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trainer.data.attributes import Kinds


def numbers(kinds: Kinds) -> npt.NDArray[np.float32]:
    """[beers, 1]: standardised strength, 0 where unknown."""
    return kinds.strength[:, None]
