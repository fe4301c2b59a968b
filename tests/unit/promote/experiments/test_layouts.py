"""A release of another layout than the one in service takes its place, beside it first where candidates are tried."""

from __future__ import annotations

import pytest

from taproom.names import Layout
from tests.unit.promote.experiments.conftest import CONTROL, FIRST, World


def test_a_challenger_of_another_layout_is_tried_and_takes_the_place_of_both_endpoints(world: World) -> None:
    world.candidate(FIRST, Layout.FUSED)
    assert (world.serving(), world.endpoints()) == ((CONTROL, FIRST), 3)
    world.decide("promote", FIRST)
    assert (world.serving(), world.endpoints()) == ((FIRST, None), 1)
    # A kept release of the layout from before comes back as any other.
    world.invoke(release=CONTROL, by="ann")
    assert (world.serving(), world.endpoints()) == ((CONTROL, None), 2)


def test_a_release_of_another_layout_that_does_not_work_leaves_what_serves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERIMENT_SHARE", "0")
    world.broken.add(FIRST)
    world.candidate(FIRST, Layout.FUSED)
    assert (world.serving(), world.endpoints()) == ((CONTROL, None), 2)
    assert world.status(FIRST) == ("rolled back", "it answers wrongly")
