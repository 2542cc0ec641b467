"""The probe of a cluster, as a job that runs it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from mendloop_trainer.probe import parse_gpus
from tests.attempts import TRAINER
from tests.rounds import reward_server_program


def _probe(directory: Path, environment: dict[str, str]) -> dict[str, Any]:
    (directory / "nonce").write_text("word", "ascii")
    shutil.copyfile(reward_server_program(), directory / "reward-server.mjs")
    argv = [sys.executable, "-m", "mendloop_trainer.probe", "--dir", str(directory)]
    subprocess.run(argv, cwd=TRAINER, env={**os.environ, **environment}, check=True, timeout=120)
    found: dict[str, Any] = json.loads((directory / "probe.json").read_bytes())
    return found


def test_finds_what_a_round_needs(tmp_path: Path) -> None:
    found = _probe(tmp_path, {})
    assert found["schema"] == "mendloop.probe/1"
    assert (found["nonce"], found["contract"]) == ("word", "mendloop.round/1")
    assert found["node"]["version"].startswith("v")
    assert found["reward_server"] == "ready"
    assert found["cpus"] >= 1
    assert found["memory_bytes"] > 0
    assert found["free_bytes"] > 0


def test_says_what_is_missing_and_does_not_fail(tmp_path: Path) -> None:
    found = _probe(tmp_path, {"MENDLOOP_NODE": "/nowhere/node"})
    assert found["node"] is None
    assert found["reward_server"] == "no Node"


def test_says_how_a_reward_server_ended(tmp_path: Path) -> None:
    other = tmp_path / "node"
    other.write_text('#!/bin/sh\n[ "$1" = --version ] && echo v24.0.0 && exit 0\nexit 3\n')
    other.chmod(0o755)
    found = _probe(tmp_path, {"MENDLOOP_NODE": str(other)})
    assert found["reward_server"] == "ended with 3"


def test_an_old_node_is_none(tmp_path: Path) -> None:
    other = tmp_path / "node"
    other.write_text("#!/bin/sh\necho v18.20.0\n")
    other.chmod(0o755)
    assert _probe(tmp_path, {"MENDLOOP_NODE": str(other)})["node"] is None


def test_reads_what_nvidia_smi_prints() -> None:
    text = "NVIDIA H100 80GB HBM3, 81559\nName, with a comma, 24576\nNo devices were found\n\n"
    names = [("NVIDIA H100 80GB HBM3", 81559), ("Name, with a comma", 24576)]
    assert parse_gpus(text) == [{"name": name, "memory_mib": memory} for name, memory in names]
