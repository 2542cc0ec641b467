"""Stands in for the driver of a round where a scheduler is what is tested: `probe_job.py ROUND_DIR WHAT [VALUE]`.

Counts its starts in ROUND_DIR/starts, leaves its number in ROUND_DIR/pid, prints one variable, and then does as told.
"""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

directory, what, *rest = sys.argv[1:]
value = float(rest[0]) if rest else 0.0


def stop(_number: int, _frame: FrameType | None) -> None:
    """Ends as a driver that has a fresh checkpoint, after `value` seconds.

    A second SIGTERM that meets Python while it ends would be the end of it: 143.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(value)
    sys.exit(30)


if what == "obey":
    signal.signal(signal.SIGTERM, stop)
if what == "ignore":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with (Path(directory) / "starts").open("a") as starts:
    starts.write("x")
(Path(directory) / "pid").write_text(str(os.getpid()))
print("said " + os.environ.get("MENDLOOP_TEST", "nothing"), flush=True)
if what == "exit":
    sys.exit(int(value))
time.sleep(value if what == "sleep" else 120)
