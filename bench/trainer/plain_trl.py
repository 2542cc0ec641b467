"""`plain_trl.py MODEL ROWS SETTINGS OUT`: GRPO by TRL as its documentation shows it, and nothing around it.

SETTINGS is JSON with `lora` and the arguments of `GRPOConfig`. Rewards come from the server that
MENDLOOP_REWARD_URL and MENDLOOP_REWARD_TOKEN name. TRL itself prints one line a step.
"""

import gzip
import http.client
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

SERVER = http.client.HTTPConnection(urlsplit(os.environ["MENDLOOP_REWARD_URL"]).netloc)
HEADERS = {"Authorization": f"Bearer {os.environ['MENDLOOP_REWARD_TOKEN']}", "Content-Type": "application/json"}


def reward(completions: list[Any], oracle: list[str], **_columns: Any) -> list[float | None]:
    items = [
        {"k": str(k), "id": name, "text": answer[-1]["content"]}
        for k, (name, answer) in enumerate(zip(oracle, completions, strict=True))
    ]
    SERVER.request("POST", "/v1/score", json.dumps({"items": items}), HEADERS)
    return [score["score"] for score in json.load(SERVER.getresponse())["scores"]]


def main(model: Path, rows_file: Path, settings_file: Path, out: Path) -> None:
    settings = json.loads(settings_file.read_text("utf-8"))
    with gzip.open(rows_file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    dataset = [{"prompt": row["prompt"], "oracle": row["reward_model"]["ground_truth"]} for row in rows]
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32),
        reward_funcs=[reward],
        args=GRPOConfig(output_dir=str(out), **settings["grpo"]),
        train_dataset=Dataset.from_list(dataset),
        processing_class=AutoTokenizer.from_pretrained(model),
        peft_config=LoraConfig(task_type="CAUSAL_LM", **settings["lora"]),
    )
    trainer.train()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
