"""What can be set for a training job, in which range, and with which default.

The defaults were chosen on validation ratings, never on held-out ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from trainer.sagemaker.failure import CannotTrain

Check = Callable[[Any], bool]

# The names of trainer/ranking/ranking_features.py.
RANKING_FEATURES = ("factors", "residual_effects", "co_occurrence", "statistics", "habits")


def _setting(default: Any, expected: str, check: Check) -> Any:
    return field(default=default, metadata={"expected": expected, "check": check})


def _whole(default: int, low: int, high: int) -> Any:
    return _setting(default, f"a whole number from {low} to {high}", lambda value: _is_whole(value, low, high))


def _real(default: float, low: float, high: float) -> Any:
    return _setting(
        default,
        f"a number from {low:g} to {high:g}",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high,
    )


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_sizes(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) <= 5 and all(_is_whole(size, 1, 2048) for size in value)


def _are_blocks(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and 0 < len(value) == len({str(each) for each in value})
        and all(each in RANKING_FEATURES for each in value)
    )


@dataclass(frozen=True)
class Hyperparameters:
    """Every hyper-parameter of a job; `run` is the run id, which becomes the release id."""

    run: str = _setting(
        "by-hand",
        "1 to 63 letters, digits and hyphens",
        lambda value: re.fullmatch(r"[a-zA-Z0-9-]{1,63}", str(value)) is not None,
    )
    seed: int = _whole(1, 0, 2**31 - 1)
    # Whether the models are exported as two SavedModels, or as one that also answers for both at once.
    endpoint_layout: str = _setting("separate", "separate or fused", lambda value: value in ("separate", "fused"))

    # Who is fitted: users with so many reviews, or more. Anybody else is served by their history all the same.
    minimum_reviews: int = _whole(5, 1, 1_000_000)
    held_out_share: float = _real(0.1, 0.001, 0.5)
    # Of the ratings that are not held out, but 20,000 at most: for early stopping, weights and the curves.
    validation_share: float = _real(0.05, 0.001, 0.5)
    # Epochs of ranking without a better validation after which fitting stops.
    patience: int = _whole(2, 1, 1000)

    retrieval_dimension: int = _whole(256, 1, 1024)
    retrieval_learning_rate: float = _real(0.006, 1e-6, 1)
    retrieval_dropout: float = _real(0.4, 0, 0.9)
    # Divided by the batches of a pass over the users, but 12 at most, and times the learning rate: the part of each
    # beer's own vectors that a step takes away.
    retrieval_weight_decay: float = _real(84, 0, 10_000)
    # Beers with a review up to which the softmax runs over all of them; over a sample where there are more.
    retrieval_most_candidates: int = _whole(50_000, 1, 10_000_000)
    # Users.
    retrieval_batch: int = _whole(256, 2, 65_536)
    # Passes over the users where beers have at least 6 reviews each; up to twice as many where they have fewer, and
    # more where those are less than 150 batches.
    retrieval_epochs: int = _whole(12, 1, 1000)
    # Batches after which the epoch under way is the last: many users need fewer epochs. Of more users than are in so
    # many batches as many are drawn.
    retrieval_steps: int = _whole(700, 1, 1_000_000)

    # Blocks of ranking features, in the order in which they hand on what they leave of the scores.
    ranking_features: tuple[str, ...] = _setting(
        RANKING_FEATURES, f"a list of different blocks among {', '.join(RANKING_FEATURES)}", _are_blocks
    )
    # The factors among them.
    factors_rank: int = _whole(8, 1, 128)
    factors_iterations: int = _whole(25, 1, 100)

    ranking_dimension: int = _whole(16, 1, 512)
    use_cross_layer: bool = _setting(True, "true or false", lambda value: isinstance(value, bool))
    cross_layers: int = _whole(2, 1, 5)
    # Rank of the cross kernels; 0 for full kernels.
    projection_dimension: int = _whole(0, 0, 1024)
    # Units of each layer of the deep part, from the input on; [] for none.
    deep_layer_sizes: tuple[int, ...] = _setting((64, 32), "a list of up to 5 whole numbers from 1 to 2048", _is_sizes)
    ranking_dropout: float = _real(0.2, 0, 0.9)
    # Weight of the squared embeddings of a rating, next to its squared error.
    ranking_penalty: float = _real(0.3, 0, 1000)
    ranking_learning_rate: float = _real(0.002, 1e-6, 1)
    # Rows.
    ranking_batch: int = _whole(1024, 1, 65_536)
    ranking_epochs: int = _whole(6, 1, 1000)
    # Batches after which the epoch under way is the last: many reviews need fewer epochs. Of more reviews than are in
    # so many batches those of users who have about as many are drawn.
    ranking_steps: int = _whole(3000, 1, 10_000_000)


def parsed(given: Mapping[str, Any]) -> Hyperparameters:
    """`given` (JSON values) over the defaults.

    Raises
    ------
    CannotTrain
        Naming every unknown name and every value out of range at once.
    """
    known = {each.name: each for each in fields(Hyperparameters)}
    faults = [
        f"{name} is not a hyper-parameter (there are {', '.join(known)})" for name in sorted(given) if name not in known
    ]
    faults += [
        f"{name} is {value!r} but must be {known[name].metadata['expected']}"
        for name, value in given.items()
        if name in known and not known[name].metadata["check"](value)
    ]
    if not faults:
        return Hyperparameters(**{name: _typed(known[name].type, value) for name, value in given.items()})
    raise CannotTrain(f"The hyper-parameters can't be used: {'; '.join(faults)}; correct them and start the job again.")


def _typed(annotation: Any, value: Any) -> Any:
    """`value`, already checked, as the field's own type: JSON writes 0.0 as 0 and a tuple as a list."""
    types: dict[str, Callable[[Any], Any]] = {
        "str": str,
        "float": float,
        "tuple[int, ...]": tuple,
        "tuple[str, ...]": tuple,
    }
    return types.get(str(annotation), lambda same: same)(value)
