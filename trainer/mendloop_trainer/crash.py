"""What it means that a child ended with a status that is not of the contract."""

import re
import signal
from pathlib import Path

from .failure import DriverFailure, Exit
from .guard import NOT_STARTED

_OWN = frozenset({Exit.DUPLICATE, Exit.BUG})
"""Codes that only the driver gives."""
_SIGNS = (
    (Exit.DISK_FULL, "disk_full", r"No space left on device|Disk quota exceeded|ENOSPC"),
    (
        Exit.OUT_OF_MEMORY,
        "out_of_memory",
        r"OutOfMemoryError|CUDA out of memory|^MemoryError|can't allocate memory|Cannot allocate memory|std::bad_alloc",
    ),
    (Exit.DISTRIBUTED, "distributed", r"NCCL|Watchdog|DistBackendError|DistNetworkError"),
    (Exit.ENVIRONMENT, "import_failed", r"^(ModuleNotFoundError|ImportError)\b"),
)


def crash_failure(phase: str, status: int, errors: str, *, is_host_out_of_memory: bool) -> DriverFailure:
    """Takes a code of the contract as it is, and reads the end of standard error otherwise; nothing of it is quoted."""
    if status in set(Exit) - _OWN:
        return DriverFailure(status, Exit(status).name.lower(), f"{phase} ended with {status}")
    if status == NOT_STARTED:
        return DriverFailure(Exit.ENVIRONMENT, "not_started", f"the program of {phase} cannot be run here")
    if status == -signal.SIGKILL and is_host_out_of_memory:
        return DriverFailure(Exit.OUT_OF_MEMORY, "out_of_memory", f"{phase} was killed for its memory")
    for code, reason, pattern in _SIGNS:
        if re.search(pattern, errors, re.MULTILINE):
            return DriverFailure(code, reason, f"{phase} ended with {status}")
    return DriverFailure(Exit.CRASHED, "crashed", f"{phase} ended with {status}")


def memory_kills() -> int:
    """How often the kernel killed a process of this control group for its memory; 0 where it does not say."""
    try:
        text = Path("/sys/fs/cgroup/memory.events").read_text("ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("oom_kill "))
