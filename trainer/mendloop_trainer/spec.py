"""The round's specification, `mendloop.round/1`: the same form as `src/round-contract/round-spec.ts`, which writes it."""

import hashlib
import json
import math
import os
import re
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .engines.base import Spec
from .failure import DriverFailure, Exit
from .hashing import canonical_json

CONTRACT = "mendloop.round/1"
ENGINES = ("trl_grpo", "trl_sft", "verl_grpo", "fake")

Check = Callable[[Any, str], None]


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
    _SPEC(spec, "spec")
    return LoadedSpec(spec, sha256)


def resume_key(spec: Spec, driver_version: str) -> str:
    """Attempts with the same key may go on from each other's checkpoints; the number of GPUs is in it (finding F7)."""
    resources, reward = spec["resources"], spec["reward"]
    parts = {
        "base": spec["model"]["base"]["tree_sha256"],
        "init": spec["model"]["init"],
        "train": spec["data"]["train"]["sha256"],
        "sft_rows": spec["data"]["sft"]["sha256"],
        "reward": [reward["formula"], reward["module"]["sha256"], reward["server"]["sha256"]],
        **{name: spec[name] for name in ("kind", "algo", "warmup", "sft", "lora")},
        "engine": spec["engine"]["name"],
        "driver": ".".join(driver_version.split(".")[:2]),
        "gpus": resources["nodes"] * resources["gpus_per_node"],
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


def _object(fields: Mapping[str, Check]) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise _invalid(f"{where}: not an object")
        for name in fields.keys() - value.keys():
            raise _invalid(f"{where}.{name}: missing")
        if value.keys() - fields.keys():
            raise _invalid(f"{where}: a field that the contract does not have")
        for name, check_field in fields.items():
            check_field(value[name], f"{where}.{name}")

    return check


def _number(fits: Callable[[float], bool], *, whole: bool = False) -> Check:
    def check(value: Any, where: str) -> None:
        is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not fits(value):
            raise _invalid(f"{where}: out of its range")

    return check


def _one_of(*values: Any) -> Check:
    def check(value: Any, where: str) -> None:
        if value not in values:
            raise _invalid(f"{where}: not one of its values")

    return check


def _text(pattern: str) -> Check:
    form = re.compile(pattern)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or form.fullmatch(value) is None:
            raise _invalid(f"{where}: not of its form")

    return check


def _flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise _invalid(f"{where}: not true or false")


def _nullable(check_value: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if value is not None:
            check_value(value, where)

    return check


def _list(check_item: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or not value:
            raise _invalid(f"{where}: not a list of one or more")
        for index, item in enumerate(value):
            check_item(item, f"{where}[{index}]")

    return check


def _target_modules(value: Any, where: str) -> None:
    if value != "all-linear":
        _list(_ANY_TEXT)(value, where)


_ANY_TEXT = _text(r"(?s).+")
_SHA256 = _text("[0-9a-f]{64}")
_TIME = _text(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")
_WHOLE = _number(lambda value: value >= 0, whole=True)
_COUNT = _number(lambda value: value > 0, whole=True)
_SHARE = _number(lambda value: 0 <= value <= 1)
_POSITIVE = _number(lambda value: value > 0)
_NOT_NEGATIVE = _number(lambda value: value >= 0)
_FILE = _object({"uri": _ANY_TEXT, "sha256": _SHA256})
_ROWS = _object({"uri": _ANY_TEXT, "sha256": _SHA256, "rows": _WHOLE})
_TREE = {"uri": _ANY_TEXT, "tree_sha256": _SHA256}

_SPEC = _object(
    {
        "schema": _one_of(CONTRACT),
        "round_id": _text("[a-z0-9][a-z0-9-]{2,40}"),
        "created_at": _TIME,
        "kind": _one_of("grpo", "sft"),
        "engine": _object(
            {
                "name": _one_of(*ENGINES),
                "profile": _one_of("cpu", "gpu1", "gpu8", "multi"),
                "overrides": _nullable(_FILE),
            }
        ),
        "model": _object(
            {
                "base": _object({**_TREE, "name": _ANY_TEXT, "licence": _ANY_TEXT, "is_llama": _flag}),
                "init": _object(
                    {
                        "mode": _one_of("base", "merge_adapter", "continue_adapter"),
                        "uri": _nullable(_text("(?s).*")),
                        "tree_sha256": _nullable(_SHA256),
                    }
                ),
                "dtype": _one_of("float32", "bfloat16"),
            }
        ),
        "data": _object(
            {
                "format": _one_of("jsonl"),
                "train": _ROWS,
                "held_out": _ROWS,
                "sft": _ROWS,
                "oracles": _ROWS,
                "max_prompt_tokens": _COUNT,
            }
        ),
        "reward": _object(
            {
                "formula": _ANY_TEXT,
                "report_formulas": _list(_ANY_TEXT),
                "server": _FILE,
                "module": _FILE,
                "golden": _FILE,
                "node": _nullable(_FILE),
                "timeout_s": _COUNT,
                "max_concurrency": _COUNT,
                "max_error_rate": _SHARE,
                "max_hack_share": _SHARE,
            }
        ),
        "algo": _object(
            {
                "prompts_per_step": _COUNT,
                "group_size": _number(lambda value: value >= 2, whole=True),
                "updates_per_step": _COUNT,
                "loss": _one_of("grpo", "dapo", "dr_grpo"),
                "scale_rewards": _one_of("group", "none"),
                "kl_coef": _NOT_NEGATIVE,
                "clip_low": _POSITIVE,
                "clip_high": _POSITIVE,
                "lr": _POSITIVE,
                "warmup_steps": _WHOLE,
                "max_completion_tokens": _COUNT,
                "temperature": _POSITIVE,
                "top_p": _number(lambda value: 0 < value <= 1),
                "max_steps": _WHOLE,
                "seed": _WHOLE,
            }
        ),
        "lora": _object({"r": _COUNT, "alpha": _COUNT, "dropout": _SHARE, "target_modules": _target_modules}),
        "sft": _object(
            {
                "max_steps": _WHOLE,
                "batch_size": _COUNT,
                "lr": _POSITIVE,
                "warmup_steps": _WHOLE,
                "max_length": _COUNT,
            }
        ),
        "warmup": _nullable(_object({"sft_steps": _COUNT, "min_format_rate": _SHARE, "probe_rows": _COUNT})),
        "limits": _object(
            {
                "walltime_s": _COUNT,
                "heartbeat_s": _POSITIVE,
                "stall_s": _COUNT,
                "grace_s": _COUNT,
                "kl_abort": _nullable(_POSITIVE),
            }
        ),
        "checkpoint": _object({"every_steps": _COUNT, "keep": _COUNT}),
        "evaluation": _object(
            {
                "rows": _WHOLE,
                "samples": _COUNT,
                "max_new_tokens": _COUNT,
                "temperature": _NOT_NEGATIVE,
                "seed": _WHOLE,
                "server": _one_of("transformers", "vllm"),
                "incumbent": _nullable(_object(_TREE)),
            }
        ),
        "resources": _object(
            {
                "nodes": _COUNT,
                "gpus_per_node": _WHOLE,
                "gpu_type": _nullable(_text("(?s).*")),
                "cpus": _COUNT,
                "mem_gb": _COUNT,
            }
        ),
        "resume": _object({"policy": _one_of("auto", "never")}),
    }
)
