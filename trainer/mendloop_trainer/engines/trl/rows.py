"""Rows of the round's data, and how long they are for its model."""

import gzip
import json
from collections.abc import Sequence
from typing import Any

from transformers import PreTrainedTokenizerBase

from mendloop_trainer.engines.base import Round

Row = dict[str, Any]


def rows_of(current: Round, name: str) -> list[Row]:
    with gzip.open(current.directory / current.spec["data"][name]["uri"], "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def short_prompts(current: Round, tokenizer: PreTrainedTokenizerBase, rows: Sequence[Row]) -> list[Row]:
    """Rows whose prompt, the beginning of the answer included, fits into `data.max_prompt_tokens`."""
    most = current.spec["data"]["max_prompt_tokens"]
    return [row for row in rows if _tokens(tokenizer, row["prompt"], is_asked=True) <= most]


def short_answers(current: Round, tokenizer: PreTrainedTokenizerBase, rows: Sequence[Row]) -> list[Row]:
    """Supervised rows that fit whole into `sft.max_length`: a cut answer would teach answers without an end."""
    most = current.spec["sft"]["max_length"]
    return [row for row in rows if _tokens(tokenizer, [*row["prompt"], *row["completion"]], is_asked=False) <= most]


def _tokens(tokenizer: PreTrainedTokenizerBase, messages: Sequence[Any], *, is_asked: bool) -> int:
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=is_asked, tokenize=True, return_dict=True)
    return len(ids["input_ids"])
