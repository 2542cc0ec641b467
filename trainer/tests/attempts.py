"""Runs the driver as a scheduler does, and reads what it left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from .contract import check_contract

TRAINER = Path(__file__).parents[1]
_PATIENCE_S = 60.0


class Ended(NamedTuple):
    code: int
    stdout: str
    stderr: str


class Driver:
    """A driver at work; killed at the end of the block, if it still is."""

    def __init__(self, directory: Path, attempt: int = 1, environment: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        self.folder = directory / "attempts" / f"{attempt:04d}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mendloop_trainer", "run", "--round-dir", str(directory), "--attempt", str(attempt)],
            cwd=TRAINER,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> Ended:
        """Waits for it. What it left has to fit the schemas by which the app reads it."""
        stdout, stderr = self.process.communicate(timeout=_PATIENCE_S)
        check_contract(self.directory, self.folder)
        return Ended(self.process.returncode, stdout, stderr)

    def wait_for(self, kind: str, **fields: Any) -> None:
        """Waits until it wrote such an event."""

        def is_there() -> bool:
            return any(
                event["type"] == kind and all(event.get(name) == value for name, value in fields.items())
                for event in events_of(self.folder)
            )

        wait_until(is_there)

    def control(self, name: str) -> None:
        """Lays a request of the app into the round."""
        folder = self.directory / "control"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("{}", "utf-8")


def run_attempt(directory: Path, attempt: int = 1, environment: Mapping[str, str] | None = None) -> Ended:
    with Driver(directory, attempt, environment) as driver:
        return driver.end()


def command(*arguments: str) -> Ended:
    """Another command of the package."""
    done = subprocess.run(
        [sys.executable, "-m", "mendloop_trainer", *arguments],
        cwd=TRAINER,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def events_of(folder: Path) -> list[dict[str, Any]]:
    """The attempt's events, by the rule of a reader: whole lines alone."""
    try:
        content = (folder / "events.jsonl").read_text("utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in content.split("\n")[:-1]]


def phases_of(folder: Path) -> list[str]:
    return [event["name"] for event in events_of(folder) if event["type"] == "phase"]


def result_of(directory: Path, attempt: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "attempts" / f"{attempt:04d}" / "result.json").read_bytes())
    return found


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < ends, "it did not come to pass in time"
        time.sleep(0.05)


def processes_of(directory: Path) -> Sequence[int]:
    """Living processes whose command line names the round, but for zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(directory).encode() in line:
            found.append(int(entry.name))
    return found


def kill_now(process: int) -> None:
    os.kill(process, signal.SIGKILL)
