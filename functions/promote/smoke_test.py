"""Asking the endpoints the questions that the training job recorded, and comparing the answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# TensorFlow Serving runs another TensorFlow than the training job, on another processor.
TOLERANCE = 1e-3

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


def differences(recorded: Mapping[str, Any], questions: Sequence[str], ask: Ask) -> list[str]:
    """Sentences on each recorded request that is now answered otherwise; none if all is well.

    Parameters
    ----------
    recorded
        A release's smoke_test.json.
    questions
        Those of the release's layout.
    ask
        `ask(question, inputs)` returns the outputs of the endpoint, or raises.
    """
    return [
        f"{question}, request {number}: {fault}"
        for question in questions
        for number, request in enumerate(recorded[question], 1)
        for fault in _compare(request["outputs"], ask(question, request["inputs"]))
    ]


def _compare(expected: Mapping[str, Any], answered: Mapping[str, Any]) -> list[str]:
    faults = []
    for name, value in expected.items():
        if name not in answered:
            faults.append(f"the answer has no {name}, only {', '.join(sorted(answered))}")
        elif name == "beer_id":
            # Beers of equal score may change places between two builds of TensorFlow; the scores tell.
            continue
        elif not _alike(value, answered[name]):
            faults.append(f"{name} is {_short(answered[name])}, recorded was {_short(value)}")
    if "beer_id" in expected and "beer_id" in answered:
        for row, (wanted, got) in enumerate(zip(expected["beer_id"], answered["beer_id"], strict=False)):
            shared = len(set(wanted) & set(got[: len(wanted) + 5]))
            if shared < math.ceil(0.8 * len(wanted)):
                faults.append(f"row {row} shares {shared} of {len(wanted)} beers with what was recorded")
    return faults


def _alike(expected: Any, answered: Any) -> bool:
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        # Recorded lists may be cut; an answer must be at least as long.
        return (
            isinstance(answered, Sequence)
            and len(answered) >= len(expected)
            and all(_alike(one, other) for one, other in zip(expected, answered, strict=False))
        )
    if isinstance(expected, float) and not isinstance(answered, (str, bool)):
        return math.isclose(expected, answered, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(expected == answered)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
