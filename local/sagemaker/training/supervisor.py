"""Runs a command in this process group, and ends the group once whoever started this is gone.

    python local/sagemaker/training/supervisor.py COMMAND [ARGUMENT ...]

Standard input has to be a pipe that the starter holds open and never writes to: the operating system closes it
however the starter ends. The command gets none of it; its exit status becomes this process's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> int:
    # The group is asked to end as one; this process has to outlive the command, to tell how it ended.
    signal.signal(signal.SIGTERM, lambda *_: None)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_starter, daemon=True).start()
    status = command.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    # Not sys.exit, which would wait for the thread that reads.
    os._exit(main())
