"""What launch.py and tune.py share: tools that a person runs from a shell, beside the training code.

They ask for the same job as the retrain function does, so they build it with that function's own pieces. No part
of the training job: retrain/source.py leaves them out of the archive.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
for _folder in (PROJECT / "functions", PROJECT / "layers" / "shared"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
