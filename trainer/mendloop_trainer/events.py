"""The attempt's event stream: `events.jsonl`, and the same lines on standard output for the scheduler's log."""

import contextlib
import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .files import now

PREFIX = "@@MENDLOOP "
MAX_TEXT = 4000
"""Characters of a sample's text."""


class EventLog:
    """Numbers and appends events. A sample goes to the file alone: a scheduler's log is no place for answers."""

    def __init__(self, file: Path, round_id: str, attempt: int) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._frame = {"v": 1, "round": round_id, "attempt": attempt}
        self._seq = 0

    def add(self, kind: str, **fields: Any) -> None:
        """Appends one event by one write; numbers that are not finite become null. Raises OSError where that fails."""
        self._seq += 1
        event = {**fields, **self._frame, "seq": self._seq, "ts": now(), "type": kind}
        line = json.dumps(finite(event), sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"
        _write_all(self._descriptor, line.encode("ascii"))
        if kind != "sample":
            _say(PREFIX + line)

    def close(self) -> None:
        os.close(self._descriptor)


def finite(value: Any) -> Any:
    """The same with null for every number that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


class EventTail:
    """Reads the events that a child appends; a line that it has not ended yet waits for its end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0
        self._rest = b""

    def read(self) -> list[dict[str, Any] | None]:
        """The new events in their order; None stands for a line that is no event."""
        try:
            with self._file.open("rb") as file:
                file.seek(self._offset)
                content = file.read()
        except FileNotFoundError:
            return []
        self._offset += len(content)
        *lines, self._rest = (self._rest + content).split(b"\n")
        return [_parsed(line) for line in lines if line.strip()]


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("type"), str) else None


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _say(line: str) -> None:
    """A scheduler that closed its end of the log does not end the round."""
    with contextlib.suppress(OSError):
        sys.stdout.write(line)
        sys.stdout.flush()
