"""Runs one child of an engine to its end, and looks after it meanwhile."""

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .child import Process
from .control import Control
from .crash import crash_failure, memory_kills
from .engines.base import Child, Round
from .events import EventLog, EventTail, finite
from .failure import DriverFailure, Exit
from .heartbeat import Heartbeat
from .progress import Progress
from .reward_service import RewardService
from .watch import Watch

PROGRESS = "progress.json"
"""In the work folder, for later attempts."""
_POLL_S = 0.05
_SIGNAL_DELAY_S = 1.0
"""A scheduler may signal all processes of a job one after another."""
_CHILD_PHASES = ("load", "warmup", "train", "export", "evaluate")
_STEPPING = ("warmup", "train")


def events_file(phase: str) -> str:
    return f"{phase}.events.jsonl"


class PhaseRunner:
    """The children of one attempt, one at a time; raises `DriverFailure` for everything but a good end."""

    def __init__(
        self,
        current: Round,
        log: EventLog,
        heartbeat: Heartbeat,
        service: RewardService,
        control: Control,
        spec_sha256: str,
    ) -> None:
        self.progress = Progress()
        self.watch = Watch(current.spec)
        self._current = current
        self._log = log
        self._heartbeat = heartbeat
        self._service = service
        self._control = control
        self._spec_sha256 = spec_sha256
        self._native = current.attempt_directory / "native"
        self._calls = self._native / "reward-calls"

    def enter(self, name: str) -> None:
        self._heartbeat.set(phase=name)
        self._log.add("phase", name=name)

    def end_if_cancelled(self, phase: str) -> None:
        if self._control.is_cancelled():
            code = Exit.CANCELLED if self.progress.is_saved else Exit.CANCELLED_UNSAVED
            raise DriverFailure(code, "cancelled", f"cancelled in {phase}")

    def run(self, child: Child) -> None:
        """Runs it; training that `stop_after_step.json` ended early is a good end where it left a checkpoint."""
        self.enter(child.phase)
        self.end_if_cancelled(child.phase)
        events = self._native / events_file(child.phase)
        running = _Running(child, self._start(child, events), EventTail(events), self._called(), memory_kills())
        try:
            status = self._attend(running)
        finally:
            running.process.kill()
        self._judge(running, status)
        self._look_after_counts(running)
        if self.watch.asked > 0:
            self.watch.check_rewards()
        if child.phase == "train":
            self.progress.is_trained = True
            self._save_progress()

    def _start(self, child: Child, events: Path) -> Process:
        reward = self._current.spec["reward"]
        environment = {
            "MENDLOOP_CHILD_EVENTS": str(events),
            "MENDLOOP_REWARD_URL": self._service.urls[reward["formula"]],
            "MENDLOOP_REWARD_URLS": json.dumps(dict(self._service.urls), sort_keys=True),
            "MENDLOOP_REWARD_TOKEN": self._service.token,
            "MENDLOOP_REWARD_CALLS": str(self._calls),
            "MENDLOOP_SPEC_SHA256": self._spec_sha256,
            **child.environment,
        }
        output, errors = (self._native / f"{child.phase}.{name}.log" for name in ("stdout", "stderr"))
        return Process(child.argv, environment, output, errors, self._current.directory)

    def _attend(self, running: "_Running") -> int:
        while (status := running.process.status()) is None:
            self._take_events(running)
            self._look_after_end(running)
            self._look_after_rewards(running)
            self._look_after_stall(running)
            time.sleep(_POLL_S)
        self._take_events(running)
        return status

    def _look_after_end(self, running: "_Running") -> None:
        is_last = running.phase == "train" and running.steps > 0 and self._control.is_last_step()
        running.is_cancelled = running.is_cancelled or self._control.is_cancelled()
        if running.kill_at is None and (running.is_cancelled or is_last):
            running.kill_at = time.monotonic() + self._current.spec["limits"]["grace_s"]
            running.process.terminate()
        if running.kill_at is not None and time.monotonic() > running.kill_at:
            running.process.kill()

    def _look_after_rewards(self, running: "_Running") -> None:
        if running.kill_at is not None or not self._service.is_broken():
            return
        time.sleep(_SIGNAL_DELAY_S)
        if self._control.is_cancelled():
            return
        for formula in self._service.revive(self._control.pulse):
            self._log.add("warning", code="reward_restarted", msg=f"the server of {formula} was started again")

    def _look_after_stall(self, running: "_Running") -> None:
        quiet_s = time.monotonic() - running.heard_at
        if running.phase in _STEPPING and quiet_s > self._current.spec["limits"]["stall_s"]:
            message = f"{running.phase} said nothing for {quiet_s:.0f} s"
            raise DriverFailure(Exit.DISTRIBUTED, "stalled", message)

    def _judge(self, running: "_Running", status: int) -> None:
        if status in (-signal.SIGTERM, -signal.SIGINT):
            time.sleep(_SIGNAL_DELAY_S)
        if status == Exit.CANCELLED and running.is_cancelled:
            raise DriverFailure(Exit.CANCELLED, "cancelled", f"cancelled in {running.phase}")
        self.end_if_cancelled(running.phase)
        if running.kill_at is not None:
            if status in (Exit.DONE, Exit.CANCELLED) or self.progress.checkpoint is not None:
                return
            raise DriverFailure(Exit.CANCELLED_UNSAVED, "stopped_unsaved", "ended early without a checkpoint")
        if status != Exit.DONE:
            killed = memory_kills() > running.memory_kills
            raise crash_failure(running.phase, status, running.process.errors(), is_host_out_of_memory=killed)

    def _take_events(self, running: "_Running") -> None:
        for event in running.tail.read():
            running.heard_at = time.monotonic()
            if event is None:
                self._log.add("warning", code="child_event_unreadable", msg=f"{running.phase} wrote a broken line")
            else:
                self._take(running, event)

    def _take(self, running: "_Running", event: Mapping[str, Any]) -> None:
        match event["type"]:
            case "step":
                self._take_step(running, event)
            case "sample":
                self._log.add("sample", **self.progress.take_sample(event))
            case "warning":
                self._log.add("warning", **self.progress.take_warning(event))
            case "checkpoint":
                self._take_checkpoint(event)
            case "reward_stats":
                running.reports_rewards = True
                self._take_rewards(event)
            case "phase" if event.get("name") in _CHILD_PHASES:
                self.enter(event["name"])
            case "eval" | "artifact":
                fields = {name: value for name, value in event.items() if name in ("step", "metrics", "path", "sha256")}
                self._log.add(event["type"], **fields)
            case _:
                self._log.add("warning", code="child_event_unknown", msg=f"{running.phase} wrote an unknown event")

    def _take_step(self, running: "_Running", event: Mapping[str, Any]) -> None:
        step = self.progress.take_step(event, is_training=running.phase == "train")
        self._log.add("step", **step)
        self._heartbeat.set(step=step["step"], total=step["total"])
        bad = [name for name, value in step["metrics"].items() if value is not None and finite(value) is None]
        if bad:
            self._log.add("warning", code="not_finite", msg=", ".join(bad))
        running.steps += 1
        if running.phase != "train" or self._current.spec["kind"] != "grpo":
            self.watch.step({"loss": step["metrics"]["loss"]})
            return
        self._look_after_counts(running)
        if running.steps == 1 and self._called() <= running.calls_before:
            message = "the first step ended without a call of the reward function"
            raise DriverFailure(Exit.REWARD_NOT_CALLED, "reward_not_called", message)
        self.watch.step(step["metrics"])

    def _take_checkpoint(self, event: Mapping[str, Any]) -> None:
        step = event.get("step")
        if isinstance(step, int):
            self.progress.checkpoint = step
            self._heartbeat.set(ckpt_step=step)
            self._log.add("checkpoint", step=step, path=_relative(event, self._current), bytes=event.get("bytes"))
            self._save_progress()

    def _take_rewards(self, event: Mapping[str, Any]) -> None:
        asked, unscored = event.get("n"), event.get("errors")
        self._log.add("reward_stats", n=asked, errors=unscored, p50_ms=event.get("p50_ms"), p95_ms=event.get("p95_ms"))
        if isinstance(asked, int) and isinstance(unscored, int):
            self.watch.rewards(asked, unscored)

    def _look_after_counts(self, running: "_Running") -> None:
        """For an engine that reports no rewards: what the servers counted, each try of an answer for itself."""
        if running.phase == "train" and running.steps > 1 and not running.reports_rewards:
            self.watch.total(*self._service.counts())

    def _save_progress(self) -> None:
        self.progress.save(self._current.work / PROGRESS)

    def _called(self) -> int:
        try:
            return self._calls.stat().st_size
        except FileNotFoundError:
            return 0


class _Running:
    """A child at work, and what was seen of it."""

    def __init__(self, child: Child, process: Process, tail: EventTail, calls_before: int, kills: int) -> None:
        self.phase = child.phase
        self.process = process
        self.tail = tail
        self.calls_before = calls_before
        self.memory_kills = kills
        self.steps = 0
        self.heard_at = time.monotonic()
        self.kill_at: float | None = None
        self.is_cancelled = False
        self.reports_rewards = False


def _relative(event: Mapping[str, Any], current: Round) -> str:
    """A path of a child's event, from the round directory where it lies in it."""
    path = str(event.get("path", ""))
    prefix = f"{current.directory}{os.sep}"
    return path.removeprefix(prefix)
