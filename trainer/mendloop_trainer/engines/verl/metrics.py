"""verl's metrics under the names of our events (docs/contracts/round.md#step)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

NAMES: Mapping[str, str] = {
    "reward_mean": "critic/score/mean",
    "kl": "actor/kl_loss",
    "clip_frac": "actor/pg_clipfrac",
    "entropy": "actor/entropy",
    "grad_norm": "actor/grad_norm",
    "lr": "actor/lr",
    "loss": "actor/pg_loss",
    "completion_len_mean": "response_length/mean",
    "truncated_frac": "response_length/clip_ratio",
    "step_s": "perf/time_per_step",
    "tokens": "perf/total_num_tokens",
}
"""What verl does not report comes from the rollouts that it dumps: see `of_rollouts`."""


def of_line(line: Mapping[str, Any]) -> dict[str, float | None]:
    """Of one line of verl's file logger, `{"step", "data"}`; what is missing or not finite is None."""
    data = line.get("data", {})
    return {ours: _finite(data.get(theirs)) for ours, theirs in NAMES.items()}


def of_rollouts(rows: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Spread and shares over the rollouts of one step: a group is what has one uid, or one input."""
    scores = [score for row in rows if (score := _finite(row.get("score"))) is not None]
    if not scores:
        return {"reward_std": None, "zero_std_frac": None, "format_error_rate": None, "hack_share": None}
    groups: dict[str, list[float]] = {}
    for row in rows:
        score = _finite(row.get("score"))
        if score is not None:
            groups.setdefault(str(row.get("uid", row.get("input"))), []).append(score)
    spreads = [_std(group) for group in groups.values() if len(group) > 1]
    return {
        "reward_std": sum(spreads) / len(spreads) if spreads else None,
        "zero_std_frac": sum(spread == 0 for spread in spreads) / len(spreads) if spreads else None,
        "format_error_rate": _share(rows, "format_error"),
        "hack_share": _share(rows, "hack"),
    }


def _share(rows: Sequence[Mapping[str, Any]], name: str) -> float | None:
    values = [value for row in rows if (value := _finite(row.get(name))) is not None]
    return sum(values) / len(values) if values else None


def _std(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
