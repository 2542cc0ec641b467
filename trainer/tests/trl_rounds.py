"""Rounds of the TRL engines on a Llama of random weights, run by the Python that has TRL."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer.hashing import tree_sha256_of

from .rounds import build_round

needs_trl = pytest.mark.skipif(
    "MENDLOOP_TRL_PYTHON" not in os.environ, reason="MENDLOOP_TRL_PYTHON names no Python with TRL"
)
SMALL: dict[str, Any] = {
    "engine.name": "trl_grpo",
    "algo.max_steps": 1,
    "algo.prompts_per_step": 1,
    "algo.max_completion_tokens": 16,
    "data.max_prompt_tokens": 900,
    "evaluation.rows": 0,
    "evaluation.max_new_tokens": 16,
    "limits.stall_s": 300,
    "limits.grace_s": 60,
    "lora.r": 16,
    "lora.alpha": 32,
    "reward.max_hack_share": 1,
    "sft.lr": 1e-2,
    "sft.batch_size": 4,
    "sft.max_length": 1500,
}
SUPERVISED = {"engine.name": "trl_sft", "kind": "sft"}


def python() -> str:
    return os.environ["MENDLOOP_TRL_PYTHON"]


def trl(*argv: str) -> "subprocess.CompletedProcess[str]":
    """A command of the trainer."""
    return subprocess.run([python(), "-m", "mendloop_trainer", *argv], capture_output=True, text=True, check=False)


def random_llama(folder: Path) -> Path:
    """The model, with random weights that are the same each time."""
    made = trl("model", "random-llama", "--out", str(folder))
    assert made.returncode == 0, made.stderr[-2000:]
    assert json.loads(made.stdout.splitlines()[-1])["tree_sha256"] == tree_sha256_of(folder)
    return folder


def small_round(directory: Path, model: Path, changes: dict[str, Any], **more: Any) -> Path:
    base = {"model.base.uri": model.as_uri(), "model.base.tree_sha256": tree_sha256_of(model)}
    return build_round(directory, {**SMALL, **base, **changes}, **more)


def run(directory: Path, attempt: int = 1) -> dict[str, Any]:
    """Runs an attempt and gives its result; its exit status has to be the same."""
    done = trl("run", "--round-dir", str(directory), "--attempt", str(attempt))
    folder = directory / "attempts" / f"{attempt:04d}"
    result: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    assert done.returncode == result["exit_code"]
    result["logs"] = "".join(log.read_text("utf-8", "replace")[-3000:] for log in (folder / "native").glob("*.log"))
    return result


def run_well(directory: Path, attempt: int = 1) -> dict[str, Any]:
    result = run(directory, attempt)
    assert result["exit_code"] == 0, result["message"] + result["logs"]
    return result


def events(directory: Path, kind: str, attempt: int = 1) -> list[dict[str, Any]]:
    return [event for event in lines_of(directory, "events.jsonl", attempt) if event["type"] == kind]


def lines_of(directory: Path, name: str, attempt: int = 1) -> list[dict[str, Any]]:
    text = (directory / "attempts" / f"{attempt:04d}" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def manifest_of(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "out" / "manifest.json").read_bytes())
    return found


def assert_loads(out: Path, base: Path) -> None:
    """Base and adapter answer as the merged model does, and not as the base alone."""
    script = """
import sys, torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
out, base = sys.argv[1:]
ids = AutoTokenizer.from_pretrained(out + "/tokenizer")("def total(first, second):", return_tensors="pt").input_ids
merged = AutoModelForCausalLM.from_pretrained(out + "/model")
adapted = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), out + "/adapter")
plain = AutoModelForCausalLM.from_pretrained(base)
with torch.no_grad():
    assert torch.allclose(merged(ids).logits, adapted(ids).logits, atol=1e-3)
    assert not torch.allclose(merged(ids).logits, plain(ids).logits, atol=1e-3)
"""
    done = subprocess.run([python(), "-c", script, str(out), str(base)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
