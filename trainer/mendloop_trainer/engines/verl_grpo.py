"""GRPO by verl 0.9 on Ray: its configuration for a round, and its children (docs/contracts/round.md#engines)."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mendloop_trainer.engines.base import Child, Round, Spec
from mendloop_trainer.engines.child_main import given_overrides
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.spec import folder_of

RESERVED = ("data.", "reward.", "custom_reward_function", "hydra", "ray_kwargs.", "actor_rollout_ref.model.path")
"""No override may reach these: they say what is trained on, what is paid for and where it is written."""
RESERVED_TRAINER = (
    "default_local_dir",
    "rollout_data_dir",
    "validation_data_dir",
    "logger",
    "resume",
    "total_training_steps",
)

LOSSES: Mapping[str, Sequence[str]] = {
    "grpo": ("actor_rollout_ref.actor.loss_agg_mode=seq-mean-token-mean",),
    "dapo": ("actor_rollout_ref.actor.loss_agg_mode=token-mean",),
    "dr_grpo": (
        "actor_rollout_ref.actor.loss_agg_mode=seq-mean-token-sum-norm",
        "algorithm.norm_adv_by_std_in_grpo=False",
    ),
}


class VerlGrpo:
    """Needs a GPU, vLLM and TransferQueue; without them `check` says so, and `render` works all the same."""

    name = "verl_grpo"

    def check(self, current: Round) -> None:
        for package in ("verl", "transfer_queue", "vllm"):
            if importlib.util.find_spec(package) is None:
                raise DriverFailure(Exit.ENVIRONMENT, "package_missing", f"{package} is not installed")
        if shutil.which("nvidia-smi") is None:
            raise DriverFailure(Exit.ENVIRONMENT, "no_gpu", "verl trains on GPUs only, and there is none here")
        overrides(current)

    def render(self, current: Round) -> Mapping[str, Any]:
        return {"module": "verl.trainer.main_ppo", "overrides": list(overrides(current))}

    def children(self, current: Round) -> Sequence[Child]:
        logger = str(current.attempt_directory / "native" / "verl.jsonl")
        argv = [sys.executable, "-m", "mendloop_trainer.engines.verl"]
        where = ["--round-dir", str(current.directory), "--attempt", str(current.attempt)]
        return [
            Child(phase, [*argv, phase, *where], {"VERL_FILE_LOGGER_PATH": logger})
            for phase in ("train", "export", "evaluate")
            if phase != "evaluate" or current.spec["evaluation"]["rows"] > 0
        ]


def train_file(current: Round) -> Path:
    """Parquet that the train child makes of data/train.jsonl.gz: verl reads it whole, by its suffix."""
    return current.work / "data" / "train.parquet"


def held_out_file(current: Round) -> Path:
    return current.work / "data" / "held_out.parquet"


def checkpoints(current: Round) -> Path:
    return current.work / "ckpt"


def overrides(current: Round) -> list[str]:
    """Hydra overrides for `verl.trainer.main_ppo`; a reserved key among the round's own is exit code 10."""
    spec = current.spec
    return [*_data(current), *_model(current), *_algorithm(spec), *_rollout(spec), *_trainer(current), *_own(current)]


def _data(current: Round) -> list[str]:
    spec, algo = current.spec, current.spec["algo"]
    return [
        f"data.train_files={train_file(current)}",
        f"data.val_files={held_out_file(current)}",
        f"data.train_batch_size={algo['prompts_per_step']}",
        f"data.max_prompt_length={spec['data']['max_prompt_tokens']}",
        f"data.max_response_length={algo['max_completion_tokens']}",
        "data.filter_overlong_prompts=True",
        "data.truncation=error",
        f"data.seed={algo['seed']}",
    ]


def _model(current: Round) -> list[str]:
    spec = current.spec
    lora = spec["lora"]
    if lora["dropout"] != 0:
        raise DriverFailure(Exit.SPEC_INVALID, "lora_dropout", "verl has no dropout in adapters: it must be 0")
    modules = lora["target_modules"]
    targets = modules if isinstance(modules, str) else json.dumps(list(modules), separators=(",", ":"))
    adapter = []
    if spec["model"]["init"]["mode"] == "continue_adapter":
        adapter = [f"actor_rollout_ref.model.lora_adapter_path={folder_of(spec['model']['init']['uri'])}"]
    return [
        f"actor_rollout_ref.model.path={plan.start_model(current)}",
        f"actor_rollout_ref.model.lora_rank={lora['r']}",
        f"actor_rollout_ref.model.lora_alpha={lora['alpha']}",
        f"actor_rollout_ref.model.target_modules={targets}",
        *adapter,
        f"actor_rollout_ref.actor.fsdp_config.dtype={spec['model']['dtype']}",
        "actor_rollout_ref.actor.strategy=fsdp2",
    ]


def _algorithm(spec: Spec) -> list[str]:
    algo = spec["algo"]
    scaled = algo["scale_rewards"] == "group" and algo["loss"] != "dr_grpo"
    loss = list(LOSSES[algo["loss"]])
    if algo["loss"] == "dr_grpo":
        loss.append(f"actor_rollout_ref.actor.loss_scale_factor={algo['max_completion_tokens']}")
    elif not scaled:
        loss.append("algorithm.norm_adv_by_std_in_grpo=False")
    tokens = spec["data"]["max_prompt_tokens"] + algo["max_completion_tokens"]
    return [
        "algorithm.adv_estimator=grpo",
        "algorithm.use_kl_in_reward=False",
        f"actor_rollout_ref.actor.optim.lr={algo['lr']}",
        f"actor_rollout_ref.actor.optim.lr_warmup_steps={algo['warmup_steps']}",
        f"actor_rollout_ref.actor.ppo_mini_batch_size={algo['prompts_per_step'] // algo['updates_per_step']}",
        "actor_rollout_ref.actor.use_dynamic_bsz=True",
        f"actor_rollout_ref.actor.ppo_max_token_len_per_gpu={tokens}",
        f"actor_rollout_ref.actor.use_kl_loss={algo['kl_coef'] > 0}",
        f"actor_rollout_ref.actor.kl_loss_coef={algo['kl_coef']}",
        "actor_rollout_ref.actor.kl_loss_type=low_var_kl",
        f"actor_rollout_ref.actor.clip_ratio_low={algo['clip_low']}",
        f"actor_rollout_ref.actor.clip_ratio_high={algo['clip_high']}",
        f"actor_rollout_ref.actor.data_loader_seed={algo['seed']}",
        *loss,
    ]


def _rollout(spec: Spec) -> list[str]:
    algo = spec["algo"]
    tokens = spec["data"]["max_prompt_tokens"] + algo["max_completion_tokens"]
    return [
        "actor_rollout_ref.rollout.name=vllm",
        f"actor_rollout_ref.rollout.n={algo['group_size']}",
        f"actor_rollout_ref.rollout.temperature={algo['temperature']}",
        f"actor_rollout_ref.rollout.top_p={algo['top_p']}",
        f"actor_rollout_ref.rollout.max_model_len={tokens}",
        "actor_rollout_ref.rollout.tensor_model_parallel_size=1",
        "actor_rollout_ref.rollout.load_format=safetensors",
        "actor_rollout_ref.rollout.layered_summon=True",
        "actor_rollout_ref.rollout.gpu_memory_utilization=0.5",
    ]


def _trainer(current: Round) -> list[str]:
    spec = current.spec
    resources = spec["resources"]
    return [
        f"reward.custom_reward_function.path={current.directory / spec['reward']['module']['uri']}",
        "reward.custom_reward_function.name=compute_score",
        *_reward_url(current),
        "reward.reward_manager.name=naive",
        "reward.num_workers=4",
        'trainer.logger=["console","file"]',
        "trainer.project_name=mendloop",
        f"trainer.experiment_name={spec['round_id']}",
        f"trainer.default_local_dir={checkpoints(current)}",
        f"trainer.rollout_data_dir={current.work / 'rollouts'}",
        f"trainer.save_freq={spec['checkpoint']['every_steps']}",
        f"trainer.max_actor_ckpt_to_keep={spec['checkpoint']['keep']}",
        "trainer.test_freq=-1",
        "trainer.val_before_train=False",
        f"trainer.resume_mode={'auto' if spec['resume']['policy'] == 'auto' else 'disable'}",
        # The loop ends at whichever comes first.
        "trainer.total_epochs=100000",
        f"trainer.total_training_steps={spec['algo']['max_steps']}",
        f"trainer.n_gpus_per_node={resources['gpus_per_node']}",
        f"trainer.nnodes={resources['nodes']}",
    ]


def _reward_url(current: Round) -> list[str]:
    url = current.reward_urls.get(current.spec["reward"]["formula"])
    return [] if url is None else [f"+reward.custom_reward_function.reward_kwargs.url={url}"]


def _own(current: Round) -> list[str]:
    """The round's overrides, merged last."""
    return [f"{key}={_hydra(value)}" for key, value in sorted(given_overrides(current, _is_reserved).items())]


def _is_reserved(key: str) -> bool:
    name = key.lstrip("+~")
    of_trainer = name.removeprefix("trainer.")
    is_of_trainer = of_trainer != name and of_trainer.startswith(RESERVED_TRAINER)
    return name.startswith(RESERVED) or is_of_trainer or "=" in key


def _hydra(value: Any) -> str:
    """Numbers and booleans as they are, a text in quotes, lists and objects as JSON."""
    return json.dumps(value, separators=(",", ":"))
