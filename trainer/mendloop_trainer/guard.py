"""Runs a program that must not outlive the driver, together with all processes that it starts.

`python guard.py DRIVER_PID PROGRAM ARGUMENT…` leads a process group. SIGTERM is passed on to the program alone, so that
it can save; when the driver dies, the kernel sends SIGHUP and the whole group is killed. Ends as the program ended.
"""

import ctypes
import os
import signal
import subprocess
import sys
from types import FrameType

NOT_STARTED = 127
"""The status where the program cannot be run, as in a shell."""
_PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> int:
    driver = int(argv[0])
    running: list[subprocess.Popen[bytes]] = []
    asked: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for process in running:
            process.send_signal(number)

    signal.signal(signal.SIGHUP, _kill_all)
    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    _ask_for_hangup()
    if os.getppid() != driver:
        return 1
    try:
        process = subprocess.Popen(argv[1:])  # noqa: S603 The driver chose the program.
    except OSError:
        return NOT_STARTED
    running.append(process)
    for number in asked:
        process.send_signal(number)
    return _ended_as(process.wait())


def _kill_all(_number: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)


def _ask_for_hangup() -> None:
    """Linux only; elsewhere the program outlives a killed driver."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGHUP), 0, 0, 0)


def _ended_as(status: int) -> int:
    if status >= 0:
        return status
    signal.signal(-status, signal.SIG_DFL) if -status not in (signal.SIGKILL, signal.SIGSTOP) else None
    os.kill(os.getpid(), -status)
    return 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
