"""The reward of answers in training; on the way its figures and a few samples are told."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mendloop_trainer.engines.child_main import emit
from mendloop_trainer.engines.trl.reporting import Telling
from mendloop_trainer.events import MAX_TEXT
from mendloop_trainer.mendloop_reward import trl_reward
from mendloop_trainer.reward_client import ask

_SHOWN = 3
"""Samples a step."""
_FIGURES = {"reward/format_error": "format_error_rate", "reward/hack": "hack_share"}


def reward_function(telling: Telling) -> Callable[..., list[float | None]]:
    """Takes a whole step's answers at once; those of one prompt lie together."""

    def mendloop(
        prompts: Sequence[Any],
        completions: Sequence[Any],
        reward_model: Sequence[Mapping[str, Any]] | None = None,
        **_columns: Any,
    ) -> list[float | None]:
        figures: dict[str, float] = {}
        scores = trl_reward(prompts, completions, reward_model, figures.__setitem__)
        unscored = sum(score is None for score in scores)
        emit("reward_stats", n=len(scores), errors=unscored)
        if unscored < len(scores):
            telling.more |= {ours: figures[theirs] for theirs, ours in _FIGURES.items()}
        shown = list(zip(reward_model or [], completions, scores, strict=True))[:_SHOWN]
        tell_samples(telling.step, [(str(model["ground_truth"]), text_of(text), score) for model, text, score in shown])
        return scores

    return mendloop


def tell_samples(step: int, shown: Sequence[tuple[str, str, float | None]]) -> None:
    """Asks once more, for these few: the step's figures have no hack class of a single answer."""
    scored = ask(os.environ["MENDLOOP_REWARD_URL"], [row_id for row_id, _, _ in shown], [text for _, text, _ in shown])
    for (row_id, text, score), again in zip(shown, scored, strict=True):
        hack = None if again.flags is None else again.flags["hack"]
        emit("sample", step=step, row_id=row_id, text=text[:MAX_TEXT], reward=score, hack=hack)


def text_of(completion: Any) -> str:
    return completion if isinstance(completion, str) else str(completion[-1]["content"])
