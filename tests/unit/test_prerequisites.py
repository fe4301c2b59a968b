"""What is said, before the tests start, of those that this machine can't run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prerequisites import Prerequisite, report

MISSING = Prerequisite("a barrel", None, "tests of barrels", "ask a cooper")
THERE = Prerequisite("a glass", Path("/bar/glass"), "tests of glasses", "ask a glazier")


def test_what_is_missing_is_named_with_what_it_leaves_out_and_how_to_have_it() -> None:
    assert report([THERE, MISSING]) == ["left out: tests of barrels, for want of a barrel: ask a cooper"]


def test_a_test_that_needs_what_is_missing_is_skipped_for_that_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match="for want of a barrel: ask a cooper"):
        MISSING.required()
    assert THERE.required() == Path("/bar/glass")
