"""Publishes `out/` with its manifest by one rename (docs/contracts/round.md#output)."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .engines.base import Round
from .export_check import adapter_config, check_export
from .failure import DriverFailure, Exit
from .files import now, sync_folder
from .hashing import HashedFile, canonical_json, hashed_files, tree_sha256
from .progress import Progress

SCHEMA = "mendloop.manifest/1"
_SUMS = "SHA256SUMS"
_MANIFEST = "manifest.json"


def publish(
    current: Round,
    spec_sha256: str,
    engine: Mapping[str, Any],
    progress: Progress,
    evaluation: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Checks `out.tmp`, adds what the driver knows, and renames it to `out`; gives the manifest."""
    unfinished = current.directory / "out.tmp"
    kind = check_export(unfinished)
    _write_summary(unfinished, progress)
    files = hashed_files(unfinished, (_SUMS, _MANIFEST))
    sums = "".join(f"{file.sha256}  {file.path}\n" for file in files)
    (unfinished / _SUMS).write_text(sums, "utf-8")
    files = hashed_files(unfinished, (_MANIFEST,))
    manifest = {
        **_origin(current, spec_sha256, engine),
        "kind": kind,
        "lora": _lora(unfinished) if kind == "lora" else None,
        "step": progress.step,
        "files": [file._asdict() for file in files],
        "tree_sha256": tree_sha256(files),
        "metrics_final": progress.metrics,
        "eval_final": evaluation,
        "created_at": now(),
    }
    (unfinished / _MANIFEST).write_bytes(canonical_json(manifest))
    _sync(unfinished)
    unfinished.rename(current.directory / "out")
    sync_folder(current.directory)
    return manifest


def verify_out(folder: Path) -> Mapping[str, Any]:
    """The manifest of a finished `out/`, after every file was hashed again; `out_invalid` names what differs."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        listed = [HashedFile(file["path"], file["bytes"], file["sha256"]) for file in manifest["files"]]
        schema, tree = manifest["schema"], manifest["tree_sha256"]
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        raise _invalid("manifest.json is missing or broken") from None
    if schema != SCHEMA:
        raise _invalid("manifest.json is of another version")
    found = hashed_files(folder, (_MANIFEST,))
    if found != sorted(listed, key=lambda file: file.path.encode("utf-8")):
        raise _invalid("its files are not those of the manifest")
    if tree_sha256(found) != tree:
        raise _invalid("its tree has another hash")
    check_export(folder)
    return dict(manifest)


def _origin(current: Round, spec_sha256: str, engine: Mapping[str, Any]) -> dict[str, Any]:
    spec = current.spec
    base = spec["model"]["base"]
    return {
        "schema": SCHEMA,
        "round_id": spec["round_id"],
        "attempt": current.attempt,
        "spec_sha256": spec_sha256,
        "engine": engine,
        "base": {"uri": base["uri"], "tree_sha256": base["tree_sha256"]},
        "reward_sha256": spec["reward"]["server"]["sha256"],
        "dataset_sha256": spec["data"]["train"]["sha256"],
    }


def _lora(folder: Path) -> dict[str, Any]:
    config = adapter_config(folder / "adapter")
    return {"r": config["r"], "alpha": config["lora_alpha"], "target_modules": config.get("target_modules")}


def _write_summary(folder: Path, progress: Progress) -> None:
    """The steps of this attempt, and the answers that its children showed, where the engine left no file of its own."""
    summary = {"steps": progress.step, "final": progress.metrics, "history": progress.history}
    (folder / "metrics.summary.json").write_bytes(canonical_json(summary))
    samples = folder / "samples.jsonl"
    if not samples.exists():
        samples.write_bytes(b"".join(canonical_json(sample) for sample in progress.samples))


def _sync(folder: Path) -> None:
    """Puts every file and name on the disk, before the rename says that they are there."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        else:
            sync_folder(path)
    sync_folder(folder)


def _invalid(message: str) -> DriverFailure:
    return DriverFailure(Exit.DATA_INVALID, "out_invalid", message)
