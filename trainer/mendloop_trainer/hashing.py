"""Hashes of files and folders, and the one way in which Mendloop writes JSON that is hashed."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_CHUNK_BYTES = 4 * 1024 * 1024


class HashedFile(NamedTuple):
    """A file of a folder; `path` is relative to it, with `/`."""

    path: str
    bytes: int
    sha256: str


def canonical_json(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8, LF at the end; a number that is not finite is a ValueError."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def sha256_of_file(path: Path, pulse: Callable[[], None] = lambda: None) -> str:
    """In hex. `pulse` is called every few megabytes and may raise to end it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            pulse()
            digest.update(chunk)
    return digest.hexdigest()


def hashed_files(
    folder: Path, leave_out: Iterable[str] = (), pulse: Callable[[], None] = lambda: None
) -> list[HashedFile]:
    """Every file below `folder`, sorted by the bytes of its path. Links count as what they lead to."""
    left_out = frozenset(leave_out)
    paths = sorted((path for path in _files(folder) if path not in left_out), key=lambda path: path.encode("utf-8"))
    return [HashedFile(path, (folder / path).stat().st_size, sha256_of_file(folder / path, pulse)) for path in paths]


def tree_sha256(files: Iterable[HashedFile]) -> str:
    """The hash of a folder (docs/contracts/round.md#tree-hash)."""
    digest = hashlib.sha256()
    for path, size, sha256 in sorted(files, key=lambda file: file.path.encode("utf-8")):
        digest.update(f"{path}\0{size}\0{sha256}\n".encode())
    return digest.hexdigest()


def tree_sha256_of(folder: Path, pulse: Callable[[], None] = lambda: None) -> str:
    return tree_sha256(hashed_files(folder, (), pulse))


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
