"""Looks at what an export child left, with the standard library alone: weights by their headers, no pickled file."""

import json
import struct
from array import array
from collections.abc import Mapping
from math import isfinite, prod
from pathlib import Path
from typing import Any

from .failure import DriverFailure, Exit

PICKLED = frozenset({".bin", ".ckpt", ".joblib", ".npy", ".npz", ".pickle", ".pkl", ".pt", ".pth"})
"""Endings of files whose reading may run code, or that no safetensors export has."""
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_MAX_HEADER_BYTES = 100_000_000
_SUMMED_BYTES = 1 << 30
"""Weights up to this size are looked through for numbers that are not finite; larger ones are left to the engine."""

Header = Mapping[str, Mapping[str, Any]]


def check_export(folder: Path) -> str:
    """`lora` or `full`; raises `export_invalid` (a new attempt may help) or `weights_not_finite`."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise _invalid("a link lies in it")
        if path.is_file() and path.suffix in PICKLED:
            raise _invalid(f"a {path.suffix} file lies in it")
    readme = folder / "README.md"
    if not readme.is_file() or readme.stat().st_size == 0:
        raise _invalid("README.md is missing")
    has_adapter, has_model = (folder / "adapter").is_dir(), (folder / "model").is_dir()
    if has_adapter:
        _check_adapter(folder / "adapter")
    if has_model:
        _check_model(folder / "model")
    if not has_adapter and not has_model:
        raise _invalid("neither adapter/ nor model/ is there")
    return "lora" if has_adapter else "full"


def adapter_config(folder: Path) -> Mapping[str, Any]:
    """The adapter's own configuration."""
    return _json_object(folder / "adapter_config.json")


def safetensors_header(file: Path) -> Header:
    """The tensors of a safetensors file, checked against its size and each other."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        start = stream.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 0 < length <= min(_MAX_HEADER_BYTES, size - 8):
            raise _invalid(f"{file.name}: no safetensors header")
        try:
            header: dict[str, Any] = json.loads(stream.read(length))
            header.pop("__metadata__", None)
            _check_offsets(header, size - 8 - length)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _invalid(f"{file.name}: no safetensors header") from None
    return header


def _check_adapter(folder: Path) -> None:
    config = adapter_config(folder)
    for name in ("r", "lora_alpha"):
        if not isinstance(config.get(name), (int, float)) or not config[name] > 0:
            raise _invalid(f"adapter_config.json: {name} is not above 0")
    if not config.get("base_model_name_or_path"):
        raise _invalid("adapter_config.json: it names no base")
    _check_weights(folder / "adapter_model.safetensors")


def _check_model(folder: Path) -> None:
    _json_object(folder / "config.json")
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise _invalid("model/: no weights")
    for file in files:
        _check_weights(file)


def _check_weights(file: Path) -> None:
    if not file.is_file():
        raise _invalid(f"{file.name} is missing")
    header = safetensors_header(file)
    if not header:
        raise _invalid(f"{file.name}: no tensor")
    if file.stat().st_size <= _SUMMED_BYTES:
        _check_finite(file, header)


def _check_finite(file: Path, header: Header) -> None:
    """A sum of doubles is finite exactly where all of its float32 parts are."""
    with file.open("rb") as stream:
        start = 8 + struct.unpack("<Q", stream.read(8))[0]
        for tensor in header.values():
            if tensor["dtype"] == "F32":
                first, end = tensor["data_offsets"]
                stream.seek(start + first)
                if not isfinite(sum(array("f", stream.read(end - first)))):
                    raise DriverFailure(Exit.DIVERGED, "weights_not_finite", f"{file.name}: a weight is not finite")


def _check_offsets(header: Header, size: int) -> None:
    """Tensors lie end to end and fill the file, as the format demands."""
    ends = 0
    for tensor in sorted(header.values(), key=lambda tensor: tuple(tensor["data_offsets"])):
        first, end = tensor["data_offsets"]
        if first != ends or end - first != prod(tensor["shape"]) * _BYTES[tensor["dtype"]]:
            raise ValueError
        ends = end
    if ends != size:
        raise ValueError


def _json_object(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        raise _invalid(f"{file.name} is missing or broken") from None
    if not isinstance(found, dict):
        raise _invalid(f"{file.name} is missing or broken")
    return found


def _invalid(message: str) -> DriverFailure:
    return DriverFailure(Exit.CRASHED, "export_invalid", f"the export is not usable: {message}")
