"""Writes the small Llama of random weights, taught the form of an answer: `teach_llama.py SFT_ROWS FOLDER`.

Two steps in which no answer has the form would be a collapse, and the end of a round.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
from mendloop_trainer.models.random_llama import write_random_llama
from transformers import AutoModelForCausalLM, AutoTokenizer

STEPS = 200
"""12 s. Of 48 sampled answers to the rows 1 has the form after 40 steps, 39 after 150, and all of them after 200."""
BATCH = 4
LEARNING_RATE = 4e-3

rows, folder = Path(sys.argv[1]), Path(sys.argv[2])
write_random_llama(folder)
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def tokens_of(messages: list[dict[str, str]], *, is_asked: bool) -> list[int]:
    ids: list[int] = tokenizer.apply_chat_template(messages, add_generation_prompt=is_asked, return_dict=True)[
        "input_ids"
    ]
    return ids


examples = []
with gzip.open(rows, "rt", encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        prompt = tokens_of(row["prompt"], is_asked=True)
        whole = tokens_of([*row["prompt"], *row["completion"]], is_asked=False)
        examples.append((whole, [-100] * len(prompt) + whole[len(prompt) :]))

longest = max(len(whole) for whole, _ in examples)
ids = torch.tensor([whole + [tokenizer.pad_token_id] * (longest - len(whole)) for whole, _ in examples])
labels = torch.tensor([answer + [-100] * (longest - len(answer)) for _, answer in examples])
# Threads that share two cores with other work cost three times what they give.
torch.set_num_threads(1)
torch.manual_seed(1)
optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
for _ in range(STEPS):
    picked = torch.randint(len(ids), (BATCH,))
    loss = model(input_ids=ids[picked], labels=labels[picked]).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained(folder, safe_serialization=True)
