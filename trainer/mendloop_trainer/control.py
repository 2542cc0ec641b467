"""Requests to end early: signals of the scheduler, and files that the app lays into `control/`."""

import signal
import time
from pathlib import Path
from types import FrameType

from .failure import DriverFailure, Exit

_LOOK_S = 0.2
"""Between two looks at the files: shared storage may be slow."""


class Control:
    """What was asked of this driver. Signals are taken from `listen` on."""

    def __init__(self, round_directory: Path) -> None:
        self._folder = round_directory / "control"
        self._signalled = False
        self._files: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def is_cancelled(self) -> bool:
        return self._signalled or "cancel.json" in self._look()

    def is_last_step(self) -> bool:
        """Training is to end with the step that runs, and the rest of the round goes on."""
        return "stop_after_step.json" in self._look()

    def pulse(self) -> None:
        """Raises where the round was cancelled before a child could save anything."""
        if self.is_cancelled():
            raise DriverFailure(Exit.CANCELLED_UNSAVED, "cancelled", "cancelled before there was a checkpoint")

    def _look(self) -> frozenset[str]:
        if time.monotonic() - self._looked_at >= _LOOK_S:
            names = ("cancel.json", "stop_after_step.json")
            self._files = frozenset(name for name in names if (self._folder / name).exists())
            self._looked_at = time.monotonic()
        return self._files

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signalled = True
