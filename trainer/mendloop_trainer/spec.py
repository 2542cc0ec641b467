"""The specification of a round, `spec.json`. Its schema is generated from `src/round-contract/round-spec.ts`."""

import hashlib
import json
import os
import urllib.parse
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from .engines.base import Spec
from .failure import DriverFailure, Exit
from .hashing import canonical_json
from .json_schema import errors_of

CONTRACT = "mendloop.round/1"


class LoadedSpec(NamedTuple):
    spec: Spec
    sha256: str
    """Of the file's bytes."""


def load_spec(round_directory: Path) -> LoadedSpec:
    """Reads and checks `spec.json`. `spec_invalid` names the field, never its value.

    MENDLOOP_SPEC_SHA256, where the app sets it, must be the hash of the file.
    """
    try:
        content = (round_directory / "spec.json").read_bytes()
    except FileNotFoundError:
        raise _invalid("spec.json is missing") from None
    sha256 = hashlib.sha256(content).hexdigest()
    if os.environ.get("MENDLOOP_SPEC_SHA256", sha256) != sha256:
        raise _invalid("spec.json is not the one that was submitted")
    try:
        spec = json.loads(content, parse_constant=lambda _: None)
    except ValueError:
        raise _invalid("spec.json is not JSON") from None
    for path, problem in errors_of(spec, _schema(), "spec"):
        raise _invalid(f"{path}: {problem}")
    return LoadedSpec(spec, sha256)


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((resources.files(__package__) / "spec.schema.json").read_bytes())
    return schema


def resume_key(spec: Spec, driver_version: str) -> str:
    """Attempts with one key may resume from each other's checkpoints (docs/contracts/round.md#resume-key)."""
    machines, reward = spec["resources"], spec["reward"]
    parts = {
        "base": spec["model"]["base"]["tree_sha256"],
        "init": spec["model"]["init"],
        "train": spec["data"]["train"]["sha256"],
        "sft_rows": spec["data"]["sft"]["sha256"],
        "reward": [reward["formula"], reward["module"]["sha256"], reward["server"]["sha256"]],
        **{name: spec[name] for name in ("kind", "algo", "warmup", "sft", "lora")},
        "engine": spec["engine"]["name"],
        "driver": ".".join(driver_version.split(".")[:2]),
        "gpus": machines["nodes"] * machines["gpus_per_node"],
    }
    return hashlib.sha256(canonical_json(parts)).hexdigest()


def path_in_round(round_directory: Path, uri: str) -> Path:
    """A file of the round directory by its path from there; one that leads out of it is `spec_invalid`."""
    root = round_directory.resolve()
    path = (root / uri).resolve()
    if not path.is_relative_to(root):
        raise _invalid("a path leads out of the round directory")
    return path


def folder_of(uri: str) -> Path:
    """The folder that a `file:///` address names."""
    parts = urllib.parse.urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise _invalid("a model's address is no file:///")
    return Path(urllib.parse.unquote(parts.path))


def _invalid(message: str) -> DriverFailure:
    return DriverFailure(Exit.SPEC_INVALID, "spec_invalid", message)
