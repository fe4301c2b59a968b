"""Whether what is tested in volume is tested with all of it, or with what the other targets have time for."""

from __future__ import annotations

import os

ALL = os.environ.get("FAULTS") == "all"
