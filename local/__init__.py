"""The laptop cloud: the stack of template.yaml, run whole on one machine without an AWS account."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# The package `taproom` travels to the functions in a layer, and each function is a package of its own; here all of
# them are used where they lie.
sys.path += [
    place for place in (str(PROJECT / "layers" / "shared"), str(PROJECT / "functions")) if place not in sys.path
]
