"""`make_model.py OUT ROWS`: a small Llama whose answers have the form often enough for rewards to differ.

Its weights begin at random and learn the answers of ROWS (`sft.jsonl.gz` of a round) nearly by heart. The tokenizer is
that of the trainer's own random Llama; the model is larger, so that a step takes a second or two on two cores.
"""

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers import (
    AutoConfig,
    AutoTokenizer,
    LlamaForCausalLM,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from trl import SFTConfig, SFTTrainer

from mendloop_trainer.models.random_llama import write_random_llama

ENOUGH = 0.008
"""Loss at which about every second answer of 85 tokens is right."""
SHAPE = {
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "initializer_range": 0.02,
}


class EndWhenLearned(TrainerCallback):  # type: ignore[misc]
    def on_log(
        self,
        _args: TrainingArguments,
        _state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any],
        **_rest: Any,
    ) -> None:
        control.should_training_stop = logs.get("loss", 1) < ENOUGH


def main(out: Path, rows_file: Path) -> None:
    with tempfile.TemporaryDirectory(dir=out.parent) as temporary:
        start, learned = Path(temporary) / "start", Path(temporary) / "learned"
        write_random_llama(start)
        with gzip.open(rows_file, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        tokenizer = AutoTokenizer.from_pretrained(start)
        set_seed(1)
        trainer = SFTTrainer(
            model=LlamaForCausalLM(AutoConfig.from_pretrained(start, **SHAPE)),
            args=SFTConfig(
                output_dir=str(Path(temporary) / "work"),
                max_steps=1000,
                logging_steps=5,
                lr_scheduler_type="constant",
                per_device_train_batch_size=8,
                learning_rate=1e-3,
                use_cpu=True,
                bf16=False,
                activation_checkpointing=False,
                report_to="none",
                save_strategy="no",
                seed=1,
            ),
            train_dataset=Dataset.from_list([{name: row[name] for name in ("prompt", "completion")} for row in rows]),
            processing_class=tokenizer,
            callbacks=[EndWhenLearned()],
        )
        trainer.train()
        trainer.model.save_pretrained(learned)
        tokenizer.save_pretrained(learned)
        shutil.copyfile(start / "mendloop-model.json", learned / "mendloop-model.json")
        learned.rename(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
