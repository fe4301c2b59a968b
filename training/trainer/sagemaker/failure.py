"""How a job that can't go on says why, where SageMaker looks for it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotTrain(Exception):
    """The job can't go on; its text is one sentence that names the cause and the cure."""


@contextmanager
def report_failure(file: Path, host: str = "") -> Iterator[None]:
    """Run the body; where it fails write why to `file`, say it on stderr, and exit with status 1.

    SageMaker shows the file's first 1,024 characters as `FailureReason`. The container's own
    launcher may replace the file with what it read last from stderr, so both say the same. Of several hosts both
    name the `host`.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, CannotTrain):
            reason = str(error)
        else:
            traceback.print_exc()
            reason = (
                f"The training code failed with {type(error).__name__}: {' '.join(str(error).split())}; "
                "this is a fault in the code or the machine, not in the reviews: see the job's log."
            )
        reason = f"{host}: {reason}" if host else reason
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(reason[:1024], encoding="utf-8")
        print(reason, file=sys.stderr, flush=True)
        sys.exit(1)
