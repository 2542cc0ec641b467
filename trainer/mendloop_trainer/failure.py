"""How a round ends: the exit codes of docs/contracts/round.md#exit-codes, and the exception that carries one."""

import errno
from enum import IntEnum


class Exit(IntEnum):
    """What the app acts on; every other code counts as a crash."""

    DONE = 0
    SPEC_INVALID = 10
    DATA_INVALID = 11
    MODEL_INVALID = 12
    ENVIRONMENT = 13
    GOLDEN_DIFFERS = 14
    REWARD_NOT_CALLED = 15
    RESUME_INCOMPATIBLE = 16
    CRASHED = 20
    OUT_OF_MEMORY = 21
    DISTRIBUTED = 22
    REWARD_ERRORS = 24
    DIVERGED = 25
    DISK_FULL = 26
    REWARD_DOWN = 27
    HACKED = 28
    CANCELLED = 30
    CANCELLED_UNSAVED = 31
    DUPLICATE = 40
    BUG = 70
    TEMPORARY = 75


class DriverFailure(Exception):  # noqa: N818 It is an end of the round, expected or not.
    """Ends the attempt with `code`. `reason` is a name of ours; `message` holds no content of a repository."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = int(code)
        self.reason = reason
        self.message = message


def failure_of(error: BaseException) -> DriverFailure:
    """The failure that an exception of the driver itself stands for, without its text, which may quote data."""
    if isinstance(error, DriverFailure):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DriverFailure(Exit.DISK_FULL, "disk_full", "no space is left where the round lies")
    if isinstance(error, OSError) and error.errno in (errno.EIO, errno.ESTALE, errno.ETIMEDOUT):
        return DriverFailure(Exit.TEMPORARY, "storage_unavailable", "the storage of the round does not answer")
    return DriverFailure(Exit.BUG, "driver_bug", f"unexpected {type(error).__name__}")
