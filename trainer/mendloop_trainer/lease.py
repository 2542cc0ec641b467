"""One driver for an attempt, and one attempt at a time in a round's work folder."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .failure import DriverFailure, Exit
from .files import now
from .hashing import canonical_json

SCHEDULER_IDS = {"slurm": "SLURM_JOB_ID", "ray": "RAY_JOB_SUBMISSION_ID", "docker": "MENDLOOP_CONTAINER"}
"""The variable in which a scheduler tells its id of the job."""


def take_lease(attempt_directory: Path, attempt: int) -> None:
    """Creates `lease.json`; where it exists already, this job is a duplicate and must touch nothing (exit code 40)."""
    attempt_directory.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(attempt_directory / "lease.json", flags, 0o644)
    except FileExistsError:
        raise DriverFailure(Exit.DUPLICATE, "duplicate_lease", "another driver has this attempt") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(canonical_json(_lease(attempt, os.environ)))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def sole_use(work: Path) -> Iterator[None]:
    """Holds `work/LOCK`, which ends with the process. Storage that has no locks is trusted to have one driver."""
    work.mkdir(parents=True, exist_ok=True)
    with (work / "LOCK").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                message = "another attempt of this round is still at work"
                raise DriverFailure(Exit.TEMPORARY, "work_in_use", message) from None
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
        yield


def _lease(attempt: int, environment: Mapping[str, str]) -> dict[str, object]:
    found = [(name, environment[key]) for name, key in SCHEDULER_IDS.items() if key in environment]
    scheduler, native_id = found[0] if found else (None, None)
    return {
        "attempt": attempt,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "boot_id": _boot_id(),
        "scheduler": scheduler,
        "native_id": native_id,
        "started_at": now(),
    }


def _boot_id() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return None
