"""What the driver needs of an engine, and what a child process of an engine writes.

A child appends JSON lines to the file that MENDLOOP_CHILD_EVENTS names (docs/contracts/round.md#children): objects with
`type` and the fields of that event without `v`, `seq`, `ts`, `round`, `attempt`, which the driver adds. A child exits
with 0, or with an exit code that says what went wrong. On SIGTERM a child ends its step, saves a checkpoint, and exits
with 30; it exits with 31 if nothing was saved.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Spec = Mapping[str, Any]


class Round(NamedTuple):
    """One attempt of a round, as its engine sees it; all paths are absolute."""

    directory: Path
    attempt: int
    spec: Spec
    reward_urls: Mapping[str, str]
    """By formula; `spec["reward"]["formula"]` is the one to train on. Held-out answers are scored by all of them."""

    @property
    def attempt_directory(self) -> Path:
        return self.directory / "attempts" / f"{self.attempt:04d}"

    @property
    def work(self) -> Path:
        return self.directory / "work"


class Child(NamedTuple):
    """A process to run: it gets the driver's environment and `environment` on top."""

    phase: str
    """One of warmup, train, export, evaluate."""
    argv: Sequence[str]
    environment: Mapping[str, str]


class Engine(Protocol):
    """Which children an engine runs, in order. A phase that a round does not need is left out."""

    name: str

    def check(self, current: Round) -> None:
        """Raises `failure.DriverFailure` where the round cannot run here (missing packages, no GPU, bad keys)."""

    def render(self, current: Round) -> Mapping[str, Any]:
        """The engine's own configuration, for engine.json and `render`; the same round gives the same object."""

    def children(self, current: Round) -> Sequence[Child]:
        """The export child leaves `out.tmp/adapter` or `out.tmp/model` and `out.tmp/tokenizer`; the evaluate child
        leaves `evaluation.jsonl` in the attempt's directory.
        """
