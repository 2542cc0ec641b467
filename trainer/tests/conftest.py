"""A real reward server for all tests, and a server of faults in front of it."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .faults import FaultServer

TOKEN = "token-of-the-trainer-tests"
FIXTURE = Path(__file__).parents[2] / "test" / "fixtures" / "reward-golden.json"


@dataclass(frozen=True)
class Vector:
    """A golden vector with an answer; `reward` is what the paper's reference gave."""

    oracle_id: str
    row: dict[str, Any]
    text: str
    reward: float


@dataclass(frozen=True)
class RewardServer:
    url: str
    sha256: str


def _vectors() -> list[Vector]:
    cases = json.loads(FIXTURE.read_text("utf-8"))["cases"]
    return [
        Vector(f"task-{n}", {"context": case["context"], "oracle": case["oracle"]}, case["output"], case["reward"])
        for n, case in enumerate(cases)
        if case["kind"] == "search_replace"
    ]


@pytest.fixture(scope="session")
def vectors() -> list[Vector]:
    return _vectors()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RewardServer]:
    """The built server, as a cluster node would run it."""
    program = os.environ.get("MENDLOOP_REWARD_SERVER")
    if program is None:
        pytest.fail("MENDLOOP_REWARD_SERVER names no built server: run these tests with `npm run test:trainer`")
    oracles = tmp_path_factory.mktemp("oracles") / "oracles.jsonl"
    rows = [json.dumps({"id": vector.oracle_id, **vector.row}) for vector in _vectors()]
    oracles.write_text("\n".join(rows), "utf-8")
    options = ["--oracles", str(oracles), "--formula", "paper/1", "--port", "0", "--spec-sha256", "5" * 64]
    command = [os.environ.get("MENDLOOP_NODE", "node"), program, *options]
    environment = {"PATH": os.environ["PATH"], "MENDLOOP_REWARD_TOKEN": TOKEN}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        yield RewardServer(said["url"], said["oracles_sha256"])
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.fixture
def settings(server: RewardServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of an engine that speaks to the real server."""
    monkeypatch.setenv("MENDLOOP_REWARD_URL", server.url)
    monkeypatch.setenv("MENDLOOP_REWARD_TOKEN", TOKEN)


@pytest.fixture
def faults(settings: None, server: RewardServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """The environment of an engine whose requests go through a server of faults."""
    with FaultServer(server.url) as fault_server:
        monkeypatch.setenv("MENDLOOP_REWARD_URL", fault_server.url)
        yield fault_server
