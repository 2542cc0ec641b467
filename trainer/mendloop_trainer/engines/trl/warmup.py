"""Supervised steps before GRPO, where sampled answers have the form too seldom for a reward to tell them apart."""

import shutil
from collections.abc import Iterator, Sequence

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase, set_seed

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.child_main import emit
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.engines.trl.loading import keep_merged, load_model, load_tokenizer, lora_config, prepare_start
from mendloop_trainer.engines.trl.reporting import Stopping
from mendloop_trainer.engines.trl.rows import Row, rows_of, short_prompts
from mendloop_trainer.engines.trl.training import supervised
from mendloop_trainer.failure import Exit
from mendloop_trainer.reward_client import ask


def warm_up(current: Round) -> int:
    """Leaves the merged model and its adapter in the work folder, or nothing where the form is known."""
    warmup, spec = current.spec["warmup"], current.spec
    emit("phase", name="load")
    prepare_start(current)
    if plan.warm_model(current).is_dir():
        return Exit.DONE
    start = plan.start_model(current)
    # The trainer moves the model, but answers are asked for before there is one.
    tokenizer, model = load_tokenizer(start), load_model(start, spec).to(plan.device(spec))
    emit("phase", name="warmup")
    set_seed(spec["algo"]["seed"])
    rows = spread(short_prompts(current, tokenizer, rows_of(current, "train")), warmup["probe_rows"])
    rate = form_rate(current, model, tokenizer, rows)
    emit("eval", step=0, metrics={"format_rate": rate})
    if rate >= warmup["min_format_rate"]:
        return Exit.DONE
    stopping = Stopping()
    settings = {**plan.sft_settings(spec, warmup["sft_steps"]), "save_strategy": "no"}
    output = current.work / "warming"
    trainer = supervised(current, (model, lora_config(spec)), tokenizer, settings, stopping, output)
    trainer.train()
    if stopping.is_asked:
        return Exit.CANCELLED_UNSAVED
    trainer.model.save_pretrained(plan.warm_adapter(current))
    merged = keep_merged(trainer.model, tokenizer, plan.warm_model(current))
    shutil.rmtree(output, ignore_errors=True)
    rate = form_rate(current, merged.eval(), tokenizer, rows)
    emit("eval", step=warmup["sft_steps"], metrics={"format_rate": rate})
    return Exit.DONE


def spread(rows: Sequence[Row], count: int) -> list[Row]:
    """So many from all over the rows: those of one task lie together."""
    return list(rows[:: max(1, len(rows) // count)])[:count]


def form_rate(current: Round, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, rows: Sequence[Row]) -> float:
    """Share of sampled answers, one a row, that have the form; 0 without rows."""
    if not rows:
        return 0.0
    most = plan.BATCH_AT_ONCE[current.spec["engine"]["profile"]]
    parts = [rows[first : first + most] for first in range(0, len(rows), most)]
    texts = [text for part in parts for text in sampled(current, model, tokenizer, part)]
    url = current.reward_urls[current.spec["reward"]["formula"]]
    scores = ask(url, [row["reward_model"]["ground_truth"] for row in rows], texts)
    having = [score for score in scores if score.flags is not None and score.flags["format_error"] == 0]
    return len(having) / len(scores)


def sampled(
    current: Round, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, rows: Sequence[Row]
) -> Iterator[str]:
    """One answer a row as in training; the beginnings are filled up, so that all answers begin at one place."""
    algo = current.spec["algo"]
    inputs = tokenizer.apply_chat_template(
        [row["prompt"] for row in rows],
        add_generation_prompt=True,
        return_dict=True,
        return_tensors="pt",
        padding=True,
        tokenizer_kwargs={"padding_side": "left"},
    ).to(model.device)
    with torch.no_grad():
        output = model.generate(
            **inputs,
            max_new_tokens=algo["max_completion_tokens"],
            do_sample=True,
            temperature=algo["temperature"],
            top_p=algo["top_p"],
            top_k=0,
            pad_token_id=tokenizer.pad_token_id,
        )
    for ids in output[:, inputs["input_ids"].shape[1] :]:
        yield tokenizer.decode(ids, skip_special_tokens=True)
