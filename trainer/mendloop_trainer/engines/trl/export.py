"""What a round leaves: the adapter, the merged model, the tokenizer and a model card."""

import json
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file

from mendloop_trainer.engines.base import Round, Spec
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.engines.trl.loading import load_model, load_tokenizer
from mendloop_trainer.failure import DriverFailure, Exit

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"


def export(current: Round) -> int:
    newest = plan.newest_checkpoint(current)
    if newest is None:
        raise DriverFailure(Exit.CRASHED, "no_checkpoint", "training left no checkpoint")
    out, start = current.directory / "out.tmp", plan.start_model(current)
    merged = PeftModel.from_pretrained(load_model(start, current.spec), newest).merge_and_unload()
    if not all(bool(torch.isfinite(weight).all()) for weight in merged.parameters()):
        raise DriverFailure(Exit.DIVERGED, "weights_not_finite", "a weight is not finite")
    merged.save_pretrained(out / "model", safe_serialization=True)
    tokenizer = load_tokenizer(start)
    tokenizer.save_pretrained(out / "model")
    tokenizer.save_pretrained(out / "tokenizer")
    # An adapter on a base that this round itself merged belongs to no folder that anyone has: the model stands alone.
    rank = None
    if current.spec["model"]["init"]["mode"] != "merge_adapter":
        rank = write_adapter(current, newest, out / "adapter")
    (out / "README.md").write_text(card(current.spec, plan.step_of_checkpoint(newest), rank), "utf-8")
    # safetensors files are their owner's alone; a server may be another user.
    for file in out.rglob("*.safetensors"):
        file.chmod(0o644)
    return Exit.DONE


def write_adapter(current: Round, checkpoint: Path, folder: Path) -> int:
    """The adapter on the specification's base, and its rank: that of a warm-up is joined to it, which adds both up."""
    folder.mkdir(parents=True)
    config: dict[str, Any] = json.loads((checkpoint / CONFIG).read_text("utf-8"))
    weights = load_file(checkpoint / WEIGHTS)
    if plan.warm_model(current).is_dir():
        weights = joined(load_file(plan.warm_adapter(current) / WEIGHTS), weights)
        config["r"], config["lora_alpha"] = 2 * config["r"], 2 * config["lora_alpha"]
    config["base_model_name_or_path"] = current.spec["model"]["base"]["name"]
    (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")
    save_file(weights, folder / WEIGHTS, {"format": "pt"})
    return int(config["r"])


def joined(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """B1 A1 + B2 A2 as one product: A below A, B beside B; both have the same alpha to rank, and so has the whole."""
    dims = {name: 0 if name.removesuffix(".weight").endswith("_A") else 1 for name in second}
    return {name: torch.cat([first[name], second[name]], dim=dim).contiguous() for name, dim in dims.items()}


def card(spec: Spec, step: int, rank: int | None) -> str:
    """The licences of Llama models ask for the name's beginning and for the sentence."""
    base = spec["model"]["base"]
    name = f"{'Llama-' if base['is_llama'] else ''}mendloop-{spec['round_id']}-s{step}"
    built = "\nBuilt with Llama.\n" if base["is_llama"] else ""
    how = "GRPO" if spec["kind"] == "grpo" else "supervised training"
    adapter = "" if rank is None else f"- `adapter/` is a LoRA adapter of rank {rank} on that folder\n"
    return f"""# {name}
{built}
- Base model: {base["name"]}, licence {base["licence"]}, which holds for this model too
- Folder of the base, by its tree hash: {base["tree_sha256"]}
- Trained by {how}, {step} steps, reward {spec["reward"]["formula"]}, seed {spec["algo"]["seed"]}
- `model/` is the whole model
{adapter}
It answers an issue and the code that it touches with SEARCH/REPLACE edits. It was trained on the merged changes of the
organisation that runs Mendloop; nothing is known of how it does elsewhere.
"""
