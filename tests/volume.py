"""Whether what is tested in volume is tested with all of it, or with what `make test` has time for."""

from __future__ import annotations

import os

ALL = os.environ.get("FAULTS") == "all"
