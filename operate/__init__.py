"""All that a person runs against a deployed stack or the laptop cloud: `python -m operate --help`."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# Each function is a package of its own, `taproom` travels to them in a layer, and the training code to its container;
# here all of them are used where they lie.
sys.path += [
    place
    for place in (str(PROJECT / folder) for folder in ("functions", "layers/shared", "training"))
    if place not in sys.path
]
