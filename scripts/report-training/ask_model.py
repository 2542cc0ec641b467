"""`ask_model.py ROUND_DIR MODEL OUT`: a model's likeliest answer to every held-out row of a round, with its rewards.

OUT gets lines like those of a round's `evaluation.jsonl`, where `model` is always `candidate`. Rows with too long a
prompt are left out, as the round does.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.trl.evaluation import Answer, scored
from mendloop_trainer.engines.trl.loading import load_model, load_tokenizer
from mendloop_trainer.engines.trl.rows import Row, rows_of, short_prompts
from mendloop_trainer.files import write_atomically
from mendloop_trainer.reward_service import RewardService
from mendloop_trainer.spec import load_spec

AT_ONCE = 8


def main(directory: Path, folder: Path, out: Path) -> None:
    loaded = load_spec(directory)
    current = Round(directory, 1, loaded.spec, {})
    tokenizer = load_tokenizer(folder)
    rows = short_prompts(current, tokenizer, rows_of(current, "held_out"))
    model = load_model(folder, loaded.spec).eval()
    most = loaded.spec["evaluation"]["max_new_tokens"]
    texts = [text for part in parts_of(rows) for text in answers(model, tokenizer, part, most)]
    given = [Answer(row, 0, text) for row, text in zip(rows, texts, strict=True)]
    with tempfile.TemporaryDirectory() as logs, RewardService(directory, loaded, Path(logs)) as service:
        service.start(lambda: None)
        # What the engine's own functions read of their environment; there is no driver to be told anything.
        os.environ["MENDLOOP_REWARD_TOKEN"] = service.token
        os.environ["MENDLOOP_SPEC_SHA256"] = loaded.sha256
        os.environ["MENDLOOP_REWARD_CALLS"] = os.environ["MENDLOOP_CHILD_EVENTS"] = os.devnull
        lines = scored(current._replace(reward_urls=service.urls), "candidate", given)
    write_atomically(out, "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines).encode("utf-8"))


def parts_of(rows: list[Row]) -> Iterator[list[Row]]:
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]


def answers(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, rows: list[Row], most: int) -> Iterator[str]:
    inputs = tokenizer.apply_chat_template(
        [row["prompt"] for row in rows],
        add_generation_prompt=True,
        return_dict=True,
        return_tensors="pt",
        padding=True,
        tokenizer_kwargs={"padding_side": "left"},
    )
    with torch.no_grad():
        output = model.generate(**inputs, max_new_tokens=most, do_sample=False, pad_token_id=tokenizer.pad_token_id)
    for ids in output[:, inputs["input_ids"].shape[1] :]:
        yield tokenizer.decode(ids, skip_special_tokens=True)


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:4]))
