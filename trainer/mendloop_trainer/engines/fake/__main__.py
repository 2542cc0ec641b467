"""A child of the fake engine: `python -m mendloop_trainer.engines.fake PHASE --round-dir DIR --attempt N`."""

import argparse
import errno
import gzip
import importlib
import json
import os
import shutil
import signal
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.fake.answers import answer, degenerate, formless, skill_after
from mendloop_trainer.engines.fake.engine import steps_of
from mendloop_trainer.engines.fake.export import write_export
from mendloop_trainer.engines.fake.faults import Faults, read_faults
from mendloop_trainer.failure import Exit
from mendloop_trainer.files import write_atomically
from mendloop_trainer.reward_client import Scored, ask
from mendloop_trainer.spec import load_spec

Row = dict[str, Any]
_SLICE_S = 0.05
_SHOWN = 3
"""Samples a step."""


class FakeChild:
    """One phase of a round."""

    def __init__(self, current: Round, phase: str) -> None:
        self._current = current
        self._spec = current.spec
        self._phase = phase
        self._faults = read_faults(current)
        self._checkpoints = current.work / "ckpt"
        self._asked_to_end = False

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._on_term)
        if self._faults.hang == self._phase:
            _hang()
        if self._faults.torn_event:
            _emit_raw(b'{"type":"step","step":')
            _emit_raw(b"\n")
        return {"warmup": self._warm_up, "train": self._train, "export": self._export, "evaluate": self._evaluate}[
            self._phase
        ]()

    def _on_term(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_end = True

    def _warm_up(self) -> int:
        total = self._spec["warmup"]["sft_steps"]
        for step in range(1, total + 1):
            if self._pause():
                return Exit.CANCELLED_UNSAVED
            _emit("step", step=step, total=total, metrics={"loss": 2 / step, "lr": self._spec["sft"]["lr"]})
        return Exit.DONE

    def _train(self) -> int:
        total = steps_of(self._spec)
        rows = self._rows("train" if self._spec["kind"] == "grpo" else "sft")
        for step in range(self._newest() + 1, total + 1):
            self._fail(step)
            started = time.monotonic()
            is_over = self._pause()
            metrics = self._grpo_step(rows, step) if self._spec["kind"] == "grpo" else {"loss": 2 / step}
            metrics["step_s"] = time.monotonic() - started
            if step == self._faults.nan_at:
                metrics["loss"] = float("nan")
            _emit("step", step=step, total=total, metrics=metrics)
            if is_over or step == total or step % self._spec["checkpoint"]["every_steps"] == 0:
                self._save(step)
            if is_over and step < total:
                return Exit.CANCELLED
        return Exit.DONE

    def _export(self) -> int:
        if self._pause():
            return Exit.CANCELLED_UNSAVED
        write_export(self._current.directory / "out.tmp", self._spec, self._newest(), self._faults)
        return Exit.DONE

    def _evaluate(self) -> int:
        if self._pause():
            return Exit.CANCELLED_UNSAVED
        rows = self._rows("held_out")[: self._spec["evaluation"]["rows"]]
        lines: list[str] = []
        for model, skill in (("candidate", skill_after(self._newest())), ("incumbent", skill_after(0))):
            for sample in range(self._spec["evaluation"]["samples"]):
                lines += [json.dumps(line, sort_keys=True) for line in self._evaluated(rows, model, skill, sample)]
        content = "".join(f"{line}\n" for line in lines).encode("utf-8")
        write_atomically(self._current.attempt_directory / "evaluation.jsonl", content)
        return Exit.DONE

    def _evaluated(self, rows: Sequence[Row], model: str, skill: float, sample: int) -> list[Row]:
        seed = self._spec["evaluation"]["seed"]
        texts = [answer(row, f"{seed}/held_out/{_id(row)}/{sample}", skill) for row in rows]
        formulas = self._spec["reward"]["report_formulas"]
        scores = {formula: self._ask(formula, rows, texts) for formula in formulas}
        return [
            {
                "row_id": _id(row),
                "task_id": row["extra_info"]["task_id"],
                "model": model,
                "sample": sample,
                "rewards": {formula: scores[formula][n].reward for formula in formulas},
                "format_error": _flag(scores[formulas[0]][n], "format_error") == 1,
                "hack": _flag(scores[formulas[0]][n], "hack"),
                "text": texts[n],
            }
            for n, row in enumerate(rows)
        ]

    def _grpo_step(self, rows: Sequence[Row], step: int) -> dict[str, Any]:
        algo = self._spec["algo"]
        prompts = [rows[(step * algo["prompts_per_step"] + n) % len(rows)] for n in range(algo["prompts_per_step"])]
        asked = [row for row in prompts for _ in range(algo["group_size"])]
        texts = [self._answer(row, f"{algo['seed']}/{step}/{k}", step) for k, row in enumerate(asked)]
        scored = self._ask(self._spec["reward"]["formula"], asked, texts)
        for row, text, score in list(zip(asked, texts, scored, strict=True))[:_SHOWN]:
            _emit("sample", step=step, row_id=_id(row), text=text, reward=score.reward, hack=_flag(score, "hack"))
        return self._metrics(scored, texts, step)

    def _answer(self, row: Row, key: str, step: int) -> str:
        if self._faults.collapse_at is not None and step >= self._faults.collapse_at:
            return formless()
        if self._faults.hack_at is not None and step >= self._faults.hack_at:
            return degenerate(row)
        return answer(row, f"{key}/{_id(row)}", skill_after(step))

    def _ask(self, formula: str, rows: Sequence[Row], texts: Sequence[str]) -> list[Scored]:
        if self._faults.skip_reward:
            return [Scored(0.0, {}) for _ in texts]
        ids = ["unknown" if self._faults.unscored else _id(row) for row in rows]
        started = time.monotonic()
        scored = ask(self._current.reward_urls[formula], ids, texts)
        errors = sum(score.reward is None for score in scored)
        ms = (time.monotonic() - started) * 1000
        _emit("reward_stats", n=len(scored), errors=errors, p50_ms=ms, p95_ms=ms)
        return scored

    def _metrics(self, scored: Sequence[Scored], texts: Sequence[str], step: int) -> dict[str, Any]:
        rewards = [score.reward for score in scored if score.reward is not None]
        size = self._spec["algo"]["group_size"]
        groups = [rewards[n : n + size] for n in range(0, len(rewards), size)]
        spreads = [statistics.pstdev(group) for group in groups]
        return {
            "reward_mean": statistics.fmean(rewards) if rewards else None,
            "reward_std": statistics.fmean(spreads) if rewards else None,
            "zero_std_frac": statistics.fmean(spread == 0 for spread in spreads) if rewards else None,
            "format_error_rate": _share(scored, "format_error"),
            "hack_share": _share(scored, "hack"),
            "kl": 99.0 if step == self._faults.kl_at else 0.0,
            "loss": 1 / step,
            "lr": self._spec["algo"]["lr"],
            "completion_len_mean": statistics.fmean(len(text) for text in texts),
            "truncated_frac": 0.0,
            "tokens": sum(len(text) for text in texts),
        }

    def _pause(self) -> bool:
        """Waits, and says whether it was asked to end."""
        ends = time.monotonic() + self._faults.sleep_s
        while time.monotonic() < ends and not self._asked_to_end:
            time.sleep(_SLICE_S)
        return self._asked_to_end

    def _fail(self, step: int) -> None:
        faults: Faults = self._faults
        if step != (faults.fail_at_step or 1):
            return
        if faults.oom:
            raise MemoryError
        if faults.disk_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if faults.distributed:
            raise RuntimeError("NCCL: a collective timed out")
        if faults.missing_module:
            importlib.import_module("a_module_that_is_not_there")
        if faults.exit_code is not None:
            sys.exit(faults.exit_code)
        if faults.fail_at_step is not None:
            raise RuntimeError("asked to fail")

    def _newest(self) -> int:
        names = [path.name for path in self._checkpoints.glob("step-*")]
        return max((int(name.removeprefix("step-")) for name in names), default=0)

    def _save(self, step: int) -> None:
        """A checkpoint appears whole, and older ones than `keep` go."""
        folder = self._checkpoints / f"step-{step}"
        unfinished = self._checkpoints / f".step-{step}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        write_atomically(unfinished / "state.json", json.dumps({"step": step}).encode("ascii"))
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        size = (folder / "state.json").stat().st_size
        _emit("checkpoint", step=step, path=str(folder), bytes=size)
        for old in range(step - self._spec["checkpoint"]["keep"], 0, -1):
            shutil.rmtree(self._checkpoints / f"step-{old}", ignore_errors=True)

    def _rows(self, name: str) -> list[Row]:
        with gzip.open(self._current.directory / self._spec["data"][name]["uri"], "rb") as file:
            return [json.loads(line) for line in file]


def _hang() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(1)


def _id(row: Mapping[str, Any]) -> str:
    return str(row["reward_model"]["ground_truth"])


def _flag(score: Scored, name: str) -> Any:
    return None if score.flags is None else score.flags.get(name)


def _share(scored: Sequence[Scored], name: str) -> float | None:
    found = [_flag(score, name) not in (None, 0) for score in scored if score.reward is not None]
    return statistics.fmean(found) if found else None


def _emit(kind: str, **fields: Any) -> None:
    _emit_raw(json.dumps({"type": kind, **fields}).encode("ascii") + b"\n")


def _emit_raw(content: bytes) -> None:
    with Path(os.environ["MENDLOOP_CHILD_EVENTS"]).open("ab") as file:
        file.write(content)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("phase", choices=["warmup", "train", "export", "evaluate"])
    parser.add_argument("--round-dir", required=True, type=Path)
    parser.add_argument("--attempt", required=True, type=int)
    given = parser.parse_args(argv)
    urls = json.loads(os.environ["MENDLOOP_REWARD_URLS"])
    current = Round(given.round_dir, given.attempt, load_spec(given.round_dir).spec, urls)
    return FakeChild(current, given.phase).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
