"""GRPO by TRL 1.16, on a CPU or on one GPU (docs/contracts/round.md#engines)."""

from collections.abc import Mapping, Sequence
from typing import Any

from mendloop_trainer.engines.base import Child, Round
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.failure import DriverFailure, Exit


class TrlGrpo:
    """With a supervised warm-up where the round has one and the start model does not speak the form yet."""

    name = "trl_grpo"

    def check(self, current: Round) -> None:
        plan.check_environment(current)
        if current.spec["warmup"] is not None and current.spec["model"]["init"]["mode"] == "continue_adapter":
            message = "a warm-up begins an adapter of its own: continue_adapter goes without one"
            raise DriverFailure(Exit.SPEC_INVALID, "warmup_refused", message)
        self.render(current)

    def render(self, current: Round) -> Mapping[str, Any]:
        return plan.overridden(current, plan.grpo_settings(current.spec))

    def children(self, current: Round) -> Sequence[Child]:
        phases = ["train"] if current.spec["warmup"] is None else ["warmup", "train"]
        return plan.phase_children(current, phases)
