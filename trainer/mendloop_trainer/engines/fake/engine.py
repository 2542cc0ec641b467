"""The fake engine's children. It needs nothing but Python."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from mendloop_trainer.engines.base import Child, Round
from mendloop_trainer.engines.fake.faults import read_faults


class FakeEngine:
    """Both kinds of rounds; a warm-up where the specification has one."""

    name = "fake"

    def check(self, current: Round) -> None:
        read_faults(current)

    def render(self, current: Round) -> Mapping[str, Any]:
        return {"steps": steps_of(current.spec), "seed": current.spec["algo"]["seed"]}

    def children(self, current: Round) -> Sequence[Child]:
        place = ["--round-dir", str(current.directory), "--attempt", str(current.attempt)]
        argv = [sys.executable, "-m", "mendloop_trainer.engines.fake"]
        return [Child(phase, [*argv, phase, *place], {}) for phase in _phases(current.spec)]


def steps_of(spec: Mapping[str, Any]) -> int:
    steps: int = spec["algo" if spec["kind"] == "grpo" else "sft"]["max_steps"]
    return steps


def _phases(spec: Mapping[str, Any]) -> list[str]:
    is_warmed = spec["kind"] == "grpo" and spec["warmup"] is not None
    is_evaluated = spec["evaluation"]["rows"] > 0
    return [*(["warmup"] if is_warmed else []), "train", "export", *(["evaluate"] if is_evaluated else [])]
