"""Child processes of the driver: each in a process group of its own that ends with the driver."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_GUARD = Path(__file__).with_name("guard.py")
_PACKAGE = str(Path(__file__).parents[1])
_TAIL_BYTES = 64 * 1024


class Process:
    """A guarded program. Its output goes to files, unless `stdout` says otherwise."""

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], stdout: Path | int, stderr: Path, cwd: Path
    ) -> None:
        self._stderr = stderr
        self._is_over = False
        guarded = [sys.executable, "-I", "-S", str(_GUARD), str(os.getpid()), *argv]
        with stderr.open("ab") as errors:
            output: IO[bytes] | int = stdout.open("ab") if isinstance(stdout, Path) else stdout
            try:
                self._process = subprocess.Popen(  # noqa: S603 The engine chose the program.
                    guarded,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=errors,
                    env={**os.environ, **environment, "PYTHONPATH": _python_path(environment)},
                    cwd=cwd,
                    start_new_session=True,
                )
            finally:
                if not isinstance(output, int):
                    output.close()

    @property
    def stdout(self) -> IO[bytes]:
        """The pipe that `stdout=subprocess.PIPE` asked for."""
        assert self._process.stdout is not None  # noqa: S101 Only the caller who asked for it reads it.
        return self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def status(self) -> int | None:
        """Its exit status, a signal as a negative number; None while it runs."""
        status = self._process.poll()
        if status is not None:
            self._end_group()
        return status

    def terminate(self) -> None:
        """Asks it to save and end."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it and everything that it started, at once."""
        self._end_group()
        self._process.wait()

    def stop(self, grace_s: float) -> int:
        """Terminates it, and kills it when the grace is over."""
        self.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        self.kill()
        return self._process.returncode

    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        with self._stderr.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")

    def _end_group(self) -> None:
        """Once only: later the number may be another group's."""
        if self._is_over:
            return
        self._is_over = True
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def _python_path(environment: Mapping[str, str]) -> str:
    """Children import this package from where the driver has it."""
    more = environment.get("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    return f"{_PACKAGE}{os.pathsep}{more}" if more else _PACKAGE
