"""The training of a round, by GRPO or supervised."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasets import Dataset
from peft import LoraConfig
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.child_main import emit
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.engines.trl.loading import load_tokenizer, prepare_start, trainable
from mendloop_trainer.engines.trl.reporting import Stopping, Telling
from mendloop_trainer.engines.trl.rewards import reward_function
from mendloop_trainer.engines.trl.rows import rows_of, short_answers, short_prompts
from mendloop_trainer.engines.trl_grpo import TrlGrpo
from mendloop_trainer.engines.trl_sft import TrlSft
from mendloop_trainer.failure import DriverFailure, Exit


def train(current: Round) -> int:
    """From the newest complete checkpoint on."""
    newest, total = plan.newest_checkpoint(current), plan.steps_of(current.spec)
    if newest is not None and plan.step_of_checkpoint(newest) >= total:
        return Exit.DONE
    emit("phase", name="load")
    prepare_start(current)
    stopping = Stopping()
    tokenizer = load_tokenizer(plan.start_model(current))
    if current.spec["kind"] == "grpo":
        trainer = reinforced(current, tokenizer, stopping)
    else:
        settings = TrlSft().render(current)
        trainer = supervised(current, trainable(current), tokenizer, settings, stopping, plan.checkpoints(current))
    emit("phase", name="train")
    trainer.train(resume_from_checkpoint=None if newest is None else str(newest))
    if not stopping.is_asked or trainer.state.global_step >= total:
        return Exit.DONE
    return Exit.CANCELLED if plan.newest_checkpoint(current) is not None else Exit.CANCELLED_UNSAVED


def supervised(
    current: Round,
    start: tuple[PreTrainedModel, LoraConfig | None],
    tokenizer: PreTrainedTokenizerBase,
    settings: Mapping[str, Any],
    stopping: Stopping,
    output: Path,
) -> SFTTrainer:
    rows = rows_of(current, "sft")
    kept = short_answers(current, tokenizer, rows)
    tell_dropped(current, "answer_too_long", len(rows) - len(kept))
    if not kept:
        raise DriverFailure(Exit.DATA_INVALID, "too_few_rows", "no supervised row is short enough")
    model, adapter = start
    return SFTTrainer(
        model=model,
        args=SFTConfig(output_dir=str(output), **settings),
        train_dataset=Dataset.from_list([{name: row[name] for name in ("prompt", "completion")} for row in kept]),
        processing_class=tokenizer,
        peft_config=adapter,
        callbacks=[stopping, Telling(settings["max_steps"])],
    )


def reinforced(current: Round, tokenizer: PreTrainedTokenizerBase, stopping: Stopping) -> GRPOTrainer:
    rows = rows_of(current, "train")
    kept = short_prompts(current, tokenizer, rows)
    tell_dropped(current, "prompt_too_long", len(rows) - len(kept))
    wanted = current.spec["algo"]["prompts_per_step"]
    if len(kept) < wanted:
        raise DriverFailure(Exit.DATA_INVALID, "too_few_rows", f"{len(kept)} rows fit, and a step needs {wanted}")
    settings = TrlGrpo().render(current)
    telling = Telling(settings["max_steps"])
    model, adapter = trainable(current)
    return GRPOTrainer(
        model=model,
        reward_funcs=[reward_function(telling)],
        args=GRPOConfig(output_dir=str(plan.checkpoints(current)), **settings),
        # The names of oracles and no more: TRL quotes a whole row where nothing could be scored.
        train_dataset=Dataset.from_list([{name: row[name] for name in ("prompt", "reward_model")} for row in kept]),
        processing_class=tokenizer,
        peft_config=adapter,
        callbacks=[stopping, telling],
    )


def tell_dropped(current: Round, code: str, count: int) -> None:
    """Once a round: an attempt that goes on from a checkpoint has the earlier one's count."""
    if count > 0 and plan.newest_checkpoint(current) is None:
        emit("warning", code=code, msg="too many tokens", n=count)
