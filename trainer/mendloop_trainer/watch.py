"""Ends a running round by rules over the events of the training child (docs/contracts/round.md#exit-codes)."""

import math
from collections.abc import Mapping
from typing import Any

from .engines.base import Spec
from .failure import DriverFailure, Exit

MIN_ASKED = 64
"""Answers before the error rate of the rewards counts; a phase that ends is judged with fewer, too."""
COLLAPSED_STEPS = 2
HACKED_STEPS = 2


class Watch:
    """Raises where a step, or the sum of all answers, passes a limit of the round."""

    def __init__(self, spec: Spec) -> None:
        self._kl_abort: float | None = spec["limits"]["kl_abort"]
        self._max_hack_share: float = spec["reward"]["max_hack_share"]
        self._max_error_rate: float = spec["reward"]["max_error_rate"]
        self._collapsed = 0
        self._hacked = 0
        self.asked = 0
        self.unscored = 0

    def step(self, metrics: Mapping[str, Any]) -> None:
        """Judges one step by its metrics as the engine gave them, not finite ones included."""
        self._check_finite(metrics)
        kl = _number(metrics, "kl")
        if self._kl_abort is not None and kl is not None and kl > self._kl_abort:
            raise DriverFailure(Exit.DIVERGED, "kl", "the divergence from the base passed its limit")
        self._collapsed = self._collapsed + 1 if _is_collapsed(metrics) else 0
        if self._collapsed >= COLLAPSED_STEPS:
            raise DriverFailure(Exit.DIVERGED, "collapsed", "all answers of two steps in a row have the reward -1")
        share = _number(metrics, "hack_share")
        self._hacked = self._hacked + 1 if share is not None and share > self._max_hack_share else 0
        if self._hacked >= HACKED_STEPS:
            raise DriverFailure(Exit.HACKED, "hack_share", "degenerate answers passed their share two steps in a row")

    def rewards(self, asked: int, unscored: int) -> None:
        """Adds answers that were asked for."""
        self.total(self.asked + asked, self.unscored + unscored)

    def total(self, asked: int, unscored: int) -> None:
        """Replaces the sums."""
        self.asked, self.unscored = asked, unscored
        if self.asked >= MIN_ASKED:
            self.check_rewards()

    def check_rewards(self) -> None:
        if self.unscored > self._max_error_rate * self.asked:
            raise DriverFailure(Exit.REWARD_ERRORS, "reward_errors", "too many answers have no reward")

    @staticmethod
    def _check_finite(metrics: Mapping[str, Any]) -> None:
        for name in ("loss", "kl"):
            value = metrics.get(name)
            if isinstance(value, float) and not math.isfinite(value):
                raise DriverFailure(Exit.DIVERGED, "not_finite", f"{name} is not finite")


def _is_collapsed(metrics: Mapping[str, Any]) -> bool:
    mean, spread = _number(metrics, "reward_mean"), _number(metrics, "reward_std")
    return mean is not None and mean <= -1 and spread == 0


def _number(metrics: Mapping[str, Any], name: str) -> float | None:
    value = metrics.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
