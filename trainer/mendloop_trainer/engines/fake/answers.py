"""Answers by chance: the same seed, row and number give the same answer."""

import random
import re
from collections.abc import Mapping
from typing import Any

_BLOCK = re.compile(r"^### (\S+)\n((?:.+\n?)+)", re.MULTILINE)
_NO_ANSWER = "There is nothing to say."
_FIRST_SKILL, _SKILL_PER_STEP, _MOST_SKILL = 0.3, 0.05, 0.9
_SWAPS = ((" - ", " + "), (" < ", " <= "), (" == ", " != "), (" and ", " or "), ("True", "False"))


def skill_after(step: int) -> float:
    """The share of answers that have the form; it grows with the steps, as if something was learned."""
    return min(_MOST_SKILL, _FIRST_SKILL + _SKILL_PER_STEP * step)


def answer(row: Mapping[str, Any], key: str, skill: float) -> str:
    """An edit of the last line that the prompt shows, or with the chance of `1 - skill` an answer of no form."""
    chance = random.Random(key)
    shown = _shown(row)
    if chance.random() >= skill or shown is None:
        return _NO_ANSWER
    path, line = shown
    return _edit(path, line, _changed(line, chance))


def degenerate(row: Mapping[str, Any]) -> str:
    """An edit that changes white space alone."""
    shown = _shown(row)
    return _NO_ANSWER if shown is None else _edit(*shown, f"{shown[1]}  ")


def formless() -> str:
    return _NO_ANSWER


def _shown(row: Mapping[str, Any]) -> tuple[str, str] | None:
    found = list(_BLOCK.finditer(str(row["prompt"][-1]["content"])))
    if not found:
        return None
    lines = [line for line in found[-1][2].splitlines() if line.strip()]
    return found[-1][1], lines[-1]


def _changed(line: str, chance: random.Random) -> str:
    swaps = [line.replace(old, new) for old, new in _SWAPS if old in line]
    return chance.choice([*swaps, f"{line} + {chance.randrange(10)}"])


def _edit(path: str, search: str, replace: str) -> str:
    edit = f"```\n### {path}\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n```"
    return f"<think>\nThe last line is wrong.\n</think>\n<solution>\n{edit}\n</solution>"
