"""Looks around where a round would run: `python -m mendloop_trainer.probe --dir DIR`.

DIR holds `nonce` and `reward-server.mjs`; the report is DIR/probe.json, the contract `mendloop.probe/1`. Needs the
standard library alone, and never fails because something is missing: that is what it reports.
"""

import argparse
import gzip
import importlib.metadata
import os
import platform
import secrets
import select
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .files import write_atomically
from .hashing import canonical_json
from .spec import CONTRACT

PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "vllm", "verl", "ray")
_GPU_QUERY = ("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_COMMAND_S = 20.0
_SERVER_S = 60.0
"""A shared disk may be slow."""
_OLDEST_NODE = 20


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="mendloop_trainer.probe", description=__doc__)
    parser.add_argument("--dir", required=True, type=Path)
    directory: Path = parser.parse_args(argv).dir.resolve()
    node = _node()
    report = {
        "schema": "mendloop.probe/1",
        "nonce": (directory / "nonce").read_text("ascii"),
        "contract": CONTRACT,
        "host": platform.node(),
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name)) is not None},
        "cpus": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "free_bytes": shutil.disk_usage(directory).free,
        "gpus": _gpus(),
        "node": node,
        "reward_server": "no Node" if node is None else _reward_server(node["path"], directory),
    }
    write_atomically(directory / "probe.json", canonical_json(report))
    return 0


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _output(argv: Sequence[str]) -> str | None:
    """None where the program is missing, fails, or hangs."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=_COMMAND_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def parse_gpus(text: str) -> list[dict[str, object]]:
    """Lines of `NAME, MIB`; others are left out."""
    found: list[dict[str, object]] = []
    for line in text.splitlines():
        name, _, memory = line.rpartition(",")
        if name.strip() and memory.strip().isdecimal():
            found.append({"name": name.strip(), "memory_mib": int(memory)})
    return found


def _gpus() -> list[dict[str, object]]:
    return parse_gpus(_output(_GPU_QUERY) or "")


def _node() -> dict[str, str] | None:
    """The Node that the driver would run where the round brings none."""
    path = shutil.which(os.environ.get("MENDLOOP_NODE", "node"))
    version = None if path is None else _output([path, "--version"])
    if path is None or version is None:
        return None
    major = version.strip().removeprefix("v").split(".")[0]
    return {"path": path, "version": version.strip()} if major.isdecimal() and int(major) >= _OLDEST_NODE else None


def _reward_server(node: str, directory: Path) -> str:
    """`ready` where it says so within its time; else why not, without its own words."""
    row = {"id": "probe", "context": {"probe.py": "x = 1\n"}, "oracle": {"probe.py": "x = 2\n"}}
    oracles = directory / "oracles.jsonl.gz"
    oracles.write_bytes(gzip.compress(canonical_json(row), mtime=0))
    options = ["--oracles", str(oracles), "--formula", "paper/1", "--port", "0", "--spec-sha256", "0" * 64]
    environment = {**os.environ, "MENDLOOP_REWARD_TOKEN": secrets.token_hex(32)}
    try:
        server = subprocess.Popen(  # noqa: S603 The program is Mendloop's own.
            [node, str(directory / "reward-server.mjs"), *options],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        return f"not started: {error.strerror}"
    with server:
        assert server.stdout is not None  # noqa: S101 It was asked for.
        in_time = bool(select.select([server.stdout], [], [], _SERVER_S)[0])
        said = os.read(server.stdout.fileno(), 65536) if in_time else b""
        # Without a line its output ended, and so did or does the server.
        status = server.wait(_COMMAND_S) if in_time and not said else None
        server.kill()
    if said:
        return "ready"
    return f"silent for {_SERVER_S:.0f} s" if status is None else f"ended with {status}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
