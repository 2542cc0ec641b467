"""`python -m mendloop_trainer.engines.verl PHASE --round-dir DIR --attempt N`: one child of a verl round."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.child_main import child_main, emit
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.engines.verl import metrics
from mendloop_trainer.engines.verl_grpo import checkpoints, held_out_file, overrides, train_file
from mendloop_trainer.failure import DriverFailure, Exit

POLL_S = 1.0


class NewLines:
    """The whole lines that were added to a file since the last look; verl truncates its log when it starts anew."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if not self._file.exists():
            return
        size = self._file.stat().st_size
        if size < self._read:
            self._read = 0
        with self._file.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._read += len(line)
                yield json.loads(line)


def train(current: Round) -> int:
    """Runs verl until it ends, and tells of each step what its log and its rollouts say."""
    from mendloop_trainer.engines.trl.loading import load_tokenizer, prepare_start
    from mendloop_trainer.engines.trl.rows import rows_of, short_prompts
    from mendloop_trainer.engines.verl.data import write_parquet

    prepare_start(current)
    tokenizer = load_tokenizer(plan.start_model(current))
    for name, file in (("train", train_file(current)), ("held_out", held_out_file(current))):
        rows = rows_of(current, name)
        kept = short_prompts(current, tokenizer, rows)
        if name == "train" and len(kept) < len(rows):
            emit("warning", code="prompt_too_long", n=len(rows) - len(kept))
        if name == "train" and len(kept) < current.spec["algo"]["prompts_per_step"]:
            raise DriverFailure(Exit.DATA_INVALID, "too_few_rows", f"{len(kept)} rows are fewer than a step needs")
        write_parquet(kept, file)
    argv = [sys.executable, "-m", "verl.trainer.main_ppo", *overrides(current)]
    trainer = subprocess.Popen(argv)  # noqa: S603
    asked_to_stop = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True
        trainer.terminate()

    signal.signal(signal.SIGTERM, stop)
    lines = NewLines(Path(os.environ["VERL_FILE_LOGGER_PATH"]))
    saved = newest_checkpoint(current)
    is_over = False
    while not is_over:
        # Looked at first: what verl wrote before it ended is read once more.
        is_over = trainer.poll() is not None
        report(current, lines)
        newest = newest_checkpoint(current)
        if newest is not None and newest != saved:
            size = sum(file.stat().st_size for file in newest.rglob("*") if file.is_file())
            emit("checkpoint", step=step_of(newest), path=str(newest), bytes=size)
        saved = newest
        time.sleep(0 if is_over else POLL_S)
    if asked_to_stop:
        return Exit.CANCELLED if newest_checkpoint(current) is not None else Exit.CANCELLED_UNSAVED
    return trainer.returncode


def report(current: Round, lines: NewLines) -> None:
    for line in lines:
        step = int(line["step"])
        dump = current.work / "rollouts" / f"{step}.jsonl"
        rollouts = [json.loads(row) for row in dump.read_text("utf-8").splitlines()] if dump.exists() else []
        values = metrics.of_line(line) | metrics.of_rollouts(rollouts)
        emit("step", step=step, total=current.spec["algo"]["max_steps"], metrics=values)
        for row in rollouts[:3]:
            emit("sample", step=step, row_id=row.get("gts"), text=row["output"], reward=row["score"], hack=row["hack"])


def newest_checkpoint(current: Round) -> Path | None:
    marker = checkpoints(current) / "latest_checkpointed_iteration.txt"
    if not marker.exists():
        return None
    folder = checkpoints(current) / f"global_step_{marker.read_text('utf-8').strip()}"
    return folder if folder.is_dir() else None


def step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix("global_step_"))


def export(current: Round) -> int:
    """Full model and adapter by verl's own merger; an alpha of 0 is what it writes where it does not know it."""
    from mendloop_trainer.engines.trl.export import card
    from mendloop_trainer.engines.trl.loading import load_tokenizer

    newest = newest_checkpoint(current)
    if newest is None:
        raise DriverFailure(Exit.CRASHED, "no_checkpoint", "verl saved no checkpoint")
    out = current.directory / "out.tmp"
    model = out / "model"
    actor = newest / "actor"
    argv = [sys.executable, "-m", "verl.model_merger", "merge", "--backend", "fsdp"]
    where = ["--local_dir", str(actor), "--target_dir", str(model), "--use_cpu_initialization"]
    status = subprocess.run([*argv, *where], check=False).returncode  # noqa: S603
    if status != 0:
        return status
    tokenizer = load_tokenizer(plan.start_model(current))
    tokenizer.save_pretrained(model)
    tokenizer.save_pretrained(out / "tokenizer")
    rank = None
    adapter = model / "lora_adapter"
    if adapter.is_dir():
        config = json.loads((adapter / "adapter_config.json").read_text("utf-8"))
        rank = config["r"]
        if config.get("lora_alpha", 0) <= 0:
            config["lora_alpha"] = current.spec["lora"]["alpha"]
        config["base_model_name_or_path"] = current.spec["model"]["base"]["name"]
        (adapter / "adapter_config.json").write_text(json.dumps(config, indent=2), "utf-8")
        adapter.rename(out / "adapter")
    (out / "README.md").write_text(card(current.spec, step_of(newest), rank), "utf-8")
    return Exit.DONE


def _run(phase: str, current: Round) -> int:
    if phase == "evaluate":
        from mendloop_trainer.engines.trl.evaluation import evaluate

        return evaluate(current)
    return train(current) if phase == "train" else export(current)


if __name__ == "__main__":
    sys.exit(child_main(sys.argv[1:], ("train", "export", "evaluate"), _run))
