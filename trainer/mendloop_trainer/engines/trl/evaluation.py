"""Held-out answers of the candidate and of the incumbent: the same prompts, the same seeds."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.child_main import emit
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.engines.trl.loading import load_tokenizer, merge_into_base
from mendloop_trainer.engines.trl.rows import Row, rows_of, short_prompts
from mendloop_trainer.engines.trl.serving import ask_model, served
from mendloop_trainer.files import write_atomically
from mendloop_trainer.reward_client import Scored, ask
from mendloop_trainer.spec import folder_of

CONCURRENT = {"transformers": 1, "vllm": 32}
"""`transformers serve` answers one request after another, and seeds all of torch when one comes in: with more than one
under way, answers would not be those of their seeds."""
SCORED_AT_ONCE = 64


class Answer(NamedTuple):
    row: Row
    sample: int
    text: str


def evaluate(current: Round) -> int:
    """Writes `evaluation.jsonl`: every row and sample of both models."""
    models = {"candidate": current.directory / "out.tmp" / "model", "incumbent": incumbent(current)}
    rows = held_out_rows(current)
    lines: list[Row] = []
    for name, folder in models.items():
        with served(current, name, folder) as url:
            given = answers(current, url, folder, rows)
        lines += scored(current, name, given)
    content = "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)
    write_atomically(current.attempt_directory / "evaluation.jsonl", content.encode("utf-8"))
    return 0


def incumbent(current: Round) -> Path:
    """A whole model: the base, the incumbent's own, or its adapter merged into the base."""
    tree = current.spec["evaluation"]["incumbent"]
    folder = folder_of((current.spec["model"]["base"] if tree is None else tree)["uri"])
    if (folder / "config.json").is_file():
        return folder
    merged = current.work / "incumbent"
    if not merged.is_dir():
        merge_into_base(current, folder, merged)
    return merged


def held_out_rows(current: Round) -> list[Row]:
    """Of each task in turn one row, so that few rows are of many tasks."""
    rows = rows_of(current, "held_out")
    kept = short_prompts(current, load_tokenizer(plan.start_model(current)), rows)
    if len(kept) < len(rows):
        emit("warning", code="held_out_too_long", msg=f"{len(rows) - len(kept)} held-out rows are not asked")
    by_task: dict[str, list[Row]] = {}
    for row in kept:
        by_task.setdefault(row["extra_info"]["task_id"], []).append(row)
    turns = max((len(own) for own in by_task.values()), default=0)
    ordered = [own[turn] for turn in range(turns) for own in by_task.values() if turn < len(own)]
    return ordered[: current.spec["evaluation"]["rows"]]


def answers(current: Round, url: str, folder: Path, rows: Sequence[Row]) -> list[Answer]:
    evaluation = current.spec["evaluation"]
    wanted = [(row, sample) for row in rows for sample in range(evaluation["samples"])]

    def one(place: int) -> Answer:
        row, sample = wanted[place]
        return Answer(row, sample, ask_model(current.spec, url, folder, row["prompt"], evaluation["seed"] + place))

    with ThreadPoolExecutor(CONCURRENT[evaluation["server"]]) as pool:
        return list(pool.map(one, range(len(wanted))))


def scored(current: Round, name: str, given: Sequence[Answer]) -> list[Row]:
    formulas = current.spec["reward"]["report_formulas"]
    scores = {formula: _scores(current.reward_urls[formula], given) for formula in formulas}
    asked = [score for own in scores.values() for score in own]
    emit("reward_stats", n=len(asked), errors=sum(score.reward is None for score in asked))
    return [
        _line(name, answer, {formula: scores[formula][place] for formula in formulas})
        for place, answer in enumerate(given)
    ]


def _scores(url: str, given: Sequence[Answer]) -> list[Scored]:
    parts = [given[first : first + SCORED_AT_ONCE] for first in range(0, len(given), SCORED_AT_ONCE)]
    return [score for part in parts for score in ask(url, [_row_id(one.row) for one in part], [o.text for o in part])]


def _line(name: str, answer: Answer, scores: dict[str, Scored]) -> dict[str, Any]:
    """Form and hack class are the answer's own, the same under every formula that could score it."""
    flags = next((score.flags for score in scores.values() if score.flags is not None), {})
    return {
        "row_id": _row_id(answer.row),
        "task_id": answer.row["extra_info"]["task_id"],
        "model": name,
        "sample": answer.sample,
        "rewards": {formula: score.reward for formula, score in scores.items()},
        "format_error": flags.get("format_error") == 1,
        "hack": flags.get("hack"),
        "text": answer.text,
    }


def _row_id(row: Row) -> str:
    return str(row["reward_model"]["ground_truth"])
