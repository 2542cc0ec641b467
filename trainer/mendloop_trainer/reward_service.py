"""The round's reward servers: one process for each formula, on a free port of this machine."""

import http.client
import json
import os
import re
import secrets
import select
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from .child import Process
from .failure import DriverFailure, Exit
from .spec import LoadedSpec, path_in_round

START_S = 300.0
"""Reading 300 MB of oracles takes seconds; a shared disk may be slow."""
STOP_S = 3.0
MAX_RESTARTS = 3
"""Of one server in one attempt."""

_USAGE = 2

Pulse = Callable[[], None]


class Counts(NamedTuple):
    """Answers that a server was asked about, and those that it could not score."""

    asked: int
    unscored: int


class RewardService:
    """Starts the servers, and one that died again on its port, so that its address stays right."""

    def __init__(self, round_directory: Path, loaded: LoadedSpec, native: Path) -> None:
        self.token = secrets.token_hex(32)
        spec = loaded.spec["reward"]
        golden = _golden_of(path_in_round(round_directory, spec["golden"]["uri"]), spec["formula"], native)
        formulas = sorted({spec["formula"], *spec["report_formulas"], *golden})
        self._servers = {
            formula: _Server(round_directory, loaded, native / f"reward-{index}", formula, golden.get(formula))
            for index, formula in enumerate(formulas)
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.terminate()
        for server in self._servers.values():
            server.stop()

    @property
    def urls(self) -> Mapping[str, str]:
        return {formula: server.url for formula, server in self._servers.items()}

    @property
    def processes(self) -> Sequence[Mapping[str, Any]]:
        """For engine.json: what runs, without the token."""
        return [{"formula": formula, "url": server.url, "pid": server.pid} for formula, server in self._servers.items()]

    def start(self, pulse: Pulse) -> None:
        """Resolves when all serve. Golden rewards that differ are exit code 14, a broken file 11, no Node 13."""
        for server in self._servers.values():
            server.launch(self.token, port=0, with_golden=True)
        for server in self._servers.values():
            server.await_ready(pulse)

    def revive(self, pulse: Pulse) -> list[str]:
        """Starts what died again, and gives the formulas; `reward_down` where that does not help."""
        dead = [server for server in self._servers.values() if server.is_dead()]
        for server in dead:
            server.relaunch(self.token, pulse)
        return [server.formula for server in dead]

    def is_broken(self) -> bool:
        return any(server.is_dead() for server in self._servers.values())

    def counts(self) -> Counts:
        """What the servers counted in this attempt, as far as they can be asked."""
        counts = [server.counts() for server in self._servers.values()]
        return Counts(sum(count.asked for count in counts), sum(count.unscored for count in counts))


class _Server:
    def __init__(self, round_directory: Path, loaded: LoadedSpec, log: Path, formula: str, golden: Path | None) -> None:
        self.formula = formula
        self.url = ""
        self.pid = 0
        self._directory = round_directory
        self._loaded = loaded
        self._log = log.with_suffix(".stderr.log")
        self._golden = golden
        self._process: Process | None = None
        self._restarts = 0

    def launch(self, token: str, port: int, *, with_golden: bool) -> None:
        self._process = Process(
            self._command(port, with_golden),
            {"MENDLOOP_REWARD_TOKEN": token},
            subprocess.PIPE,
            self._log,
            self._directory,
        )

    def await_ready(self, pulse: Pulse) -> None:
        """Reads the line with which the server says that it serves."""
        said = _said(self._first_line(pulse))
        if said["oracles_sha256"] != self._loaded.spec["data"]["oracles"]["sha256"]:
            raise DriverFailure(Exit.DATA_INVALID, "data_invalid", "the reward server read other oracles")
        self.url, self.pid = said["url"], said["pid"]

    def relaunch(self, token: str, pulse: Pulse) -> None:
        port = urllib.parse.urlsplit(self.url).port or 0
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            raise DriverFailure(Exit.REWARD_DOWN, "reward_down", "a reward server died again and again")
        try:
            self.launch(token, port, with_golden=False)
            self.await_ready(pulse)
        except DriverFailure as failure:
            if failure.code in (Exit.CANCELLED, Exit.CANCELLED_UNSAVED):
                raise
            raise DriverFailure(Exit.REWARD_DOWN, "reward_down", "a reward server cannot be started again") from None

    def is_dead(self) -> bool:
        return self._process is not None and self._process.status() is not None

    def terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop(STOP_S)
            self._process.stdout.close()

    def counts(self) -> Counts:
        place = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(place.netloc, timeout=5)
        try:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode("utf-8")
        except (OSError, http.client.HTTPException):
            return Counts(0, 0)
        finally:
            connection.close()
        items = dict(re.findall(r'^mendloop_reward_items_total\{outcome="(\w+)"\} (\d+)$', text, re.MULTILINE))
        asked = sum(int(value) for name, value in items.items() if name != "cancelled")
        return Counts(asked, asked - int(items.get("scored", 0)))

    def _command(self, port: int, with_golden: bool) -> list[str]:
        spec = self._loaded.spec
        options = {
            "--oracles": str(path_in_round(self._directory, spec["data"]["oracles"]["uri"])),
            "--formula": self.formula,
            "--port": str(port),
            "--spec-sha256": self._loaded.sha256,
            "--item-seconds": str(spec["reward"]["timeout_s"]),
            "--workers": str(max(1, min(32, spec["resources"]["cpus"] - 1))),
        }
        if with_golden and self._golden is not None:
            options["--golden"] = str(self._golden)
        program = path_in_round(self._directory, spec["reward"]["server"]["uri"])
        return [_node(self._directory, spec), str(program), *(part for pair in options.items() for part in pair)]

    def _first_line(self, pulse: Pulse) -> bytes:
        assert self._process is not None  # noqa: S101 It was launched just before.
        ends, line = time.monotonic() + START_S, b""
        while not line.endswith(b"\n"):
            pulse()
            if select.select([self._process.stdout], [], [], 0.2)[0]:
                part = os.read(self._process.stdout.fileno(), 65536)
                line += part
                if not part:
                    raise _start_failure(self._process.stop(STOP_S), self._process.errors())
            if time.monotonic() > ends:
                raise DriverFailure(Exit.REWARD_DOWN, "reward_down", f"a reward server needs more than {START_S:.0f} s")
        return line


def _said(line: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(line)
        return {name: said[name] for name in ("oracles_sha256", "url", "pid")}
    except (ValueError, KeyError, TypeError):
        raise DriverFailure(Exit.ENVIRONMENT, "reward_not_startable", "the reward server says something else") from None


def _start_failure(status: int, errors: str) -> DriverFailure:
    """What the reward server's end means for the round; its --help lists the statuses."""
    if status < 0:
        # The machine ended it, not its input: another attempt may start it.
        return DriverFailure(Exit.REWARD_DOWN, "reward_down", "a reward server was killed as it started")
    if status == Exit.GOLDEN_DIFFERS:
        return DriverFailure(Exit.GOLDEN_DIFFERS, "golden_differs", "the reward code gives other golden rewards")
    if status == 1 and "reward-server: input_invalid" in errors:
        return DriverFailure(Exit.DATA_INVALID, "data_invalid", "the reward server refuses its oracles or golden rows")
    if status == _USAGE and "--formula" in errors:
        return DriverFailure(Exit.SPEC_INVALID, "spec_invalid", "reward: the server does not know this formula")
    return DriverFailure(Exit.ENVIRONMENT, "reward_not_startable", "the reward server does not start here")


def _node(round_directory: Path, spec: Mapping[str, Any]) -> str:
    """The round's own Node, or MENDLOOP_NODE, or the one of the PATH."""
    own = spec["reward"]["node"]
    if own is not None:
        return str(path_in_round(round_directory, own["uri"]))
    found = shutil.which(os.environ.get("MENDLOOP_NODE", "node"))
    if found is None:
        raise DriverFailure(Exit.ENVIRONMENT, "node_missing", "no Node 20 or newer is here for the reward server")
    return found


def _golden_of(file: Path, formula: str, native: Path) -> dict[str, Path]:
    """Golden rows by the formula that each names (`formula`; the round's own where it names none), one file each."""
    rows: dict[str, list[bytes]] = {}
    for line in file.read_bytes().splitlines():
        if line.strip():
            rows.setdefault(_formula_of(line, formula), []).append(line + b"\n")
    if not rows:
        raise DriverFailure(Exit.DATA_INVALID, "data_invalid", "the golden file has no row")
    files = {}
    for index, (name, lines) in enumerate(sorted(rows.items())):
        files[name] = native / f"golden-{index}.jsonl"
        files[name].write_bytes(b"".join(lines))
    return files


def _formula_of(line: bytes, otherwise: str) -> str:
    try:
        row = json.loads(line)
    except ValueError:
        raise DriverFailure(Exit.DATA_INVALID, "data_invalid", "a golden row is not JSON") from None
    return str(row.get("formula", otherwise)) if isinstance(row, dict) else otherwise
