"""What both TRL engines share, without torch: which children run, and with which settings."""

import importlib.util
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mendloop_trainer.engines.base import Child, Round, Spec
from mendloop_trainer.engines.child_main import given_overrides
from mendloop_trainer.engines.trl.serving import program
from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.spec import folder_of

PACKAGES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
MEMORY_KEPT: Mapping[str, str] = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(16 * 2**30)}
"""glibc gives freed tensors back to the system and fetches each page anew: eight million page faults in nine supervised
steps, which took 9.4 s each; where it keeps them, 6.8 s and at most 8 % more memory (SmolLM2-135M, two cores)."""
BATCH_AT_ONCE: Mapping[str, int] = {"cpu": 8, "gpu1": 32, "gpu8": 32, "multi": 32}
"""Sequences that one device takes at once, by profile."""
RESERVED = (
    "output_dir",
    "max_steps",
    "num_generations",
    "seed",
    "data_seed",
    "report_to",
    "save_strategy",
    "resume_from_checkpoint",
    "remove_unused_columns",
    "reward_weights",
    "reward_funcs",
    "push_to_hub",
    "hub_model_id",
    "hub_token",
    "logging_steps",
    "logging_nan_inf_filter",
)
"""Keys of TRL's configuration that no override may set."""


def check_environment(current: Round) -> None:
    """Packages, the program that serves the models of the evaluation, and, where the profile wants one, a GPU."""
    resources, evaluation = current.spec["resources"], current.spec["evaluation"]
    if resources["nodes"] * resources["gpus_per_node"] > 1:
        raise DriverFailure(Exit.SPEC_INVALID, "one_gpu_only", "this engine takes one GPU; verl_grpo takes more")
    for package in PACKAGES:
        if importlib.util.find_spec(package) is None:
            raise DriverFailure(Exit.ENVIRONMENT, "package_missing", f"{package} is not installed")
    if evaluation["rows"] > 0 and not Path(program(evaluation["server"])).is_file():
        # Found missing at the end, it would cost a whole training's wait.
        message = f"{evaluation['server']}, which serves the evaluation, is not installed beside this Python"
        raise DriverFailure(Exit.ENVIRONMENT, "package_missing", message)
    if current.spec["engine"]["profile"] != "cpu" and shutil.which("nvidia-smi") is None:
        raise DriverFailure(Exit.ENVIRONMENT, "no_gpu", "the profile wants a GPU, and there is none here")


def phase_children(current: Round, phases: Sequence[str]) -> list[Child]:
    argv = [sys.executable, "-m", "mendloop_trainer.engines.trl"]
    place = ["--round-dir", str(current.directory), "--attempt", str(current.attempt)]
    environment = {
        **(MEMORY_KEPT if current.spec["engine"]["profile"] == "cpu" else {}),
        # Threads that spin while they wait cost others four times their own time.
        "OMP_WAIT_POLICY": "passive",
        "OMP_NUM_THREADS": str(current.spec["resources"]["cpus"]),
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "TOKENIZERS_PARALLELISM": "false",
    }
    is_evaluated = current.spec["evaluation"]["rows"] > 0
    wanted = [*phases, "export", *(["evaluate"] if is_evaluated else [])]
    return [Child(phase, [*argv, phase, *place], environment) for phase in wanted]


def device(spec: Spec) -> str:
    """torch's name of where a model answers and learns."""
    return "cpu" if spec["engine"]["profile"] == "cpu" else "cuda"


def batches(spec: Spec) -> tuple[int, int]:
    """Sequences at once and how often they are gathered before an update; their product is a step's rollouts."""
    algo, most = spec["algo"], BATCH_AT_ONCE[spec["engine"]["profile"]]
    rollouts = algo["prompts_per_step"] * algo["group_size"]
    at_once = max(size for size in range(1, min(most, rollouts) + 1) if rollouts % size == 0)
    return at_once, rollouts // at_once


def common_settings(spec: Spec) -> dict[str, Any]:
    """Arguments of every configuration of transformers' trainers."""
    is_cpu = spec["engine"]["profile"] == "cpu"
    return {
        "use_cpu": is_cpu,
        "bf16": spec["model"]["dtype"] == "bfloat16",
        "activation_checkpointing": not is_cpu,
        "dataloader_pin_memory": not is_cpu,
        "report_to": "none",
        "logging_steps": 1,
        # A loss that is not a number has to be seen.
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "seed": spec["algo"]["seed"],
        "data_seed": spec["algo"]["seed"],
    }


def grpo_settings(spec: Spec) -> dict[str, Any]:
    """Arguments of `trl.GRPOConfig` (docs/contracts/round.md#engines)."""
    algo = spec["algo"]
    if algo["updates_per_step"] != 1:
        raise DriverFailure(Exit.SPEC_INVALID, "updates_per_step", "TRL takes one update a step")
    at_once, gathered = batches(spec)
    return {
        **common_settings(spec),
        "max_steps": algo["max_steps"],
        "per_device_train_batch_size": at_once,
        "gradient_accumulation_steps": gathered,
        "num_generations": algo["group_size"],
        "max_completion_length": algo["max_completion_tokens"],
        "temperature": algo["temperature"],
        "top_p": algo["top_p"],
        "learning_rate": algo["lr"],
        "lr_scheduler_type": "constant_with_warmup",
        "warmup_steps": algo["warmup_steps"],
        "beta": algo["kl_coef"],
        "epsilon": algo["clip_low"],
        "epsilon_high": algo["clip_high"],
        "loss_type": algo["loss"],
        "scale_rewards": algo["scale_rewards"],
        "save_strategy": "steps",
        "save_steps": spec["checkpoint"]["every_steps"],
        "save_total_limit": spec["checkpoint"]["keep"],
    }


def sft_settings(spec: Spec, max_steps: int) -> dict[str, Any]:
    """Arguments of `trl.SFTConfig`; the loss is on the answers alone, TRL's default for prompt and completion."""
    sft = spec["sft"]
    return {
        **common_settings(spec),
        "max_steps": max_steps,
        "per_device_train_batch_size": sft["batch_size"],
        "learning_rate": sft["lr"],
        "lr_scheduler_type": "constant_with_warmup",
        "warmup_steps": sft["warmup_steps"],
        "max_length": sft["max_length"],
    }


def overridden(current: Round, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the round's own on top; a reserved key is exit code 10."""
    return {**settings, **given_overrides(current, lambda key: key.startswith(RESERVED))}


def steps_of(spec: Spec) -> int:
    steps: int = spec["algo" if spec["kind"] == "grpo" else "sft"]["max_steps"]
    return steps


def warm_model(current: Round) -> Path:
    """The base with the warm-up's adapter merged into it; missing where the base knew the form already."""
    return current.work / "warm"


def warm_adapter(current: Round) -> Path:
    return current.work / "warm-adapter"


def merged_start(current: Round) -> Path:
    """The base with the adapter of an earlier round merged into it.

    docs/contracts/round.md#start-from-an-earlier-checkpoint
    """
    return current.work / "start"


def checkpoints(current: Round) -> Path:
    return current.work / "ckpt"


def start_model(current: Round) -> Path:
    """What training begins with."""
    if warm_model(current).is_dir():
        return warm_model(current)
    if current.spec["model"]["init"]["mode"] == "merge_adapter":
        return merged_start(current)
    return folder_of(current.spec["model"]["base"]["uri"])


def newest_checkpoint(current: Round) -> Path | None:
    """The newest that is complete; transformers writes its state last."""
    found = [path for path in checkpoints(current).glob("checkpoint-*") if (path / "trainer_state.json").is_file()]
    return max(found, key=step_of_checkpoint, default=None)


def step_of_checkpoint(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix("checkpoint-"))
