"""What an attempt reached so far, gathered from the events of its children."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .events import MAX_TEXT
from .files import write_atomically
from .hashing import canonical_json

METRICS = (
    "reward_mean",
    "reward_std",
    "zero_std_frac",
    "format_error_rate",
    "hack_share",
    "kl",
    "clip_frac",
    "entropy",
    "grad_norm",
    "lr",
    "loss",
    "completion_len_mean",
    "truncated_frac",
    "step_s",
    "tokens",
)
"""Every step event has all of them, null where the engine has no such number."""
DROPPED = ("prompt_too_long", "answer_too_long")
_KEPT_SAMPLES = 300
_SAVED = ("step", "total", "checkpoint", "metrics", "history", "samples", "dropped", "is_trained")


class Progress:
    """Steps, checkpoints, samples and dropped rows of the training child."""

    def __init__(self) -> None:
        self.step = 0
        self.total: int | None = None
        self.checkpoint: int | None = None
        self.metrics: dict[str, float | None] = {}
        self.history: list[dict[str, Any]] = []
        self.samples: list[dict[str, Any]] = []
        self.dropped = dict.fromkeys(DROPPED, 0)
        self.is_trained = False

    @property
    def is_saved(self) -> bool:
        """Nothing would be lost by ending now."""
        return self.is_trained or (self.step > 0 and self.checkpoint == self.step)

    def take_step(self, event: Mapping[str, Any], *, is_training: bool) -> dict[str, Any]:
        """The step event with all metrics and no others; steps of a warm-up are not the round's."""
        metrics = normalised(event.get("metrics"))
        step, total = _whole(event.get("step")), _whole(event.get("total"))
        if is_training:
            self._train_step(step, total, metrics)
        return {"step": step, "total": total, "metrics": metrics}

    def _train_step(self, step: int, total: int, metrics: Mapping[str, float | None]) -> None:
        self.step, self.total = step, total
        self.metrics = {name: _finite(value) for name, value in metrics.items()}
        self.history = [earlier for earlier in self.history if earlier["step"] < self.step]
        self.history.append({"step": step, **self.metrics})

    def save(self, file: Path) -> None:
        """For a later attempt that goes on from the newest checkpoint."""
        state = {name: getattr(self, name) for name in _SAVED}
        write_atomically(file, canonical_json(state))

    def restore(self, file: Path) -> None:
        """Takes over what an earlier attempt saved; nothing, where there is none."""
        try:
            state = json.loads(file.read_bytes())
        except FileNotFoundError:
            return
        for name in _SAVED:
            setattr(self, name, state[name])

    def catch_up(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Takes steps and checkpoints of a training child that are newer than what was saved."""
        for event in events:
            step = _whole(event.get("step"))
            if event["type"] == "step" and step > self.step:
                self.take_step(event, is_training=True)
            elif event["type"] == "checkpoint" and step > (self.checkpoint or 0):
                self.checkpoint = step

    def take_sample(self, event: Mapping[str, Any]) -> dict[str, Any]:
        sample = {name: event.get(name) for name in ("step", "row_id", "reward", "hack")}
        sample["text"] = str(event.get("text", ""))[:MAX_TEXT]
        self.samples = [*self.samples, sample][-_KEPT_SAMPLES:]
        return sample

    def take_warning(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """A warning named after a reason for dropping counts the rows in `n`."""
        code = str(event.get("code", "unnamed"))[:64]
        warning: dict[str, Any] = {"code": code, "msg": str(event.get("msg", ""))[:200]}
        if code in self.dropped:
            warning["n"] = _whole(event.get("n", 1))
            self.dropped[code] += warning["n"]
        return warning


def normalised(metrics: object) -> dict[str, float | None]:
    given = metrics if isinstance(metrics, Mapping) else {}
    return {name: _number(given.get(name)) for name in METRICS}


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
