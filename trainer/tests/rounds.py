"""Builds a small round directory with real data, so that a test says only what it changes."""

import gzip
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer import hashing

REPOSITORY = Path(__file__).parents[2]
MODULE = REPOSITORY / "trainer" / "mendloop_trainer" / "mendloop_reward.py"
FIXTURE = REPOSITORY / "test" / "fixtures" / "reward-golden.json"
CANARY = "ORACLE_CANARY_7f3a"
"""Stands in every oracle and in nothing else of a round."""

ANSWER_FORM = (
    "Answer with <think>why</think> and <solution>\n```\n### path\n"
    "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n```\n</solution>"
)


def reward_server_program() -> Path:
    """The built server; a test run without it fails."""
    program = os.environ.get("MENDLOOP_REWARD_SERVER")
    if program is None:
        pytest.fail("MENDLOOP_REWARD_SERVER names no built server: run these tests with `npm run test:trainer`")
    return Path(program)


def write_rows(file: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A file of rows as the app writes it; gives its entry of the specification."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(b"".join(hashing.canonical_json(row) for row in rows), mtime=0))
    return {"uri": f"data/{file.name}", "sha256": hashing.sha256_of_file(file), "rows": len(rows)}


def example_prompt(n: int) -> list[dict[str, str]]:
    path, context, _ = _task(n)
    return [
        {"role": "system", "content": ANSWER_FORM},
        {"role": "user", "content": f"The sum of task {n} is wrong.\n\n### {path}\n{context}"},
    ]


def example_answer(n: int) -> str:
    """The answer that has the reward 1."""
    path, context, oracle = _task(n)
    edit = f"```\n### {path}\n<<<<<<< SEARCH\n{context}\n=======\n{oracle}\n>>>>>>> REPLACE\n```"
    return f"<think>\nThe operator is wrong.\n</think>\n<solution>\n{edit}\n</solution>"


def build_round(
    directory: Path,
    changes: Mapping[str, Any] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    train_rows: int = 4,
    held_out_rows: int = 2,
) -> Path:
    """Writes a round of the `fake` engine: GRPO, 3 steps of 2 prompts with 4 answers each.

    `changes` are by dotted name, as in `{"algo.seed": 2}`.
    The base model is a folder with one small file; a test that trains a real one changes `model.base`.
    """
    base = directory.parent / f"{directory.name}-base"
    base.mkdir(parents=True, exist_ok=True)
    (base / "config.json").write_text('{"model_type":"llama"}', "utf-8")
    spec = _spec(directory, base, train_rows, held_out_rows)
    if overrides is not None:
        (directory / "engine-overrides.json").write_bytes(hashing.canonical_json(overrides))
        spec["engine"]["overrides"] = _file(directory, "engine-overrides.json")
    write_spec(directory, spec, changes or {})
    return directory


def write_spec(directory: Path, spec: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        *parents, last = name.split(".")
        place = spec
        for parent in parents:
            place = place[parent]
        place[last] = value
    (directory / "spec.json").write_bytes(hashing.canonical_json(spec))


def read_spec(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "spec.json").read_bytes())
    return found


def _task(n: int) -> tuple[str, str, str]:
    context = f"def total_{n}(first, second):\n    return first - second"
    return f"sums_{n}.py", context, f"def total_{n}(first, second):\n    return first + second  # {CANARY}"


def _row(n: int, index: int, split: str) -> dict[str, Any]:
    row_id = f"example__sums-{n}#0"
    return {
        "prompt": example_prompt(n),
        "data_source": "mendloop",
        "ability": "code",
        "reward_model": {"style": "rule", "ground_truth": row_id},
        "extra_info": {"index": index, "split": split, "task_id": f"example__sums-{n}"},
    }


def _sft_row(n: int) -> dict[str, Any]:
    completion = [{"role": "assistant", "content": example_answer(n).replace(f"  # {CANARY}", "")}]
    prompt = example_prompt(n)
    return {
        "prompt": prompt,
        "completion": completion,
        "messages": [*prompt, *completion],
        "task_id": f"example__sums-{n}",
    }


def _oracle(n: int) -> dict[str, Any]:
    path, context, oracle = _task(n)
    return {"id": f"example__sums-{n}#0", "context": {path: context}, "oracle": {path: oracle}}


def _data(directory: Path, train_rows: int, held_out_rows: int) -> dict[str, Any]:
    data, count = directory / "data", train_rows + held_out_rows
    train = [_row(n, n, "train") for n in range(train_rows)]
    held_out = [_row(train_rows + n, n, "held_out") for n in range(held_out_rows)]
    return {
        "format": "jsonl",
        "train": write_rows(data / "train.jsonl.gz", train),
        "held_out": write_rows(data / "held_out.jsonl.gz", held_out),
        "sft": write_rows(data / "sft.jsonl.gz", [_sft_row(n) for n in range(train_rows)]),
        "oracles": write_rows(data / "oracles.jsonl.gz", [_oracle(n) for n in range(count)]),
        "max_prompt_tokens": 512,
    }


def _reward(directory: Path) -> dict[str, Any]:
    folder = directory / "reward"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(reward_server_program(), folder / "reward-server.mjs")
    shutil.copyfile(MODULE, folder / "mendloop_reward.py")
    cases = json.loads(FIXTURE.read_text("utf-8"))["cases"]
    golden = [{**case, "formula": "paper/1"} for case in cases if case["kind"] == "search_replace"]
    (folder / "golden.jsonl").write_bytes(b"".join(hashing.canonical_json(row) for row in golden))
    return {
        "formula": "paper/1",
        "report_formulas": ["paper/1"],
        "server": _file(directory, "reward/reward-server.mjs"),
        "module": _file(directory, "reward/mendloop_reward.py"),
        "golden": _file(directory, "reward/golden.jsonl"),
        "node": None,
        "timeout_s": 20,
        "max_concurrency": 8,
        "max_error_rate": 0.02,
        "max_hack_share": 0.5,
    }


def _file(directory: Path, uri: str) -> dict[str, str]:
    return {"uri": uri, "sha256": hashing.sha256_of_file(directory / uri)}


def _spec(directory: Path, base: Path, train_rows: int, held_out_rows: int) -> dict[str, Any]:
    return {
        "schema": "mendloop.round/1",
        "round_id": "r-20261122-0001",
        "created_at": "2026-11-22T02:30:00.000Z",
        "kind": "grpo",
        "engine": {"name": "fake", "profile": "cpu", "overrides": None},
        "model": {
            "base": {
                "uri": base.as_uri(),
                "tree_sha256": hashing.tree_sha256_of(base),
                "name": "Example-Base",
                "licence": "Apache-2.0",
                "is_llama": False,
            },
            "init": {"mode": "base", "uri": None, "tree_sha256": None},
            "dtype": "float32",
        },
        "data": _data(directory, train_rows, held_out_rows),
        "reward": _reward(directory),
        "algo": {
            "prompts_per_step": 2,
            "group_size": 4,
            "updates_per_step": 1,
            "loss": "grpo",
            "scale_rewards": "group",
            "kl_coef": 0.0,
            "clip_low": 0.2,
            "clip_high": 0.2,
            "lr": 1e-4,
            "warmup_steps": 0,
            "max_completion_tokens": 64,
            "temperature": 1.0,
            "top_p": 1.0,
            "max_steps": 3,
            "seed": 1,
        },
        "lora": {"r": 4, "alpha": 8, "dropout": 0.0, "target_modules": "all-linear"},
        "sft": {"max_steps": 2, "batch_size": 2, "lr": 1e-3, "warmup_steps": 0, "max_length": 512},
        "warmup": None,
        "limits": {"walltime_s": 600, "heartbeat_s": 0.2, "stall_s": 60, "grace_s": 10, "kl_abort": 0.5},
        "checkpoint": {"every_steps": 1, "keep": 2},
        "evaluation": {
            "rows": held_out_rows,
            "samples": 2,
            "max_new_tokens": 64,
            "temperature": 1.0,
            "seed": 1,
            "server": "transformers",
            "incumbent": None,
        },
        "resources": {"nodes": 1, "gpus_per_node": 0, "gpu_type": None, "cpus": 2, "mem_gb": 4},
        "resume": {"policy": "auto"},
    }
