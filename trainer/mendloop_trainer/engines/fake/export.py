"""A tiny adapter in the form of a real one: peft's file names, a valid safetensors file, a model card."""

import json
import random
import struct
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mendloop_trainer.engines.fake.faults import Faults

_WIDTH = 8
_NAMES = ("base_model.model.layers.0.lora_A.weight", "base_model.model.layers.0.lora_B.weight")


def write_export(folder: Path, spec: Mapping[str, Any], step: int, faults: Faults) -> None:
    """Writes `adapter/` and README.md; the same seed and step give the same bytes."""
    lora, base = spec["lora"], spec["model"]["base"]
    adapter = folder / "adapter"
    adapter.mkdir(parents=True)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base["name"],
        "r": lora["r"],
        "lora_alpha": 0 if faults.bad_export == "alpha" else lora["alpha"],
        "lora_dropout": lora["dropout"],
        "target_modules": lora["target_modules"],
    }
    (adapter / "adapter_config.json").write_text(json.dumps(config, sort_keys=True) + "\n", "utf-8")
    weights = _safetensors(lora["r"], f"{spec['algo']['seed']}/{step}", is_finite=faults.bad_export != "nan")
    damage = b"\0" if faults.bad_export == "header" else b""
    (adapter / "adapter_model.safetensors").write_bytes(weights + damage)
    if faults.bad_export != "readme":
        (folder / "README.md").write_text(_card(base, step), "utf-8")
    if faults.bad_export == "pickle":
        (adapter / "training_args.bin").write_bytes(b"\x80\x04N.")


def _safetensors(rank: int, key: str, *, is_finite: bool) -> bytes:
    chance = random.Random(key)
    header, data = {}, b""
    for name, shape in zip(_NAMES, ([rank, _WIDTH], [_WIDTH, rank]), strict=True):
        weights = array("f", (chance.gauss(0, 0.02) for _ in range(rank * _WIDTH)))
        if not is_finite:
            weights[0] = float("nan")
        end = len(data) + 4 * len(weights)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), end]}
        data += weights.tobytes()
    head = json.dumps(header, sort_keys=True, separators=(",", ":")).encode("ascii")
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + data


def _card(base: Mapping[str, Any], step: int) -> str:
    return (
        f"# Fake adapter\n\nNo training: {step} steps of the fake engine. Base: {base['name']} ({base['licence']}).\n"
    )
