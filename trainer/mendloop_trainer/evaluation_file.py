"""Reads `evaluation.jsonl`, which an evaluate child left: held-out answers of the candidate and of the incumbent."""

import json
from pathlib import Path
from statistics import fmean
from typing import Any

from .failure import DriverFailure, Exit

MODELS = ("candidate", "incumbent")


def evaluation_means(file: Path) -> dict[str, dict[str, float]]:
    """Mean reward by model and formula. `evaluation_invalid` where the two models did not answer the same samples."""
    pairs: dict[str, set[tuple[str, int]]] = {model: set() for model in MODELS}
    rewards: dict[str, dict[str, list[float]]] = {model: {} for model in MODELS}
    for row in _rows(file):
        model = row["model"]
        pairs[model].add((str(row["row_id"]), int(row["sample"])))
        for formula, reward in row["rewards"].items():
            if reward is not None:
                rewards[model].setdefault(formula, []).append(float(reward))
    if not pairs["candidate"] or pairs["candidate"] != pairs["incumbent"]:
        raise _invalid("the two models did not answer the same samples")
    return {model: {formula: fmean(values) for formula, values in rewards[model].items()} for model in MODELS}


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in file.read_bytes().splitlines()]
    except (FileNotFoundError, ValueError):
        raise _invalid("the file is missing or broken") from None
    for row in rows:
        if not isinstance(row, dict) or row.get("model") not in MODELS or not isinstance(row.get("rewards"), dict):
            raise _invalid("a line is of another form")
        if not isinstance(row.get("row_id"), str) or not isinstance(row.get("sample"), int):
            raise _invalid("a line is of another form")
    return rows


def _invalid(message: str) -> DriverFailure:
    return DriverFailure(Exit.CRASHED, "evaluation_invalid", f"evaluation.jsonl: {message}")
