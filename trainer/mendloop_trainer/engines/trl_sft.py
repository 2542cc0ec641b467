"""Supervised rounds by TRL 1.16: the baseline that GRPO has to beat (docs/contracts/round.md#engines)."""

from collections.abc import Mapping, Sequence
from typing import Any

from mendloop_trainer.engines.base import Child, Round
from mendloop_trainer.engines.trl import plan


class TrlSft:
    """Trains on the oracles' answers."""

    name = "trl_sft"

    def check(self, current: Round) -> None:
        plan.check_environment(current)
        self.render(current)

    def render(self, current: Round) -> Mapping[str, Any]:
        spec = current.spec
        saves = {"save_strategy": "steps", "save_steps": spec["checkpoint"]["every_steps"]}
        settings = {**plan.sft_settings(spec, spec["sft"]["max_steps"]), **saves}
        return plan.overridden(current, {**settings, "save_total_limit": spec["checkpoint"]["keep"]})

    def children(self, current: Round) -> Sequence[Child]:
        return plan.phase_children(current, ["train"])
