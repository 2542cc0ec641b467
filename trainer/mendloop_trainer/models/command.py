"""`python -m mendloop_trainer model NAME --out DIR`: makes a small model's folder once, and prints what it is."""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.hashing import tree_sha256_of
from mendloop_trainer.models.random_llama import write_random_llama
from mendloop_trainer.models.smollm2 import write_smollm2

MAKERS = {"smollm2": write_smollm2, "random-llama": write_random_llama}


def make_model(name: str, out: Path) -> int:
    """Does nothing where the folder is there already: it appears whole or not at all."""
    if name not in MAKERS:
        raise DriverFailure(Exit.SPEC_INVALID, "model_unknown", f"not one of {', '.join(sorted(MAKERS))}")
    if not out.is_dir():
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as temporary:
            unfinished = Path(temporary) / out.name
            MAKERS[name](unfinished)
            # safetensors files are their owner's alone; a server may be another user.
            for file in unfinished.iterdir():
                file.chmod(0o644)
            publish(unfinished, out)
    sys.stdout.write(json.dumps({"path": str(out), "tree_sha256": tree_sha256_of(out)}) + "\n")
    return Exit.DONE


def publish(unfinished: Path, out: Path) -> None:
    """Another process may have made the same in the meantime."""
    with contextlib.suppress(OSError):
        unfinished.rename(out)
    if not out.is_dir():
        raise DriverFailure(Exit.TEMPORARY, "model_not_written", "the model's folder cannot be put in its place")
