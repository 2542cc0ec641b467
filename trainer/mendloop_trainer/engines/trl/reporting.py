"""What a TRL child tells the driver, and how it stops when the driver asks."""

import math
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from mendloop_trainer.engines.child_main import emit
from mendloop_trainer.failure import DriverFailure, Exit

METRICS: Mapping[str, str] = {
    "reward_mean": "reward",
    "reward_std": "reward_std",
    "zero_std_frac": "frac_reward_zero_std",
    "kl": "kl",
    "clip_frac": "clip_ratio/region_mean",
    "entropy": "entropy",
    "grad_norm": "grad_norm",
    "lr": "learning_rate",
    "loss": "loss",
    "completion_len_mean": "completions/mean_length",
    "truncated_frac": "completions/clipped_ratio",
    "step_s": "step_time",
}
"""TRL's name by ours; what is not logged is left out."""


class Stopping(TrainerCallback):  # type: ignore[misc]
    """On SIGTERM the step at work is the last. Whichever step is the last is saved."""

    def __init__(self) -> None:
        self.is_asked = False
        signal.signal(signal.SIGTERM, self._on_term)

    def _on_term(self, _number: int, _frame: FrameType | None) -> None:
        self.is_asked = True

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_rest: Any
    ) -> TrainerControl:
        if self.is_asked or state.global_step >= state.max_steps:
            control.should_save = args.save_strategy != "no"
            control.should_training_stop = True
        return control


class Telling(TrainerCallback):  # type: ignore[misc]
    """Tells the driver of steps and checkpoints."""

    def __init__(self, total: int) -> None:
        self.step = 0
        """The one at work."""
        self.more: dict[str, float] = {}
        """The step's figures by our names, from elsewhere than TRL's log."""
        self._total = total
        self._tokens = 0
        self._began = 0.0

    def on_train_begin(
        self, _args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_rest: Any
    ) -> None:
        self._tokens = state.num_input_tokens_seen

    def on_step_begin(
        self, _args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_rest: Any
    ) -> None:
        self.step = state.global_step + 1
        self._began = time.monotonic()

    def on_log(
        self,
        _args: TrainingArguments,
        state: TrainerState,
        _control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_rest: Any,
    ) -> None:
        """The log at the end of training has no `loss`."""
        if logs is None or "loss" not in logs:
            return
        tokens = int(logs.get("num_tokens", 0))
        metrics = {ours: logs[theirs] for ours, theirs in METRICS.items() if theirs in logs}
        metrics.setdefault("step_s", time.monotonic() - self._began)
        metrics |= {"tokens": tokens - self._tokens, **self.more}
        self._tokens, self.more = tokens, {}
        emit("step", step=state.global_step, total=self._total, metrics=metrics)
        if not math.isfinite(logs["loss"]):
            raise DriverFailure(Exit.DIVERGED, "not_finite", "loss is not finite")

    def on_save(self, args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_rest: Any) -> None:
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        emit("checkpoint", step=state.global_step, path=str(folder), bytes=size)
