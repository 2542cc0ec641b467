"""What is verified before a child starts: files by their hashes, rows by their form, models by their trees."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .engines.base import Spec
from .failure import DriverFailure, Exit
from .hashing import sha256_of_file, tree_sha256_of
from .spec import folder_of, path_in_round

Pulse = Callable[[], None]


def check_round(round_directory: Path, spec: Spec, pulse: Pulse) -> None:
    """Raises exit code 11 for data, 12 for models; `pulse` is called every few megabytes and may raise."""
    check_files(round_directory, spec, pulse)
    check_rows(round_directory, spec, pulse)
    check_models(spec, pulse)


def check_files(round_directory: Path, spec: Spec, pulse: Pulse) -> None:
    """Compares every file that the specification names with its hash."""
    reward, data = spec["reward"], spec["data"]
    named = {f"data.{name}": data[name] for name in ("train", "held_out", "sft", "oracles")}
    named |= {f"reward.{name}": reward[name] for name in ("server", "module", "golden", "node")}
    named["engine.overrides"] = spec["engine"]["overrides"]
    for name, entry in named.items():
        if entry is not None:
            _check_file(name, path_in_round(round_directory, entry["uri"]), entry["sha256"], pulse)


def check_models(spec: Spec, pulse: Pulse) -> None:
    """The base, the adapter to go on from, and the incumbent."""
    model, init = spec["model"], spec["model"]["init"]
    _check_tree("model.base", model["base"]["uri"], model["base"]["tree_sha256"], pulse)
    if init["mode"] != "base":
        if init["uri"] is None or init["tree_sha256"] is None:
            raise DriverFailure(Exit.SPEC_INVALID, "spec_invalid", "spec.model.init: no adapter is named")
        _check_tree("model.init", init["uri"], init["tree_sha256"], pulse)
    incumbent = spec["evaluation"]["incumbent"]
    if incumbent is not None:
        _check_tree("evaluation.incumbent", incumbent["uri"], incumbent["tree_sha256"], pulse)


def check_rows(round_directory: Path, spec: Spec, pulse: Pulse) -> None:
    """The rows' numbers and forms; each training and held-out row has its oracle, and no row is on both sides."""
    data, paths = spec["data"], _paths(round_directory, spec)
    oracles = {str(row.get("id")) for row in _rows("oracles", paths, data, pulse)}
    train = _scored_ids("train", paths, data, oracles, pulse)
    held_out = _scored_ids("held_out", paths, data, oracles, pulse)
    if not train.isdisjoint(held_out):
        raise _invalid("a held-out row is a training row, too")
    for number, row in enumerate(_rows("sft", paths, data, pulse), 1):
        if not all(_is_messages(row.get(name)) for name in ("prompt", "completion")):
            raise _invalid(f"sft, line {number}: no prompt or completion")
    needed, given = _rows_needed(spec)
    if given < needed:
        raise DriverFailure(Exit.DATA_INVALID, "too_few_rows", f"a step needs {needed} rows, there are {given}")


def _rows_needed(spec: Spec) -> tuple[int, int]:
    if spec["kind"] == "grpo":
        return spec["algo"]["prompts_per_step"], spec["data"]["train"]["rows"]
    return 1, spec["data"]["sft"]["rows"]


def _scored_ids(name: str, paths: dict[str, Path], data: Any, oracles: set[str], pulse: Pulse) -> set[str]:
    found: set[str] = set()
    for number, row in enumerate(_rows(name, paths, data, pulse), 1):
        model = row.get("reward_model")
        oracle = model.get("ground_truth") if isinstance(model, dict) else None
        if not _is_messages(row.get("prompt")):
            raise _invalid(f"{name}, line {number}: no prompt")
        if oracle not in oracles:
            raise _invalid(f"{name}, line {number}: it has no oracle")
        if "oracle" in row:
            raise _invalid(f"{name}, line {number}: an oracle lies in the row")
        found.add(oracle)
    return found


def _rows(name: str, paths: dict[str, Path], data: Any, pulse: Pulse) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with gzip.open(paths[name], "rb") as file:
            for number, line in enumerate(file, 1):
                pulse()
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise _invalid(f"{name}, line {number}: not an object")
                yield row
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError):
        raise _invalid(f"{name}, after line {number}: cannot be read") from None
    if number != data[name]["rows"]:
        raise _invalid(f"{name}: {number} rows instead of {data[name]['rows']}")


def _is_messages(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(
            isinstance(message, dict)
            and message.get("role") in ("system", "user", "assistant")
            and isinstance(message.get("content"), str)
            for message in value
        )
    )


def _paths(round_directory: Path, spec: Spec) -> dict[str, Path]:
    names = ("train", "held_out", "sft", "oracles")
    return {name: path_in_round(round_directory, spec["data"][name]["uri"]) for name in names}


def _check_file(name: str, path: Path, sha256: str, pulse: Pulse) -> None:
    try:
        found = sha256_of_file(path, pulse)
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise _invalid(f"{name}: the file is missing") from None
    if found != sha256:
        raise _invalid(f"{name}: the file has another hash")


def _check_tree(name: str, uri: str, sha256: str, pulse: Pulse) -> None:
    folder = folder_of(uri)
    if not folder.is_dir():
        raise DriverFailure(Exit.MODEL_INVALID, "model_missing", f"{name}: the folder is missing")
    if tree_sha256_of(folder, pulse) != sha256:
        raise DriverFailure(Exit.MODEL_INVALID, "model_differs", f"{name}: the folder has another hash")


def _invalid(message: str) -> DriverFailure:
    return DriverFailure(Exit.DATA_INVALID, "data_invalid", message)
