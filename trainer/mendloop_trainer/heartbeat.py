"""`status.json`: what the attempt is at, replaced every few seconds by a thread of its own."""

import json
import os
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .files import now, write_atomically


class Heartbeat:
    """Beats while the block runs, and once at its end. A beat that cannot be written is left out."""

    def __init__(self, file: Path, every_s: float) -> None:
        self._file = file
        self._every_s = every_s
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._status: dict[str, Any] = {"seq": 0, "phase": None, "step": 0, "total": None, "ckpt_step": None}

    def __enter__(self) -> Self:
        self._beat()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._beat()

    def set(self, **fields: Any) -> None:
        with self._lock:
            self._status.update(fields)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self._beat()

    def _beat(self) -> None:
        with self._lock:
            self._status["seq"] += 1
            status = {**self._status, "pid": os.getpid(), "host": socket.gethostname(), "ts": now()}
        try:
            write_atomically(self._file, json.dumps(status, sort_keys=True).encode("utf-8") + b"\n")
        except OSError:
            return
