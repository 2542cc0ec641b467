"""Models of a round: what training starts with, and adapters on it and in it."""

import shutil
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from mendloop_trainer.engines.base import Round, Spec
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.spec import folder_of


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """`no_chat_template` where it has none: prompts are messages."""
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(_there(folder))
    if tokenizer.chat_template is None:
        raise DriverFailure(Exit.MODEL_INVALID, "no_chat_template", "the base model has no chat template")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(folder: Path, spec: Spec) -> PreTrainedModel:
    dtype = getattr(torch, spec["model"]["dtype"])
    model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(_there(folder), dtype=dtype)
    return model


def lora_config(spec: Spec) -> LoraConfig:
    lora = spec["lora"]
    return LoraConfig(
        r=lora["r"],
        lora_alpha=lora["alpha"],
        lora_dropout=lora["dropout"],
        target_modules=lora["target_modules"],
        task_type="CAUSAL_LM",
    )


def trainable(current: Round) -> tuple[PreTrainedModel, LoraConfig | None]:
    """The start model and its new adapter, or the start model with the adapter that it goes on with."""
    model, init = load_model(plan.start_model(current), current.spec), current.spec["model"]["init"]
    if init["mode"] != "continue_adapter":
        return model, lora_config(current.spec)
    return PeftModel.from_pretrained(model, _there(folder_of(init["uri"])), is_trainable=True), None


def prepare_start(current: Round) -> None:
    """Merges the adapter of an earlier round into the base, once."""
    init = current.spec["model"]["init"]
    if init["mode"] == "merge_adapter" and not plan.merged_start(current).is_dir():
        merge_into_base(current, folder_of(init["uri"]), plan.merged_start(current))


def merge_into_base(current: Round, adapter: Path, folder: Path) -> None:
    base = folder_of(current.spec["model"]["base"]["uri"])
    model = PeftModel.from_pretrained(load_model(base, current.spec), _there(adapter))
    keep_merged(model, load_tokenizer(base), folder)


def keep_merged(model: PeftModel, tokenizer: PreTrainedTokenizerBase, folder: Path) -> PreTrainedModel:
    """Gives the merged model; the folder is there whole or not at all."""
    unfinished = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    merged: PreTrainedModel = model.merge_and_unload()
    # A trainer turns it off in the configuration, and whoever serves the model would do without.
    merged.config.use_cache = True
    merged.save_pretrained(unfinished, safe_serialization=True)
    tokenizer.save_pretrained(unfinished)
    unfinished.rename(folder)
    return merged


def _there(folder: Path) -> Path:
    if folder.is_dir():
        return folder
    raise DriverFailure(Exit.MODEL_INVALID, "model_missing", "the folder of a model is missing")
